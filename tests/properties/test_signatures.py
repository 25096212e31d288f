"""Standard Webhooks, as an algebra: what was signed is taken, and nothing else is."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.web.signature import BadSignature, verify

NOW = 1_800_000_000

ids = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=256)
keys = st.binary(min_size=24, max_size=64)
texts = st.text() | st.text("v1,=+/AZaz09 .", max_size=80)
headers = texts | texts.map("v1,{}".format) | st.binary().map(lambda raw: raw.decode("latin-1"))
seconds = st.integers(NOW - 300, NOW + 300).map(str)


def secret(key: bytes) -> str:
    return f"whsec_{base64.b64encode(key).decode()}"


def signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    return hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)


def header(*signatures: bytes) -> str:
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures)


def is_taken(
    key: bytes, message_id: str, timestamp: str, body: bytes, signed: str, *others: bytes
) -> bool:
    given = {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signed,
    }
    try:
        known = [*map(secret, others), secret(key)]
        return verify(given, body, known, NOW).message_id == message_id
    except BadSignature:
        return False


@st.composite
def changed(draw: st.DrawFn, value: bytes) -> bytes:
    """The same bytes with one of them replaced, left out, or one more."""
    at = draw(st.integers(0, len(value)))
    cut = draw(st.integers(0, 1))
    byte = draw(st.sampled_from([b"", b" ", b"\n", b"\0", b"."]) | st.binary(max_size=1))
    made = value[:at] + byte + value[at + cut :]
    assume(made != value)
    return made


@given(keys, ids, seconds, st.binary(), st.lists(keys, max_size=3))
def test_what_was_signed_is_taken(
    key: bytes, message_id: str, timestamp: str, body: bytes, others: list[bytes]
) -> None:
    signed = signature(key, message_id, timestamp, body)
    wrong = [signature(other, message_id, timestamp, body) for other in others]
    assert is_taken(key, message_id, timestamp, body, header(*wrong, signed), *others)


@given(keys, keys, ids, seconds, st.binary())
def test_what_another_key_signed_is_refused(
    ours: bytes, theirs: bytes, message_id: str, timestamp: str, body: bytes
) -> None:
    assume(ours.rstrip(b"\0") != theirs.rstrip(b"\0"))  # HMAC pads a key with NULs
    signed = signature(theirs, message_id, timestamp, body)
    assert not is_taken(ours, message_id, timestamp, body, header(signed))


@given(st.data(), keys, ids, seconds, st.binary())
@pytest.mark.parametrize("part", ["id", "timestamp", "body", "signature"])
def test_a_change_of_any_one_byte_is_refused(
    part: str, data: st.DataObject, key: bytes, message_id: str, timestamp: str, body: bytes
) -> None:
    signed = signature(key, message_id, timestamp, body)
    parts = {"id": message_id.encode(), "timestamp": timestamp.encode(), "body": body}
    parts["signature"] = signed
    parts[part] = data.draw(changed(parts[part]))
    assert not is_taken(
        key,
        parts["id"].decode("latin-1"),
        parts["timestamp"].decode("latin-1"),
        parts["body"],
        header(parts["signature"]),
    )


@given(headers, headers, headers, st.binary())
def test_any_other_headers_are_refused_in_one_way(
    message_id: str, timestamp: str, signed: str, body: bytes
) -> None:
    assert not is_taken(b"k" * 24, message_id, timestamp, body, signed)


@given(keys, ids, seconds, headers)
def test_a_signature_of_any_text_is_refused_in_one_way(
    key: bytes, message_id: str, timestamp: str, signed: str
) -> None:
    assert not is_taken(key, message_id, timestamp, b"{}", signed)
