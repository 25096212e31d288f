"""Proofs: digits that show the shop's page that its customer is the one who agreed in the chat.

Anybody who has seen a link's address may open it first. The proof is shown only in the chat that
has agreed, and only the customer can enter it, in their session at the shop.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass

from storage.models import LinkToken
from storage.sealing import Seal

DIGITS = 6
TRIES = 5
"""How many proofs of one link are checked. Five guesses succeed once in 200,000 times."""


@dataclass(frozen=True)
class Proofs:
    """A proof is computed from the link, the chat and our key. It is not stored."""

    seal: Seal

    def of(self, token: LinkToken, chat_id: int) -> str:
        """The proof, such as ``482913``. It is the same each time the chat agrees."""
        return _digits(self.seal.fingerprint(_what(token, chat_id)))

    def is_right(self, proof: str, token: LinkToken, chat_id: int) -> bool:
        """``proof``: as typed, possibly with spaces or in the digits of another script."""
        typed = "".join(
            str(unicodedata.decimal(character, character))
            for character in re.sub(r"[\W_]", "", proof)
        ).encode()
        shown = [_digits(mark) for mark in self.seal.fingerprints(_what(token, chat_id))]
        return any(hmac.compare_digest(typed, each.encode()) for each in shown)


def _what(token: LinkToken, chat_id: int) -> str:
    return f"proof {token.id} {chat_id}"


def _digits(mark: bytes) -> str:
    return f"{int.from_bytes(mark) % 10**DIGITS:0{DIGITS}}"
