"""Personal text is sealed before it is stored: whoever reads the database does not read it.

What is only ever looked for, and never shown, is kept as a fingerprint: not even we can read it.
"""

import base64
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealedWithAnotherKey(Exception):
    """None of the keys opens what is stored: the key it was sealed with is missing."""


class Seal:
    """Fernet (AES-128-CBC with HMAC-SHA256). The first key seals, every key opens.

    To rotate: put a new key first, and drop the old one when nothing sealed with it is left.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """``keys``: 32 bytes each, in base64. Raises ValueError for anything else."""
        self._keys = MultiFernet([Fernet(key) for key in keys])
        self._marks = [
            hmac.digest(base64.urlsafe_b64decode(key), b"fingerprint", "sha256") for key in keys
        ]

    def close(self, text: str) -> bytes:
        return self._keys.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Raises `SealedWithAnotherKey`."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SealedWithAnotherKey from None

    def fingerprint(self, text: str) -> bytes:
        """The same for the same text, and of no use to guess it by without the key."""
        return self.fingerprints(text)[0]

    def fingerprints(self, text: str) -> list[bytes]:
        """What `fingerprint` gives, or gave while another of the keys stood first."""
        return [hmac.digest(mark, text.encode(), "sha256") for mark in self._marks]
