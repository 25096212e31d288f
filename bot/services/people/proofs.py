"""Proofs: by which a shop's own page knows the chat in which its customer has agreed.

Whoever saw a link's address may open it first. Only the chat that has agreed is shown its proof,
and only the customer, in their own session, can tell it to the shop.
"""

import hmac
import re
import unicodedata
from dataclasses import dataclass

from storage.models import LinkToken
from storage.sealing import Seal

DIGITS = 6
TRIES = 5
"""Proofs of one link that are looked at. Of a million, five guesses find one in 200,000 times."""


@dataclass(frozen=True)
class Proofs:
    """A proof follows from the link, the chat and our key, and is kept nowhere."""

    seal: Seal

    def of(self, token: LinkToken, chat_id: int) -> str:
        """``482913``: the same, however often the chat agrees."""
        return _digits(self.seal.fingerprint(_what(token, chat_id)))

    def is_right(self, proof: str, token: LinkToken, chat_id: int) -> bool:
        """``proof``: as somebody has typed it, with spaces, or in their own script's digits."""
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
