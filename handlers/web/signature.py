"""Verifies signatures: Standard Webhooks 1.0, and those of other systems.

We do not use the specification's own library: it needs the body as text before it is verified, and
raises other exceptions for malformed headers (docs/decisions/0008-signatures.md).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TOLERANCE = 5 * 60
"""How many seconds old a message may be, or how far its sender's clock may be ahead."""

_ID = re.compile(r"[\x21-\x7e]{1,256}", re.ASCII)


class BadSignature(Exception):
    """The text says why, for the log. The sender gets the same response for all reasons."""


class Signed(NamedTuple):
    """``by``: the index of the matching secret."""

    message_id: str
    by: int


def claimed_id(headers: Mapping[str, str], name: str = "webhook-id") -> str:
    """The message id as sent, which may be forged. For the log only."""
    return headers.get(name, "")[:256]


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: float) -> Signed:
    """Checks that the message was signed with one of ``secrets`` (``whsec_…``), in constant time.

    ``now``: seconds since the epoch. Raises `BadSignature`.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not _ID.fullmatch(message_id):
        raise BadSignature("webhook-id is missing or not 1 to 256 printable characters")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise BadSignature("webhook-timestamp is missing or not whole seconds")
    if abs(int(timestamp) - now) > TOLERANCE:
        raise BadSignature("webhook-timestamp is more than five minutes off")
    signed = f"{message_id}.{timestamp}.".encode() + body
    passed = _signatures(headers.get("webhook-signature", ""))
    expected = [hmac.digest(_key(secret), signed, hashlib.sha256) for secret in secrets]
    compared = [[hmac.compare_digest(ours, theirs) for theirs in passed] for ours in expected]
    matches = [any(one) for one in compared]
    if not any(matches):
        raise BadSignature("webhook-signature holds no signature by a known secret")
    return Signed(message_id, matches.index(True))


def base64_digest(secret: str, body: bytes) -> str:
    """The base64 of the HMAC-SHA256, as Shopify, WooCommerce and AfterShip use it."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def hex_digest(secret: str, body: bytes) -> str:
    """The hex of the HMAC-SHA256."""
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()


@dataclass(frozen=True)
class Signature:
    """How a shop system signs its requests.

    ``name``: the header with the signature or, if it ``is_in_address``, the query parameter.
    ``made``: computes the signature from the secret and the body.
    """

    name: str
    made: Callable[[str, bytes], str] = base64_digest
    is_in_address: bool = False

    def by(
        self,
        headers: Mapping[str, str],
        parameters: Mapping[str, str],
        body: bytes,
        secrets: Sequence[str],
    ) -> int:
        """The index of the secret that was used. Compares in constant time.

        Raises `BadSignature`.
        """
        given = (parameters if self.is_in_address else headers).get(self.name, "")
        theirs = given.encode("utf-8", "surrogateescape")
        expected = [self.made(secret, body).encode() for secret in secrets]
        matches = [hmac.compare_digest(ours, theirs) for ours in expected]
        if not any(matches):
            raise BadSignature("the signature is missing or not by a known secret")
        return matches.index(True)


def _signatures(header: str) -> list[bytes]:
    """Reads ``v1,<base64> v1,<base64>``; ignores other versions and malformed ones."""
    found = []
    for part in header.split(" ")[:16]:
        version, _, encoded = part.partition(",")
        if version == "v1" and encoded.isascii():
            try:
                found.append(base64.b64decode(encoded, validate=True))
            except binascii.Error:
                continue
    return found


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix("whsec_")
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4))
