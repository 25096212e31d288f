"""References: names by which an order is found, as customers type them or buttons carry them."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from bot.services.orders import parcels
from storage.models import Order

SHORTEST_SUFFIX = 4
LONG_ID = 8
SHORTEST_IN_A_SENTENCE = 3
"""A shorter number among other words is not taken for an order."""
MOST_MENTIONED = 3
LONGEST = 128
PARCEL_LENGTH = range(10, 41)
"""Characters of a tracking number that is written among other words or in groups."""
MOST_GROUPS = 8
MOST_PARCELS = 60
"""How many possible tracking numbers are tried for one text."""

_LABEL = re.compile(r"((order|id|no|nr|number)[\s.:#]+)+(?=\S)", re.IGNORECASE)
"""A label before a number, as in "ID 1234" or "Order no. 7"."""
_OF_PARCELS, _OF_BUYERS = "by ", "bought "
"""Prefixes of keys. They contain a space, so that nobody can type such a key or the end of one."""
_GROUPS = re.compile(r"[^\W_]+(?:[^\S\n]*-?[^\S\n]*[^\W_]+)*")
"""Words with only spaces and dashes between them."""
_AROUND = "\"'`.,;:!?¡¿…()[]{}<>«»„“”‘’*_،؛؟"
_PHONE = re.compile(r"\+\d[\d\s()./-]*")
_SOMETHING_ELSE = re.compile(
    r"""\d{1,2}[:.]\d\d([:.]\d\d)?               # a time of day
    | \d{1,2}[./-]\d{1,2}([./-]\d{2,4})?         # a date
    | (19|20)\d\d[./-]\d\d?[./-]\d\d?
    | \d+([.,]\d+)?(%|am|pm|st|nd|rd|th|x|[ckm]?g|[ckm]?m|[cm]?l)
    | .*[$€£¥₹].*                                # a price
    | .*@.* | .*://.*                            # a mail, a page
    """,
    re.VERBOSE | re.IGNORECASE,
)


def key(reference: str) -> str:
    """``"#1001 "``, ``"10 01"`` and ``"1001"`` have one key; so do ``"AB-7"`` and ``"ab-7"``."""
    return re.sub(r"[\s#]+", "", plainly(reference)).casefold()


def plainly(text: str) -> str:
    """Typed or pasted text in plain form: digits of any script become 0 to 9, dashes become
    hyphens, and invisible characters such as direction marks are removed."""
    return text if text.isascii() else "".join(map(_plain_character, text))


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    kind = unicodedata.category(character)
    if kind == "Cf":
        return ""
    return "-" if kind == "Pd" or character == "\N{MINUS SIGN}" else character


def mentioned(text: str) -> list[str]:
    """Words of an ordinary message that look like an order, the likeliest first.

    It looks at the form of each word only, so it works in every language:
    ``"where is #1001?"`` → ``1001``. A message of digits alone always means an order.
    """
    text = _PHONE.sub(" ", re.sub(r"[#№]\s*", " #", plainly(text))).strip()
    if re.fullmatch(r"#?[\d\s]+", text):
        number = re.sub(r"\D", "", text)
        return [number] if 0 < len(number) <= LONGEST else []
    found = [token.strip(_AROUND) for token in text.split()]
    alone = len(found) == 1
    found = [token for token in found if _is_an_order(token, alone=alone)]
    found.sort(key=lambda token: not token.startswith("#"))
    return list(dict.fromkeys(token.lstrip("#") for token in found))[:MOST_MENTIONED]


def sought(text: str) -> list[str]:
    """References to look up for an ordinary message, the likeliest first.

    The whole text comes first if it may contain a tracking number that is not a single word: one
    written in groups, or part of a carrier's link.
    """
    found = mentioned(text)
    as_words = {tracking_key(reference) for reference in found}
    return [text, *found] if any(key not in as_words for key in _parcel_keys(text)) else found


def _parcel_keys(text: str) -> list[str]:
    return list(dict.fromkeys(map(tracking_key, _parcels_in(plainly(unquote(text))))))[
        :MOST_PARCELS
    ]


def _parcels_in(text: str) -> Iterator[str]:
    """Possible tracking numbers: ``"your parcel RB 123 456 785 GB"`` → ``RB123456785GB``, too.

    It tries every part of every run of words with digits, as the number may begin anywhere. A few
    letters may come before and after the digits.
    """
    for groups in _GROUPS.findall(text):
        words = re.findall(r"[^\W_]+", groups)
        for start, end in _parts(words):
            number = "".join(words[start:end])
            if len(number) in PARCEL_LENGTH and sum(map(str.isdigit, number)) * 2 >= len(number):
                yield number


def _parts(words: list[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each possible number: groups with digits, with letters around them."""
    for start, word in enumerate(words):
        for end in range(start + 1, min(start + MOST_GROUPS, len(words)) + 1):
            inner = words[start + _is_few_letters(word) : end - _is_few_letters(words[end - 1])]
            if inner and all(re.search(r"\d", each) for each in inner):
                yield start, end


