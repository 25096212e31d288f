"""Input of every kind: what a shop may send, and what nobody should."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bot.services.orders.events import OrderEvent
from bot.services.orders.statuses import Status
from tests.texts.reading import HOSTILE

FRAGMENTS = [
    *(words[:60] for words in HOSTILE.values()),
    *("<", ">", "&", '"', "'", "/", "</b>", "</i></b>", "<b", "<!--", "&lt", "&#0;", "&#xd800;"),
    *("tg://user?id=1", '<a href="tg://user?id=1">', "<tg-emoji emoji-id='1'>", "<code>"),
    *("\u202e", "\u2066", "\u200d", "\ufeff", "\u0301" * 9, "👩‍👩‍👧‍👦", "🇺🇬", "\U000e0041"),
    *("$where", "a.b", "{order}", "%s", "\x01", "\0", " ", "\n", "\u2028", "#", "~", "_", "-"),
]

anything = st.text() | st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5)).map("".join)
"""Any text without surrogates, often of what is dangerous somewhere."""

surrogates = st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE00F), min_size=1)


def fewer(divided_by: int) -> int:
    """How many examples a test takes that costs so much more than a pure one."""
    return max(1, settings.default.max_examples // divided_by) if settings.default else 1


def words(longest: int) -> SearchStrategy[str]:
    """Any text that is not empty and not too long, often as long as may be."""
    long = st.builds(lambda text: (text * longest)[:longest], anything)
    return (long | anything.map(lambda text: text[:longest])).map(str.strip).filter(bool)


identifiers = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:/@#+=~-]{0,40}\Z")
"""As the contract's ids are, short enough to be made unique."""

keys = st.sampled_from(["$where", "a.b", "", "\0", "__class__", "type", "data"]) | st.text()
numbers = st.integers() | st.integers(-(10**1100), 10**1100) | st.floats()
leaves = st.none() | st.booleans() | numbers | anything | surrogates

json_values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
)
"""Anything that JSON can say, and NaN."""

moments = st.timedeltas(timedelta(), timedelta(days=9800)).map(
    lambda since: datetime(2000, 1, 1, tzinfo=UTC) + since
)
days = moments.map(datetime.date)


def _width(first: SearchStrategy[Any]) -> SearchStrategy[dict[str, str]]:
    return st.tuples(first, st.timedeltas(timedelta(), timedelta(days=30))).map(
        lambda ends: {"earliest": ends[0].isoformat(), "latest": (ends[0] + ends[1]).isoformat()}
    )


windows = _width(moments) | _width(days)
addresses = st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), anything, anything)
statuses = st.sampled_from([*Status, "Out For Delivery", "customs_hold"]) | words(64)


def _optional(**fields: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


carriers = _optional(
    name=words(100),
    tracking_number=words(100),
    tracking_url=st.just("https://carrier.test/1?a=b&c=d#e"),
)
data = st.fixed_dictionaries(
    {"order_id": identifiers, "customer_id": identifiers, "status": statuses},
    optional={
        "order_number": words(64),
        "occurred_at": moments.map(datetime.isoformat),
        "parcel": words(64),
        "note": words(1000),
        "location": words(200),
        "carrier": carriers,
        "estimated_delivery": windows,
        "items": st.integers(0, 1_000_000),
        "notify": st.booleans(),
    },
)
events = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["order.created", "order.status_changed", "order.updated"]),
        "timestamp": moments.map(datetime.isoformat),
        "data": data,
    }
)
"""Events as the contract describes them, with any words; a few hold a NUL and are refused."""


def encoded(value: object) -> bytes:
    """As JSON, which says a lone surrogate by its number."""
    return json.dumps(value).encode()


def is_taken(event: object) -> bool:
    try:
        OrderEvent.model_validate(event)
    except ValueError:
        return False
    return True
