"""Shop systems' payloads with any of their fields gone or another: read or refused."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.services.people.privacy_requests import PrivacyDemand
from bot.settings import Settings
from handlers.web.shops import SYSTEMS
from handlers.web.shops.system import Ignored, NotRead
from tests.properties.strategies import anything, fewer, json_values, surrogates
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import GIVING_UP, SECRETS, of_shopify, payload, post, shapes

SENT = {"webhook-timestamp": str(int(time.time()))}


def bodies(system: str, *names: str) -> Iterator[Any]:
    """What is posted in these of its shapes."""
    told = shapes(system)
    return (one["body"] for name in names for one in told[name]["posts"])


SAMPLES: list[tuple[str, dict[str, str], Any]] = [
    ("shopify", of_shopify("orders/updated"), payload("shopify_order")),
    (
        "shopify",
        of_shopify("orders/updated"),
        payload("shopify_order", fulfillments=[payload("shopify_fulfillment")], refunds=[{}]),
    ),
    ("shopify", of_shopify("fulfillments/update"), payload("shopify_fulfillment")),
    ("shopify", of_shopify("fulfillment_events/create"), payload("shopify_fulfillment_event")),
    ("woocommerce", {}, payload("woocommerce_order")),
    (
        "woocommerce",
        {},
        payload(
            "woocommerce_order",
            meta_data=[{"key": "_wc_shipment_tracking_items", "value": [{"tracking_number": "1"}]}],
        ),
    ),
    ("aftership", {}, payload("aftership_update")),
    ("mongoose", SENT, payload("mongoose_order")),
    *(("sendcloud", {}, body) for body in bodies("sendcloud", "example", "a_label_is_cancelled")),
    *(("shippo", {}, body) for body in bodies("shippo", "example", "a_label_was_bought")),
    *(("easypost", {}, body) for body in bodies("easypost", "example", "it_is_expected_on_a_day")),
]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    secrets = {f"{n}_secrets": [SecretStr(s) for s in given] for n, given in SECRETS.items()}
    return settings.model_copy(update=secrets)


Place = tuple[str | int, ...]


def places(value: Any, before: Place = ()) -> Iterator[Place]:
    """Of every value in it, and of the whole."""
    yield before
    inside = dict(enumerate(value)) if isinstance(value, list) else value
    for key, within in inside.items() if isinstance(inside, dict) else ():
        yield from places(within, (*before, key))


ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 2**53 + 1, 10**400, 1e308, "", " ", "\0", "#", "0", "9" * 5000),
    *("0000-00-00T00:00:00", "2026-02-30T00:00:00Z", "2999-01-01", "2026-03-02T24:61", "now"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "２０２６-03-02T09:15:00Z"),
    *([], {}, [[]], [None], {"_id": {}}, {"$oid": {}}, {"$date": {}}, {"$date": 1}, [{}] * 1100),
]
odd = st.sampled_from(ODD) | json_values | anything | surrogates


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, dict[str, str], Any]:
    """A sample of which up to three values are gone or others."""
    system, headers, sample = draw(st.sampled_from(SAMPLES))
    whole = {"": copy.deepcopy(sample)}
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from([p for p in places(whole) if p]))
        within: Any = whole
        for key in path:
            within = within[key]
        if draw(st.booleans()) and path:
            del within[last]
        else:
            within[last] = copy.deepcopy(draw(odd))
    return system, headers, whole[""]


@examples(max_examples=20 * fewer(1))
@given(changed())
def test_reading_ends_in_events_or_in_a_refusal(sent: tuple[str, dict[str, str], Any]) -> None:
    name, headers, content = sent
    [system] = [system for system in SYSTEMS if system.name == name]
    try:
        post = system.read(headers, content)
    except (Ignored, NotRead, ValidationError):
        return
    if isinstance(post, PrivacyDemand):
        return
    assert post.events
    assert len({said.event.data.order_id for said in post.events}) == 1
    assert all(0 < len(said.id) <= 256 and said.id.isascii() for said in post.events)
    again = system.read(headers, content)
    assert post == again


@given(changed())
async def test_any_payload_is_recorded_ignored_or_refused(
    shop: ShopBackend, sent: tuple[str, dict[str, str], Any]
) -> None:
    system, headers, content = sent
    own = {} if system == "mongoose" else headers
    body = json.dumps(content).encode()
    answer = await post(shop, system, body, headers=own)
    assert answer.status in ({200, 202} if system in GIVING_UP else {200, 202, 400, 404, 422})
    if answer.status == 422:
        assert all(error["field"] and error["problem"] for error in answer.body["errors"])
        assert "Input should" not in str(answer.body)
