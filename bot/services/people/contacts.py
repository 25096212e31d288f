"""Contacts: an order's e-mail address and phone number, in whatever form people write them.

Only keyed fingerprints are stored, different for each order. Somebody who reads the database learns
neither the contacts nor which orders share them.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.services.orders.references import mentioned
from storage.sealing import Seal

DIGITS = 8
"""How many digits at the end of a phone number are compared. The country code and the 0 before the
number are written in many ways."""
_MAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:.]+")
_PHONE = re.compile(r"(?<![\w#])\+?\d[\d\s()./-]{6,20}\d(?!\w)")


@dataclass(frozen=True)
class Claim:
    """What a person enters to find an order: possible order numbers, and a contact."""

    references: Sequence[str]
    contact: str


def claimed(text: str) -> list[Claim]:
    """All possible readings of ``1001 you@example.com``, in any order and with other words."""
    return [
        Claim(references, known)
        for contact, rest in [*_with_pattern(text), *_side_by_side(text)]
        if (known := normalised(contact)) and (references := mentioned(rest))
    ]


def _with_pattern(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_MAIL, _PHONE):
        for found in pattern.finditer(text):
            yield found[0], f"{text[: found.start()]} {text[found.end() :]}"


def _side_by_side(text: str) -> Iterator[tuple[str, str]]:
    """``1001 0700 123456``: only digits. The order number is the first or the last group."""
    parts = text.split()
    if len(parts) > 1 and all(re.fullmatch(r"[\d#+()./-]+", part) for part in parts):
        yield " ".join(parts[1:]), parts[0]
        yield " ".join(parts[:-1]), parts[-1]


def normalised(contact: str) -> str | None:
    """The contact in the form in which it is compared. None: the text is not a contact."""
    plain = unicodedata.normalize("NFKC", contact).strip().strip(".").casefold()
    if "@" in plain:
        return f"mail {plain}" if _MAIL.fullmatch(plain) else None
    digits = "".join(str(unicodedata.decimal(c)) for c in plain if c.isdecimal())
    return f"phone {digits[-DIGITS:]}" if len(digits) >= DIGITS else None


def marks(seal: Seal, order_id: str, contacts: Iterable[str | None]) -> list[bytes]:
    """Fingerprints of the contacts, to store in the order."""
    known = (normalised(contact) for contact in contacts if contact)
    return [seal.fingerprint(_of(order_id, contact)) for contact in known if contact]


def is_among(seal: Seal, order_id: str, kept: Sequence[bytes], contact: str) -> bool:
    """Whether the fingerprints ``kept`` include this contact. ``contact``: from `normalised`."""
    return not set(seal.fingerprints(_of(order_id, contact))).isdisjoint(kept)


def _of(order_id: str, contact: str) -> str:
    return f"contact {order_id} {contact}"
