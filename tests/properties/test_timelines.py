"""An order is the set of its events: neither their order of arrival nor repeats change it."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import OrderEvent
from bot.services.orders.intake import Intake
from bot.services.orders.recording import Recording
from bot.services.orders.statuses import rank
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Carrier, Event, Order
from storage.mongo import Mongo
from tests.properties.strategies import fewer
from tests.support import news
from tests.support.news import NOON, after
from tests.support.news import chat as a_chat
from tests.support.replica import a_recording

numbers = count(1)
Told = tuple[Event, bool]
"""An event, and whether somebody wants to hear of it."""


@dataclass
class Model:
    """What becomes of an order, in the words of docs/decisions/0002."""

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
    event_id = draw(st.text("!aB~", min_size=1, max_size=3))
    event = Event(
        id=event_id,
        digest=hashlib.sha256(event_id.encode()).digest(),
        occurred_at=NOON + timedelta(hours=draw(st.integers(0, 2))),
        recorded_at=NOON,
        rank=rank(status or implies),
        status=status,
        implies=implies,
        parcel=draw(st.sampled_from([None, None, "$a"])),
        note=draw(st.sampled_from([None, None, "$left", "<b>"])),
        location=draw(st.sampled_from([None, None, "Kampala"])),
        order_number=draw(st.sampled_from([None, "1001", "1002"])),
        carrier=draw(st.sampled_from([None, None, Carrier(name="DHL"), Carrier(name="UPS")])),
        items=draw(st.sampled_from([None, 0, 2])),
    )
    return event, draw(st.sampled_from([True, True, False]))


histories = st.lists(told(), min_size=2, max_size=6, unique_by=lambda one: one[0].id)


@st.composite
def arrivals(draw: st.DrawFn, history: Sequence[Told]) -> list[Told]:
    """Every event at least once, in any order."""
    repeats = draw(st.lists(st.sampled_from(history), max_size=3))
    return draw(st.permutations([*history, *repeats]))


def after_all(history: Sequence[Told]) -> Order:
    order: Order | None = None
    for event, notify in history:
        order = after(event, order=order, notify=notify)
    assert order is not None
    return order


def seen(order: Order) -> Timeline:
    """Without its id, which may be its number too."""
    view = replace(timeline(order), order_id="")
    return replace(view, order_number="") if view.order_number == order.id else view


@settings(max_examples=5 * fewer(1))
@given(st.data(), histories)
def test_any_order_of_arrival_gives_the_same_timeline(
    data: st.DataObject, history: list[Told]
) -> None:
    arriving = data.draw(st.permutations(history))
    assert seen(after_all(arriving)) == seen(after_all(history))


@settings(max_examples=5 * fewer(1))
@given(histories)
def test_each_arrival_does_what_the_model_says(arriving: list[Told]) -> None:
    """So an event that comes late is no news."""
    model = Model()
    order: Order | None = None
    for event, notify in arriving:
        order = after(event, order=order, notify=notify)
        model.append(event, notify=notify)
        assert order.events == model.events
        assert order.news == len(order.changes) == model.news
        assert (order.unfanned_since is None) == (model.news == 0)
        assert order.latest_at == model.events[-1].occurred_at


@settings(max_examples=5 * fewer(1))
@given(histories, told())
def test_an_event_older_than_all_others_of_its_parcel_is_never_news(
    history: list[Told], late: Told
) -> None:
    before = after_all(history)
    parcel = next((event.parcel for event in before.events if event.status), None)
    changes = {"id": "late", "occurred_at": NOON - timedelta(hours=1), "parcel": parcel}
    order = after(late[0].model_copy(update=changes), order=before)
    has_states = any(event.status and event.parcel == parcel for event in before.events)
    assert len(order.events) == len(before.events) + 1
    assert order.news == before.news or not has_states


parcel_histories = st.lists(
    st.tuples(
        st.sampled_from([None, "placed", "shipped", "delivered", "cancelled", "odd"]),
        st.sampled_from([None, "a", "$b.c", "d"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=5 * fewer(1))
@given(parcel_histories)
def test_an_order_is_closed_exactly_while_nothing_more_is_expected(
    arriving: list[tuple[str | None, str | None, int]],
) -> None:
    order: Order | None = None
    for status, parcel, hours in arriving:
        order = after(news.event(status, after=60 * hours, parcel=parcel), order=order)
        assert order.closed == (not timeline(order).is_open)


# Through the database


def said(order_id: str, event: Event, *, notify: bool) -> IncomingEvent:
    """As the webhook hands it on."""
    names = ("status", "parcel", "note", "location", "order_number", "items")
    data = {name: getattr(event, name) for name in names}
    data |= {"order_id": order_id, "customer_id": f"of-{order_id}", "notify": notify}
    data["occurred_at"] = event.occurred_at.isoformat()
    data["carrier"] = event.carrier and event.carrier.model_dump()
    kind = "order.created" if event.implies else "order.updated"
    overridden_by = {"type": kind, "timestamp": NOON.isoformat(), "data": data}
    return IncomingEvent(event.id, OrderEvent.model_validate(overridden_by), event.digest)


async def stored(recording: Recording, order_id: str) -> Order:
    """With its events as if they had been recorded at noon."""
    order = await recording.orders.get(order_id)
    assert order is not None
    events = [event.model_copy(update={"recorded_at": NOON}) for event in order.events]
    return order.model_copy(update={"events": events})


async def followed(recording: Recording) -> str:
    """An id that no order has yet; somebody follows its customer's."""
    number = next(numbers)
    order_id = f"ord_{number}"
    chat = a_chat(number, f"of-{order_id}")
    await recording.chats.link(chat)
    return order_id