def _is_few_letters(word: str) -> bool:
    return word.isalpha() and len(word) <= 4


def _is_an_order(token: str, *, alone: bool) -> bool:
    name = token.lstrip("#")
    if len(name) > LONGEST or not re.match(r"[^\W_]", name) or not re.search(r"\d", name):
        return False
    if token.startswith("#"):
        return True
    if len(name) < SHORTEST_IN_A_SENTENCE and not alone:
        return False
    return not _SOMETHING_ELSE.fullmatch(name)


def number_of(order: Order) -> str | None:
    """The order's number, the latest one given. None: only its id is known."""
    numbers = (event.order_number for event in reversed(order.events))
    return next(filter(None, numbers), None)


def button_key(order_id: str) -> str:
    """A short key for a button, as `callback_data` holds 64 bytes: ``~…``. Nobody types it."""
    return "~" + hashlib.blake2b(order_id.encode(), digest_size=12).hexdigest()


def is_button_key(reference: str) -> bool:
    return bool(re.fullmatch(r"~[0-9a-f]{24}", reference))


def tracking_key(number: str) -> str:
    """The key of an order by a tracking number. Spaces and dashes make no difference."""
    return _OF_PARCELS + parcels.key(plainly(number).lstrip("# "))


def buyers_key(mark: bytes) -> str:
    """The key of an order by the fingerprint of its buyer's token."""
    return _OF_BUYERS + mark.hex()


def is_buyers(key: str) -> bool:
    return key.startswith(_OF_BUYERS)


def keys(order_id: str, order_number: str | None, *tracking_numbers: str) -> list[str]:
    """All keys of an order."""
    names = {key(order_id), button_key(order_id), *keys_of_name(order_number or "")}
    return sorted(names - {""} | {tracking_key(number) for number in tracking_numbers})


def keys_of_name(name: str) -> list[str]:
    """The keys of an id or a number, the likeliest first: ``"ID 1234"`` gives ``1234``, too."""
    label = _LABEL.match(name.strip())
    rest = name.strip()[label.end() :] if label else name
    return list(dict.fromkeys(filter(None, [key(name), key(rest)])))


def meant(reference: str) -> list[str]:
    """The keys that typed text may mean, the likeliest first."""
    named = [*keys_of_name(reference), tracking_key(reference)]
    return named if reference.startswith("~") else [*dict.fromkeys(named + _parcel_keys(reference))]


def by_suffix(suffix: str, known: Iterable[tuple[str, str]]) -> set[str]:
    """Ids from those (order id, key) pairs whose key is long and ends with ``suffix``."""
    if len(suffix) < SHORTEST_SUFFIX or suffix.startswith("~"):
        return set()
    return {
        order_id
        for order_id, known_key in known
        if len(known_key) >= LONG_ID
        and not known_key.startswith("~")
        and " " not in known_key
        and known_key.endswith(suffix)
    }
