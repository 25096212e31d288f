"""Standard Webhooks 1.0, as a pure function. The vectors are from its implementations' tests."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from handlers.web.signature import TOLERANCE, BadSignature, verify
from tests.support.shop import SECRET
from tests.web.conftest import signed

OLD_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
NOW = 1_800_000_000
BODY = b'{"note": "caf\xc3\xa9"}'


def is_accepted(
    headers: Mapping[str, str],
    *,
    body: bytes = BODY,
    secrets: tuple[str, ...] = (SECRET,),
    now: float = NOW,
) -> bool:
    try:
        return verify(headers, body, secrets, now).message_id == headers["webhook-id"]
    except BadSignature:
        return False


def headers(**changes: str) -> dict[str, str]:
    """A good message's, with changes: ``id=…``, ``timestamp=…``, ``signature=…``."""
    good = signed(BODY, timestamp=str(NOW))
    return good | {f"webhook-{name}": value for name, value in changes.items()}


SIGNATURE = headers()["webhook-signature"]


@pytest.mark.parametrize(
    ("secret", "message_id", "timestamp", "body", "signature"),
    [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            "whsec_plJ3nmyCDGBKInavdOK15jsl",
            "msg_loFOjxBNrRLzqYUf",
            1731705121,
            b'{"event_type":"ping","data":{"success":true}}',
            "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
        ),
    ],
)
def test_published_vectors_are_accepted(
    secret: str, message_id: str, timestamp: int, body: bytes, signature: str
) -> None:
    given = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    assert verify(given, body, [secret], timestamp) == (message_id, 0)


@pytest.mark.parametrize("text", ["{}", '{"note": "café ☕"}', "", "a.b.c", "\x00"])
@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_what_the_reference_library_signs_is_accepted(text: str, secret: str) -> None:
    now = datetime.now(UTC)
    given = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, text),
    }
    assert verify(given, text.encode(), [secret], now.timestamp()) == ("msg_1", 0)
    assert not is_accepted(given, body=text.encode() + b" ", secrets=(secret,), now=now.timestamp())


def test_the_reference_library_accepts_what_these_tests_sign() -> None:
    assert Webhook(SECRET).verify(BODY, signed(BODY)) == json.loads(BODY)


@pytest.mark.parametrize("seconds", [-301, -300, -299, 0, 299, 300, 301])
def test_a_clock_may_be_five_minutes_off(seconds: int) -> None:
    assert is_accepted(headers(), now=NOW + seconds) == (abs(seconds) <= TOLERANCE)


@pytest.mark.parametrize("secrets", [(SECRET, OLD_SECRET), (OLD_SECRET, SECRET)])
def test_any_of_several_secrets_may_have_signed(secrets: tuple[str, ...]) -> None:
    assert is_accepted(headers(), secrets=secrets)
    assert verify(headers(), BODY, secrets, NOW).by == secrets.index(SECRET)
    assert not is_accepted(headers(), secrets=(OLD_SECRET,))


@pytest.mark.parametrize(
    "signature",
    [f"v1,AAAA {SIGNATURE}", f"{SIGNATURE} v1,AAAA", f"v1a,AAAA {SIGNATURE}", f"v1 , {SIGNATURE}"],
)
def test_one_good_signature_among_several_is_enough(signature: str) -> None:
    assert is_accepted(headers(signature=signature))


def test_a_secret_may_come_without_its_padding() -> None:
    padded = "whsec_" + "c2VjcmV0" * 3 + "cw=="
    given = signed(BODY, secret=padded, timestamp=str(NOW))
    assert is_accepted(given, secrets=(padded.rstrip("="),))


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_message_without_one_of_its_headers_is_refused(missing: str) -> None:
    given = headers()
    del given[missing]
    assert not is_accepted(given | {"webhook-id": ""} if missing == "webhook-id" else given)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "v1",
        "v1,",
        "v1,=",
        "v1,!!!!",
        "v1,A",
        "v1,é",
        "v1,\udcff",
        "v1,,",
        ",",
        SIGNATURE.removeprefix("v1,"),
        SIGNATURE.replace("v1,", "v2,"),
        SIGNATURE.replace("v1,", "v1a,"),
        SIGNATURE.replace("v1,", "V1,"),
        SIGNATURE.replace(",", ";"),
        SIGNATURE[:-1],
        SIGNATURE + "AAAA",
        SIGNATURE.swapcase(),
    ],
)
def test_another_signature_is_refused(signature: str) -> None:
    assert not is_accepted(headers(signature=signature))


@pytest.mark.parametrize(
    "timestamp",
    [
        "",
        "nan",
        "inf",
        "1e400",
        "1.8e9",
        f"{NOW}.0",
        f"-{NOW}",
        f"+{NOW}",
        f" {NOW}",
        f"{NOW}\n",
        "1_800_000_000",
        "１８００００００００",
        "9" * 5000,
        hex(NOW),
    ],
)
def test_a_timestamp_that_is_not_plain_seconds_is_refused_though_signed(timestamp: str) -> None:
    given = signed(BODY, timestamp=timestamp or " ") | {"webhook-timestamp": timestamp}
    assert not is_accepted(given)


@pytest.mark.parametrize("message_id", ["a b", "a\n", "a\x00", "msg_é", "x" * 257])
def test_an_id_that_is_not_plain_text_is_refused_though_signed(message_id: str) -> None:
    assert not is_accepted(signed(BODY, event_id=message_id, timestamp=str(NOW)))


def test_id_timestamp_and_body_are_all_signed() -> None:
    assert is_accepted(headers())
    assert not is_accepted(headers(id="msg_2"))
    assert not is_accepted(headers(timestamp=str(NOW + 1)))
    assert not is_accepted(headers(), body=BODY + b" ")