def as_kept(model: Model, recording: Recording) -> list[Event]:
    """Digests are kept keyed."""
    digest = recording.orders.seal.digest
    return [e.model_copy(update={"digest": digest(e.digest)}) for e in model.events]


@settings(max_examples=fewer(2))
@given(histories.flatmap(arrivals))
async def test_what_arrives_one_by_one_is_stored_as_the_model_says(
    intake: Intake, recording: Recording, arriving: list[Told]
) -> None:
    """So a repeat changes nothing, and it is no news."""
    order_id = await followed(recording)
    model = Model()
    for event, notify in arriving:
        added = await intake.record(said(order_id, event, notify=notify))
        assert added == model.append(event, notify=notify)
        order = await stored(recording, order_id)
        assert order.events == as_kept(model, recording)
        assert order.news == model.news
        assert (order.unfanned_since is None) == (model.news == 0)


@settings(max_examples=fewer(2))
@given(histories.flatmap(arrivals), st.data())
async def test_what_arrives_all_at_once_on_several_replicas_is_stored_as_the_model_says(
    recording: Recording, mongo: Mongo, arriving: list[Told], data: st.DataObject
) -> None:
    """Each event once. What is news depends on who was first, and is no more than there can be."""
    order_id = await followed(recording)
    replicas = [Intake(each, status_words={}) for each in (recording, a_recording(mongo))]
    who = st.sampled_from(replicas)
    takers = data.draw(st.lists(who, min_size=len(arriving), max_size=len(arriving)))
    results = await asyncio.gather(
        *(
            taker.record(said(order_id, event, notify=notify))
            for taker, (event, notify) in zip(takers, arriving, strict=True)
        )
    )
    model = Model()
    for event, notify in arriving:
        model.append(event, notify=notify)
    order = await stored(recording, order_id)
    assert order.events == as_kept(model, recording)
    assert sum(results) == len(model.events)
    may_be_news = {event.id for event, notify in arriving if notify}
    assert {change.event for change in order.changes} <= may_be_news
    assert order.news == len(order.changes)
    assert (order.unfanned_since is None) == (order.news == 0)
    assert order.closed == (not timeline(order).is_open)
