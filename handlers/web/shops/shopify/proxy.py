"""Verifies visits through Shopify's app proxy, which signs the query.

Shopify signs the concatenated names and values, without separators. So one signature fits several
queries: with the signature of their own visit, an attacker could move a part of one value into
another, and pass for somebody else. Therefore each name must be known and occur once, and no value
may contain an equals sign. Then only the query that Shopify has signed passes.
"""

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.web.signature import TOLERANCE, BadSignature

Query = Sequence[tuple[str, str]]
"""Names and values, decoded, in their original order."""

BUYERS_TOKEN = r"[A-Za-z0-9_-]{24,128}"  # noqa: S105 - a pattern
"""The token of an order or its checkout, known only to its buyer, the shop and Shopify. Shorter
ones might be guessed."""

_VALUES: Mapping[str, re.Pattern[str]] = {
    "shop": re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com"),
    "logged_in_customer_id": re.compile(r"([1-9][0-9]{0,19})?"),
    "path_prefix": re.compile(r"(/[A-Za-z0-9_.~-]+){1,9}"),
    "timestamp": re.compile(r"[0-9]{1,12}"),
    "signature": re.compile(r"[0-9a-f]{64}"),
}
"""The parameters that Shopify adds to every visit."""
_OURS: Mapping[str, re.Pattern[str]] = {"order": re.compile(rf"({BUYERS_TOKEN})?")}
_CAMPAIGN, _HARMLESS = re.compile(r"utm_[a-z]+"), re.compile(r"[^=]*")
"""Parameters that mail programs add to links. None of these names is the end of another name."""


@dataclass(frozen=True)
class Visit:
    """``customer_id``: who is logged in at the shop, if anybody. ``order``: a `BUYERS_TOKEN`.

    ``path``: the path of the page in the shop. ``by``: the index of the matching secret.
    """

    customer_id: str | None
    order: str | None
    path: str
    by: int


def visit(query: Query, secrets: Sequence[str], now: float) -> Visit:
    """The visit in a signed query. ``now``: seconds since the epoch.

    Compares in constant time. Raises `BadSignature`.
    """
    values = dict(query)
    if len(values) != len(query) or not _VALUES.keys() <= values.keys():
        raise BadSignature("a parameter of the app proxy is missing or occurs twice")
    if not all(_is_as_it_should(name, value) for name, value in query):
        raise BadSignature("a parameter of the app proxy is unknown or malformed")
    if abs(int(values["timestamp"]) - now) > TOLERANCE:
        raise BadSignature("timestamp is more than five minutes off")
    ours = [signature(query, secret) for secret in secrets]
    matches = [hmac.compare_digest(one, values["signature"]) for one in ours]
    if not any(matches):
        raise BadSignature("signature is not by a known secret")
    return Visit(
        customer_id=values["logged_in_customer_id"] or None,
        order=values.get("order") or None,
        path=values["path_prefix"],
        by=matches.index(True),
    )


def signature(query: Iterable[tuple[str, str]], secret: str) -> str:
    """Shopify's signature: of ``name=value`` pairs, sorted, with the values of one name joined."""
    values = defaultdict[str, list[str]](list)
    for name, value in query:
        if name != "signature":
            values[name].append(value)
    signed = "".join(sorted(f"{name}={','.join(these)}" for name, these in values.items()))
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def _is_as_it_should(name: str, value: str) -> bool:
    known = _VALUES.get(name) or _OURS.get(name)
    if known is None and _CAMPAIGN.fullmatch(name):
        known = _HARMLESS
    return bool(known and known.fullmatch(value))
