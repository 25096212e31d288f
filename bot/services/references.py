"""How an order is called: what customers type, and what a button carries."""

import hashlib
import re
from collections.abc import Iterable

SHORTEST_SUFFIX = 4
LONG_ID = 8


def key(reference: str) -> str:
    """``"#1001 "``, ``"10 01"`` and ``"1001"`` are one order; so are ``"AB-7"`` and ``"ab-7"``."""
    return re.sub(r"[\s#]+", "", reference).casefold()


def button_key(order_id: str) -> str:
    """A short name for a button (`callback_data` holds 64 bytes), which nobody types: ``~…``."""
    return "~" + hashlib.blake2b(order_id.encode(), digest_size=12).hexdigest()


def keys(order_id: str, order_number: str | None) -> list[str]:
    """All that an order is found by."""
    names = {key(order_id), button_key(order_id), key(order_number or "")}
    return sorted(names - {""})


def by_suffix(suffix: str, known: Iterable[tuple[str, str]]) -> set[str]:
    """Which of the (order id, key) pairs has a long key that ends so."""
    if len(suffix) < SHORTEST_SUFFIX or suffix.startswith("~"):
        return set()
    return {
        order_id
        for order_id, known_key in known
        if len(known_key) >= LONG_ID
        and not known_key.startswith("~")
        and known_key.endswith(suffix)
    }
