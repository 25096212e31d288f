"""Any JSON and any bytes: an event or a refusal that says why, and what is taken can be kept."""

import json
import re
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import CarrierNews, OrderEvent
from bot.services.orders.intake import Intake
from bot.services.orders.references import key
from bot.services.orders.timeline import timeline
from bot.services.orders.tracking import Tracking
from handlers.web.api.orders import TrackingInfo
from handlers.web.body import parse, strict_json
from handlers.web.problems import Problem
from sandbox.links import check_link
from storage.models import Chat
from storage.orders import Orders
from tests.properties.strategies import (
    addresses,
    encoded,
    events,
    identifiers,
    is_taken,
    json_values,
)
from tests.support.news import chat as a_chat

FIELDS = [
    *("type", "timestamp", "data", "order_id", "customer_id", "order_number", "status"),
    *("occurred_at", "parcel", "note", "location", "carrier", "name", "tracking_number"),
    *("tracking_url", "estimated_delivery", "earliest", "latest", "items", "notify"),
]
numbers = count(1)


def put(value: object, field: str, event: Any) -> Any:
    """The event with the value wherever it has, or could have, a field of that name."""
    if not isinstance(event, dict):
        return event
    inside = {name: put(value, field, found) for name, found in event.items()}
    return inside | {field: value}


def is_json(body: bytes) -> bool:
    try:
        strict_json(body)
    except Problem:
        return False
    return True


def refusal(body: bytes) -> Problem:
    with pytest.raises(Problem) as refused:
        strict_json(body)
    return refused.value


def answer_to(body: bytes) -> OrderEvent | Problem:
    try:
        return parse(OrderEvent, body)
    except Problem as problem:
        return problem


@given(json_values)
def test_any_json_is_an_event_or_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        OrderEvent.model_validate(value)


@given(events, st.sampled_from(FIELDS), json_values)
def test_any_json_in_any_place_of_an_event_is_taken_or_refused(
    event: dict[str, Any], field: str, value: Any
) -> None:
    strange = put(value, field, event)
    answer = answer_to(encoded(strange))
    if isinstance(answer, Problem):
        assert answer.status in {400, 422}
        assert json.dumps([answer.detail, answer.members]).isascii()
    else:
        assert is_taken(strange)


@given(st.binary() | events.map(encoded).flatmap(st.permutations).map(bytes))
def test_any_bytes_are_json_or_answered_400(body: bytes) -> None:
    assert is_json(body) or refusal(body).status == 400


@given(st.data(), events.map(encoded))
def test_an_event_with_some_bytes_changed_is_taken_or_refused(
    data: st.DataObject, body: bytes
) -> None:
    at, cut = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 3))
    answer = answer_to(body[:at] + data.draw(st.binary(max_size=3)) + body[at + cut :])
    assert isinstance(answer, OrderEvent) or answer.status in {400, 422}


@given(json_values.map(encoded))
def test_json_without_oddities_is_read_as_it_was_written(body: bytes) -> None:
    if is_json(body):
        assert strict_json(body) == json.loads(body)
    else:
        assert re.search("NaN|Infinity|[0-9]{1001}", body.decode())


@pytest.mark.parametrize("nested", [b"[", b'{"a":', b'[{"a":'])
@given(depth=st.integers(1, 60_000), closed=st.booleans())
def test_nesting_of_any_depth_is_json_or_answered_400(
    nested: bytes, depth: int, closed: bool
) -> None:
    closing = nested[::-1].translate(bytes.maketrans(b"[{", b"]}"), b'":a') if closed else b""
    body = nested * depth + b"1" + closing * depth
    assert is_json(body) or refusal(body).status == 400


@given(addresses)
def test_an_address_that_is_taken_is_one_that_telegram_takes(url: str) -> None:
    try:
        CarrierNews(tracking_url=url)
    except ValidationError:
        return
    assert check_link(url)


@given(events.filter(is_taken), identifiers)
async def test_what_is_taken_is_kept_and_found_as_it_was(
    intake: Intake,
    tracking: Tracking,
    orders: Orders,
    event: dict[str, Any],
    customer_id: str,
) -> None:
    number = next(numbers)
    event["data"] |= {
        "order_id": f"{event['data']['order_id']}-{number}",
        "customer_id": f"{customer_id}-{number}",
    }
    read = OrderEvent.model_validate(event)
    assert await intake.record(IncomingEvent(f"msg_{number}", read, b"1"))
    order = await orders.get(read.data.order_id)
    assert order is not None
    [kept] = order.events
    told = read.data.model_dump(
        exclude={"order_id", "customer_id", "status", "occurred_at", "notify", "contact"}
    )
    assert {name: _plain(getattr(kept, name)) for name in told} == told
    assert kept.occurred_at == (read.data.occurred_at or read.timestamp)
    chat = a_chat(number, whose=order.whose[0])
    await is_found(tracking, chat, read)


async def is_found(tracking: Tracking, chat: Chat, read: OrderEvent) -> None:
    """By the shop, and by its customer under all its names."""
    seen = timeline(await tracking.order(read.data.order_id))
    assert TrackingInfo.of(seen).model_dump_json()
    for name in filter(key, [read.data.order_id, read.data.order_number or ""]):
        assert await tracking.timeline(chat, name) == seen


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, BaseModel) else value
