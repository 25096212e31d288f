"""Personal text is sealed before it is stored: whoever reads the database does not read it.

What is only ever looked for, and never shown, is kept as a fingerprint: not even we can read it.
What is only ever compared is kept as a digest: nobody finds out by trying what it was made of.
"""

import base64
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV


class SealedWithAnotherKey(Exception):
    """None of the keys opens what is stored: the key it was sealed with is missing."""


class Forged(Exception):
    """We have not enclosed this, or its key is another service's."""


class Seal:
    """Fernet (AES-128-CBC with HMAC-SHA256). The first key seals, every key opens.

    Fingerprints, digests and what is enclosed are made with the ``own`` key, which stays whatever
    becomes of the others.
    """

    def __init__(self, keys: Sequence[str], *, own: str | None = None) -> None:
        """``keys``: 32 bytes each, in base64; ``own``: one of them, default the first.

        Raises ValueError for anything else.
        """
        self._keys = MultiFernet([Fernet(key) for key in keys])
        own = own or keys[0]
        self._marks = [_derived(key, b"fingerprint") for key in dict.fromkeys([own, *keys])]
        self._digests = _derived(own, b"digest")
        self._addresses = AESSIV(_derived(own, b"address"))

    def close(self, text: str) -> bytes:
        return self._keys.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Raises `SealedWithAnotherKey`."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SealedWithAnotherKey from None

    def enclosed(self, text: str, *, use: str = "") -> str:
        """As letters for an address (AES-SIV, RFC 5297): the same for the same text.

        Nobody else can read it, or make another that `disclosed` takes for that ``use``.
        """
        closed = self._addresses.encrypt(text.encode(), [use.encode()] if use else None)
        return base64.urlsafe_b64encode(closed).rstrip(b"=").decode()

    def disclosed(self, enclosed: str, *, use: str = "") -> str:
        """What was `enclosed` for this ``use``, of these very letters. Raises `Forged`."""
        try:
            padded = enclosed + "=" * (-len(enclosed) % 4)
            closed = base64.b64decode(padded, altchars=b"-_", validate=True)
            text = self._addresses.decrypt(closed, [use.encode()] if use else None).decode()
        except (ValueError, InvalidTag):
            raise Forged from None
        if self.enclosed(text, use=use) != enclosed:
            raise Forged  # base64 may write the same in several ways
        return text

    def fingerprint(self, text: str) -> bytes:
        """The same for the same text, and of no use to guess it by without the key."""
        return self.fingerprints(text)[0]

    def fingerprints(self, text: str) -> list[bytes]:
        """What `fingerprint` gives, or gave while it was made with another of the keys."""
        return [hmac.digest(mark, text.encode(), "sha256") for mark in self._marks]

    def digest(self, digest: bytes) -> bytes:
        """Of a hash that anybody can make, one that only we can."""
        return hmac.digest(self._digests, digest, "sha256")

    def is_digest(self, kept: bytes, digest: bytes) -> bool:
        """Whether what is kept is the `digest`, or the bare hash that older versions kept of it."""
        return kept == digest or self.digest(kept) == digest


def sealed_at(value: object) -> datetime | None:
    """When this was sealed, with whatever key; None: it is no sealed text."""
    if not isinstance(value, bytes) or not value.startswith(b"gAAAA"):
        return None
    head = base64.urlsafe_b64decode(value[:12])  # the version, and eight bytes of the time
    return datetime.fromtimestamp(int.from_bytes(head[1:9], "big"), UTC)


def _derived(key: str, use: bytes) -> bytes:
    return hmac.digest(base64.urlsafe_b64decode(key), use, "sha256")
