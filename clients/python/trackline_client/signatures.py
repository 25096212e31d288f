"""Signatures according to Standard Webhooks 1.0."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE = 300
"""Seconds by which a timestamp may differ from our clock."""


class InvalidSignature(Exception):
    """It is not signed with any of the secrets, or its timestamp is more than five minutes off."""


def key_of(secret: str) -> bytes:
    """Return the bytes that sign. Raises `ValueError` for a malformed secret."""
    prefix, _, encoded = secret.partition("_")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        key = b""
    if prefix != "whsec" or not key:
        raise ValueError("a webhook secret should be whsec_ and base64")
    return key


def signed(secret: str, event_id: str, body: bytes) -> dict[str, str]:
    """Return the three headers of a signed request."""
    timestamp = str(int(time.time()))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{_signature(secret, event_id, timestamp, body)}",
    }


def verified(headers: Mapping[str, str], body: bytes, *secrets: str) -> Any:
    """Verify that Trackline signed a request, and return its parsed body.

    ``headers``: of the request, in any case. ``secrets``: all that are valid now.
    Raises `InvalidSignature`, and `ValueError` for a malformed secret.
    """
    given = {name.lower(): value for name, value in headers.items()}
    event_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE:
        raise InvalidSignature("the timestamp is missing, or more than five minutes off")
    right = [f"v1,{_signature(secret, event_id, timestamp, body)}" for secret in secrets]
    for signature in given.get("webhook-signature", "").split():
        if any(hmac.compare_digest(signature, each) for each in right):
            return json.loads(body)
    raise InvalidSignature("no signature is right: is it the secret of SHOP_WEBHOOK_SECRET?")


def _signature(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    content = f"{event_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), content, hashlib.sha256)).decode()
