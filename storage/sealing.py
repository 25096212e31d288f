"""Encryption and keyed hashes for personal text, so that the database alone reveals none of it.

Text that is shown again is sealed. A value that is only looked up is stored as a fingerprint, which
not even we can read. A hash that is only compared is stored as a keyed digest, so that nobody can
find its input by trying.
"""

import base64
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class SealedWithAnotherKey(Exception):
    """None of the keys opens the text: the one it was sealed with is missing."""


class Forged(Exception):
    """The text was not made by `Seal.enclosed` with our key for this use."""


class Seal:
    """Fernet (AES-128-CBC with HMAC-SHA256). The first key seals, every key opens.

    Fingerprints, digests and enclosed text use the ``own`` key, which never changes.
    """

    def __init__(self, keys: Sequence[str], *, own: str | None = None) -> None:
        """``keys``: 32 bytes each, in URL-safe base64; ``own``: default the first of them.

        Raises ValueError for a malformed key.
        """
        self._keys = MultiFernet([Fernet(key) for key in keys])
        own = own or keys[0]
        self._marks = [_derived(key, b"fingerprint") for key in dict.fromkeys([own, *keys])]
        self._digests = _derived(own, b"digest")
        self._addresses = AESSIV(_derived(own, b"address"))

    def close(self, text: str) -> bytes:
        """The text, sealed; different each time."""
        return self._keys.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text that was sealed. Raises `SealedWithAnotherKey`."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SealedWithAnotherKey from None

    def enclosed(self, text: str, *, use: str = "") -> str:
        """The text encrypted for a URL (AES-SIV, RFC 5297), always the same for the same text.

        Nobody else can read it, or make one that `disclosed` accepts for that ``use``.
        """
        closed = self._addresses.encrypt(text.encode(), [use.encode()] if use else None)
        return base64.urlsafe_b64encode(closed).rstrip(b"=").decode()

    def disclosed(self, enclosed: str, *, use: str = "") -> str:
        """The text that was `enclosed` for this ``use``. Raises `Forged`."""
        try:
            padded = enclosed + "=" * (-len(enclosed) % 4)
            closed = base64.b64decode(padded, altchars=b"-_", validate=True)
            text = self._addresses.decrypt(closed, [use.encode()] if use else None).decode()
        except (ValueError, InvalidTag):
            raise Forged from None
        if self.enclosed(text, use=use) != enclosed:
            raise Forged  # another base64 spelling of the same bytes
        return text

    def fingerprint(self, text: str) -> bytes:
        """A keyed hash: the same for the same text, and useless for guessing without the key."""
        return self.fingerprints(text)[0]

    def fingerprints(self, text: str) -> list[bytes]:
        """The `fingerprint`, and those that each of the other keys would give."""
        return [hmac.digest(mark, text.encode(), "sha256") for mark in self._marks]

    def digest(self, digest: bytes) -> bytes:
        """A keyed hash of a plain hash, which only we can compute."""
        return hmac.digest(self._digests, digest, "sha256")

    def is_digest(self, kept: bytes, digest: bytes) -> bool:
        """Whether ``kept`` belongs to ``digest``; older versions kept the plain hash."""
        return kept == digest or self.digest(kept) == digest


def sealed_at(value: object) -> datetime | None:
    """When this text was sealed, with whatever key. None: it is not sealed text."""
    if not isinstance(value, bytes) or not value.startswith(b"gAAAA"):
        return None
    head = base64.urlsafe_b64decode(value[:12])  # one byte for the version, eight for the time
    return datetime.fromtimestamp(int.from_bytes(head[1:9], "big"), UTC)


def _derived(key: str, use: bytes) -> bytes:
    return hmac.digest(base64.urlsafe_b64decode(key), use, "sha256")
