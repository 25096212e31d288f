"""An order is the set of its events: neither their order of arrival nor repeats change it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.orders.statuses import rank
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Carrier, Event, Order
from storage.orders import Orders
from tests.properties.strategies import fewer, words
from tests.support import news
from tests.support.news import NOON, record

numbers = count(1)
Told = tuple[Event, bool]
"""An event, and whether somebody wants to hear of it."""


@dataclass
class Model:
    """What `Orders.append` is meant to do, in the words of docs/decisions/0002."""

    events: list[Event] = field(default_factory=list)
    news: int = 0

    def append(self, event: Event, *, notify: bool) -> bool:
        if event.id in {known.id for known in self.events}:
            return False
        self.events.append(event)
        self.events.sort(key=lambda e: (e.occurred_at, e.rank, e.id))
        if notify and (self._changes_state(event) if event.status else self._creates(event)):
            self.news += 1
        return True

    def _changes_state(self, event: Event) -> bool:
        own = [e for e in self.events if e.parcel == event.parcel]
        *before, newest = [e for e in own if e.status]
        implied = [e.implies for e in own if e.implies]
        state = before[-1].status if before else next(iter(implied), None)
        return newest.id == event.id and state != event.status

    def _creates(self, event: Event) -> bool:
        return bool(event.implies) and sum(bool(e.status or e.implies) for e in self.events) == 1


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Few moments, states and parcels, so that many events share them."""
    status = draw(st.sampled_from([None, None, "placed", "shipped", "delivered", "odd"]))
    implies = None if status else draw(st.sampled_from([None, "placed"]))
    event = Event(
        id=draw(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=3)),
        digest=b"",
        occurred_at=NOON + timedelta(hours=draw(st.integers(0, 2))),
        recorded_at=NOON,
        rank=rank(status or implies),
        status=status,
        implies=implies,
        parcel=draw(st.sampled_from([None, None, "$a"])),
        note=draw(st.none() | words(20)),
        location=draw(st.none() | st.just("Kampala")),
        order_number=draw(st.none() | words(8)),
        carrier=draw(st.none() | st.builds(Carrier, name=words(8))),
        items=draw(st.none() | st.integers(0, 3)),
    )
    return event, draw(st.sampled_from([True, True, False]))


histories = st.lists(told(), min_size=2, max_size=6, unique_by=lambda one: one[0].id)


@st.composite
def arrivals(draw: st.DrawFn, history: Sequence[Told]) -> list[Told]:
    """Every event at least once, in any order."""
    repeats = draw(st.lists(st.sampled_from(history), max_size=3))
    return draw(st.permutations([*history, *repeats]))


def fresh(arriving: Iterable[Told]) -> tuple[str, list[Told]]:
    """An order's id that is not yet used, and the events under ids of its own."""
    order_id = f"ord_{next(numbers)}"
    renamed = [
        (event.model_copy(update={"id": f"{order_id}/{event.id}"}), notify)
        for event, notify in arriving
    ]
    return order_id, renamed


async def got(orders: Orders, order_id: str) -> Order:
    order = await orders.get(order_id)
    assert order is not None
    return order


def seen(order: Order) -> Timeline:
    """Without its id, which may be its number too."""
    view = replace(timeline(order), order_id="")
    return replace(view, order_number="") if view.order_number == order.id else view


@settings(max_examples=fewer(2))
@given(st.data(), histories)
async def test_any_order_of_arrival_gives_the_same_timeline(
    orders: Orders, data: st.DataObject, history: list[Told]
) -> None:
    views = []
    for arriving in (history, data.draw(arrivals(history))):
        order_id, renamed = fresh(arriving)
        for event, notify in renamed:
            await record(orders, order_id, event, notify=notify)
        views.append(seen(await got(orders, order_id)))
    assert views[0] == views[1]


@settings(max_examples=fewer(2))
@given(histories.flatmap(arrivals))
async def test_each_arrival_does_what_the_model_says(orders: Orders, arriving: list[Told]) -> None:
    """So a repeat changes nothing, and it is no news; nor is an event that comes late."""
    order_id, renamed = fresh(arriving)
    model = Model()
    for event, notify in renamed:
        added = await record(orders, order_id, event, notify=notify)
        assert added == model.append(event, notify=notify)
        order = await got(orders, order_id)
        assert order.events == model.events
        assert order.news == model.news
        assert (order.unfanned_since is None) == (model.news == 0)
        assert order.latest_at == model.events[-1].occurred_at


@settings(max_examples=fewer(5))
@given(histories.flatmap(arrivals))
async def test_events_that_arrive_all_at_once_give_the_same_timeline(
    orders: Orders, arriving: list[Told]
) -> None:
    order_id, renamed = fresh(arriving)
    await asyncio.gather(*(record(orders, order_id, event, notify=n) for event, n in renamed))
    for event, notify in renamed:  # an upsert may lose against another: the shop sends it again
        await record(orders, order_id, event, notify=notify)
    model = Model()
    for event, notify in renamed:
        model.append(event, notify=notify)
    assert (await got(orders, order_id)).events == model.events


@settings(max_examples=fewer(2))
@given(histories, told())
async def test_an_event_older_than_all_others_of_its_parcel_is_never_news(
    orders: Orders, history: list[Told], late: Told
) -> None:
    order_id, renamed = fresh(history)
    for event, notify in renamed:
        await record(orders, order_id, event, notify=notify)
    before = await got(orders, order_id)
    parcel = next((event.parcel for event in before.events if event.status), None)
    changes = {"id": f"{order_id}/late", "occurred_at": NOON - timedelta(hours=1), "parcel": parcel}
    await record(orders, order_id, late[0].model_copy(update=changes))
    after = await got(orders, order_id)
    has_states = any(event.status and event.parcel == parcel for event in before.events)
    assert len(after.events) == len(before.events) + 1
    assert after.news == before.news or not has_states


parcel_histories = st.lists(
    st.tuples(
        st.sampled_from([None, "placed", "shipped", "delivered", "cancelled", "odd"]),
        st.sampled_from([None, "a", "$b.c", "d"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=fewer(1))
@given(parcel_histories)
async def test_an_order_is_stored_as_closed_exactly_while_nothing_more_is_expected(
    orders: Orders, arriving: list[tuple[str | None, str | None, int]]
) -> None:
    order_id = f"ord_{next(numbers)}"
    for status, parcel, hours in arriving:
        happened = news.event(status, after=60 * hours, parcel=parcel)
        await record(orders, order_id, happened)
        order = await got(orders, order_id)
        assert order.closed == (not timeline(order).is_open)
