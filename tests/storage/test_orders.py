"""Orders: one atomic write per event, whatever order events come in."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from storage.appending import AHEAD, CHANGES
from storage.models import Event, Order, Window
from storage.mongo import Mongo
from storage.orders import MOST_EVENTS, Orders
from tests.support.commands import COMMANDS
from tests.support.news import NOON, event, minutes, record


async def got(orders: Orders, order_id: str = "ord_1") -> Order:
    order = await orders.get(order_id)
    assert order is not None
    return order


# Appending


async def test_the_first_event_creates_the_order(orders: Orders) -> None:
    first = event("placed", note="Thank you")
    assert await record(orders, "ord_1", first)

    order = await got(orders)
    assert order.customer_id == "customer-1"
    assert order.events == [first]
    assert order.keys[0] == "ord_1"
    assert (order.created_at, order.latest_at) == (first.recorded_at, NOON)
    assert (order.news, order.unfanned_since) == (1, first.recorded_at)


async def test_an_event_is_one_write_and_nothing_else(orders: Orders, mongo: Mongo) -> None:
    await record(orders, "warm-up", event())
    with COMMANDS.of(mongo.database.name) as commands:
        await record(orders, "ord_1", event("placed"))
        await record(orders, "ord_1", event("shipped", after=1))
    assert [next(iter(command)) for command in commands] == ["update", "update"]


async def test_an_unknown_order_needs_a_customer(orders: Orders) -> None:
    assert not await record(orders, "ord_1", event(), customer_id=None)
    assert await orders.get("ord_1") is None


async def test_a_known_order_needs_no_customer(orders: Orders) -> None:
    await record(orders, "ord_1", event("placed"))
    assert await record(orders, "ord_1", event("shipped", after=1), customer_id=None)
    assert len((await got(orders)).events) == 2


async def test_another_customer_cannot_add_to_an_order(orders: Orders) -> None:
    await record(orders, "ord_1", event("placed"))
    assert not await record(orders, "ord_1", event("shipped", after=1), customer_id="customer-2")
    order = await got(orders)
    assert (order.customer_id, len(order.events)) == ("customer-1", 1)


async def test_an_event_is_kept_once(orders: Orders) -> None:
    once = event("placed")
    assert await record(orders, "ord_1", once)
    assert not await record(orders, "ord_1", once)
    assert not await record(orders, "ord_1", once, customer_id=None)
    order = await got(orders)
    assert (len(order.events), order.news) == (1, 1)


async def test_an_event_id_is_unique_across_orders(orders: Orders) -> None:
    assert await record(orders, "ord_1", event("placed", event_id="msg_1"))
    assert not await record(orders, "ord_2", event("placed", event_id="msg_1"))
    assert await orders.get("ord_2") is None

    await record(orders, "ord_2", event("placed"))
    assert not await record(orders, "ord_2", event("shipped", event_id="msg_1"), customer_id=None)
    assert len((await got(orders, "ord_2")).events) == 1


async def test_fifty_identical_events_at_once_are_one(orders: Orders) -> None:
    same = event("placed")
    stored = await asyncio.gather(*(record(orders, "ord_1", same) for _ in range(50)))
    assert sum(stored) == 1
    assert len((await got(orders)).events) == 1


async def test_twenty_different_events_at_once_on_a_new_order_are_all_kept(orders: Orders) -> None:
    different = [event("shipped", after=n, note=str(n)) for n in range(20)]
    stored = await asyncio.gather(*(record(orders, "ord_1", one) for one in different))
    order = await got(orders)
    assert all(stored)
    assert order.events == different


async def test_a_full_order_takes_no_more(orders: Orders, mongo: Mongo) -> None:
    await record(orders, "ord_1", event("placed"))
    filling = [{"occurred_at": NOON + minutes(n)} for n in range(1, MOST_EVENTS - 1)]
    collection = mongo.database["orders"]
    await collection.update_one({"_id": "ord_1"}, {"$push": {"events": {"$each": filling}}})
    assert await record(orders, "ord_1", event(None, after=2000), customer_id=None)
    assert not await record(orders, "ord_1", event(None, after=2001), customer_id=None)
    assert not await record(orders, "ord_1", event(None, after=2001))
    full = await collection.find_one({"_id": "ord_1"})
    assert full is not None
    assert len(full["events"]) == MOST_EVENTS


# What is derived


async def test_events_stand_in_the_order_in_which_they_happened(orders: Orders) -> None:
    for after in (5, 1, 3):
        await record(orders, "ord_1", event("in_transit", after=after, note=str(after)))
    order = await got(orders)
    assert [one.note for one in order.events] == ["1", "3", "5"]
    assert order.latest_at == NOON + minutes(5)


async def test_events_of_one_moment_stand_in_the_order_of_their_states(orders: Orders) -> None:
    for status in ("delivered", "placed", "shipped"):
        await record(orders, "ord_1", event(status))
    assert [one.status for one in (await got(orders)).events] == ["placed", "shipped", "delivered"]


async def test_a_shop_s_text_is_never_taken_as_an_expression(orders: Orders) -> None:
    dangerous = event("$events", parcel="$$ROOT", note="$customer_id", event_id="$events.id")
    await record(orders, "ord_1", dangerous)
    await record(orders, "ord_1", event("$news", parcel="$$ROOT", after=1))
    order = await got(orders)
    assert order.events[0] == dangerous
    assert order.news == 2


async def test_the_creation_time_and_older_keys_are_kept(orders: Orders, mongo: Mongo) -> None:
    first = event("placed")
    await orders.append("ord_1", first, customer_id="customer-1", keys=["1001"], notify=True)
    later = first.model_copy(update={"id": "msg_2", "recorded_at": first.recorded_at + minutes(1)})
    await orders.append("ord_1", later, customer_id=None, keys=["1001-b", "1001"], notify=True)
    order = await got(orders)
    assert (order.created_at, order.keys) == (first.recorded_at, ["1001", "1001-b"])


# What counts as news


async def news_after(orders: Orders, *events: Event, notify: bool = True) -> int:
    for one in events:
        await record(orders, "ord_1", one, notify=notify)
    return (await got(orders)).news


async def test_each_change_of_state_is_news(orders: Orders) -> None:
    assert await news_after(orders, event("placed"), event("shipped", after=1)) == 2


async def test_a_late_event_is_no_news(orders: Orders) -> None:
    assert await news_after(orders, event("in_transit", after=5), event("delivered", after=9)) == 2
    assert await news_after(orders, event("packed", after=1), event("shipped", after=7)) == 2


async def test_a_repeated_state_is_no_news(orders: Orders) -> None:
    assert await news_after(orders, event("shipped"), event("shipped", after=1)) == 1


async def test_a_state_that_comes_back_is_news(orders: Orders) -> None:
    states = ("on_hold", "processing", "on_hold")
    assert await news_after(orders, *(event(s, after=n) for n, s in enumerate(states))) == 3


async def test_parcels_make_news_each_by_itself(orders: Orders) -> None:
    told = await news_after(
        orders,
        event("shipped", parcel="A"),
        event("shipped", parcel="B", after=1),  # the same state, but of another parcel
        event("delivered", parcel="A", after=9),
        event("in_transit", parcel="B", after=5),  # older than the other parcel's newest
        event("shipped", parcel="B", after=2),  # late for its own parcel
        event("in_transit", parcel="B", after=6),  # repeated
    )
    assert told == 4


async def test_what_should_notify_nobody_is_no_news(orders: Orders) -> None:
    assert await news_after(orders, event("shipped"), notify=False) == 0
    assert (await got(orders)).unfanned_since is None


async def test_a_silent_change_still_counts_as_the_state_before(orders: Orders) -> None:
    await record(orders, "ord_1", event("shipped"), notify=False)
    assert await news_after(orders, event("shipped", after=1)) == 0
    assert await news_after(orders, event("delivered", after=2)) == 1


CREATED = "an order is created, and no state is told"


@pytest.mark.parametrize(
    ("told", "news"),
    [
        ([CREATED], 1),
        ([CREATED, CREATED], 1),
        ([CREATED, "placed"], 1),
        ([CREATED, "shipped"], 2),
        ([CREATED, "shipped", CREATED], 2),
        ([CREATED, "shipped", CREATED, "shipped"], 2),
        (["shipped", CREATED], 1),
        ([None, CREATED], 1),
        ([None, CREATED, None, CREATED], 1),
    ],
    ids=str,
)
async def test_an_order_is_created_once(
    orders: Orders, told: Sequence[str | None], news: int
) -> None:
    events = [
        event(None, implies="placed", after=n) if state is CREATED else event(state, after=n)
        for n, state in enumerate(told)
    ]
    assert await news_after(orders, *events) == news


async def test_a_creation_that_arrives_late_is_no_news(orders: Orders) -> None:
    created = event(None, implies="placed")
    assert await news_after(orders, event("shipped", after=9), created) == 1


async def test_a_silent_creation_is_not_made_good_by_another(orders: Orders) -> None:
    await record(orders, "ord_1", event(None, implies="placed"), notify=False)
    assert await news_after(orders, event(None, implies="placed", after=1)) == 0


async def test_a_parcel_s_creation_says_nothing_of_another_parcel(orders: Orders) -> None:
    created = event(None, implies="placed", parcel="A")
    assert await news_after(orders, created, event("placed", parcel="B", after=1)) == 2


async def test_an_event_without_a_state_is_no_news(orders: Orders) -> None:
    assert await news_after(orders, event(None, note="A new date")) == 0


async def test_a_stateless_event_does_not_hide_the_state_before_it(orders: Orders) -> None:
    states = ("shipped", None, "shipped")
    assert await news_after(orders, *(event(s, after=n) for n, s in enumerate(states))) == 1


# The mark of news that has not reached the mailboxes


async def test_the_mark_stays_where_the_first_untold_news_put_it(orders: Orders) -> None:
    first, second = event("placed"), event("shipped", after=1)
    later = second.model_copy(update={"recorded_at": first.recorded_at + minutes(1)})
    await news_after(orders, first, later)
    assert (await got(orders)).unfanned_since == first.recorded_at


async def test_the_mark_goes_when_the_latest_news_was_fanned_out(orders: Orders) -> None:
    await record(orders, "ord_1", event())
    await orders.fanned_out("ord_1", 1)
    assert (await got(orders)).unfanned_since is None


async def test_newer_news_keeps_the_mark(orders: Orders) -> None:
    await news_after(orders, event("placed"), event("shipped", after=1))
    await orders.fanned_out("ord_1", 1)
    assert (await got(orders)).unfanned_since is not None


async def test_what_is_no_news_sets_no_mark(orders: Orders) -> None:
    await record(orders, "ord_1", event("delivered", after=9))
    await orders.fanned_out("ord_1", 1)
    assert await news_after(orders, event("shipped"), event("delivered", after=10)) == 1
    assert (await got(orders)).unfanned_since is None


async def test_unfanned_orders_are_found_by_age_oldest_first(orders: Orders) -> None:
    ages = {"ord_1": 1, "ord_2": 3, "ord_3": 2, "young": 0}
    for order_id, age in ages.items():
        await record(
            orders, order_id, event().model_copy(update={"recorded_at": NOON - minutes(age)})
        )
    await record(orders, "silent", event(), notify=False)

    before = NOON - minutes(1)
    assert await orders.unfanned(before, 10) == ["ord_2", "ord_3", "ord_1"]
    assert await orders.unfanned(before, 2) == ["ord_2", "ord_3"]


# Finding


async def test_an_order_is_found_by_its_key_only_among_its_customer_s(orders: Orders) -> None:
    await orders.append("a", event(), customer_id="customer-1", keys=["1001"], notify=True)
    await orders.append("b", event(), customer_id="customer-2", keys=["1001"], notify=True)
    found = await orders.of_customer_by_key("customer-1", "1001")
    assert [order.id for order in found] == ["a"]
    assert await orders.of_customer_by_key("customer-1", "1002") == []
    assert await orders.of_customer_by_key("customer-3", "1001") == []


async def test_a_customer_s_open_orders_come_first_each_with_the_latest_news_first(
    orders: Orders,
) -> None:
    for order_id, (status, after) in {
        "home": ("delivered", 9),
        "old": ("shipped", 1),
        "off": ("cancelled", 4),
        "new": ("placed", 3),
    }.items():
        await record(orders, order_id, event(status, after=after))
    await record(orders, "theirs", event(after=9), customer_id="customer-2")
    found = await orders.of_customer("customer-1", 10)
    assert [order.id for order in found] == ["new", "old", "home", "off"]
    assert [order.closed for order in found] == [False, False, True, True]


async def test_a_customer_s_orders_come_in_pages(orders: Orders) -> None:
    for n in range(5):
        await record(orders, str(n), event(after=n))
    pages = [await orders.of_customer("customer-1", 2, skip=skip) for skip in (0, 2, 4, 6)]
    assert [[order.id for order in page] for page in pages] == [["4", "3"], ["2", "1"], ["0"], []]


async def test_a_late_event_opens_an_order_no_more_and_news_does(orders: Orders) -> None:
    await record(orders, "ord_1", event("delivered", after=9))
    await record(orders, "ord_1", event("shipped", after=1))
    assert (await got(orders)).closed
    await record(orders, "ord_1", event("problem", after=10))
    assert not (await got(orders)).closed


async def test_what_a_shop_calls_a_parcel_is_no_expression_and_no_path(orders: Orders) -> None:
    for parcel in ("$events", "a.b", "$$ROOT"):
        await record(orders, "ord_1", event("delivered", parcel=parcel))
    assert (await got(orders)).closed
    await record(orders, "ord_1", event("shipped", parcel="a.b", after=1))
    assert not (await got(orders)).closed


async def test_a_page_of_orders_is_one_query_that_looks_at_no_other_customer_s(
    orders: Orders, mongo: Mongo
) -> None:
    for n in range(40):
        await record(orders, str(n), event(after=n), customer_id=f"customer-{n % 10}")
    with COMMANDS.of(mongo.database.name) as commands:
        await orders.of_customer("customer-1", 2)
    (asked,) = commands
    query = {name: asked[name] for name in ("find", "filter", "sort", "limit")}
    plan = await mongo.database.command("explain", query, verbosity="executionStats")
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] <= 4


async def test_keys_come_with_the_orders_they_name(orders: Orders) -> None:
    await orders.append("b", event(), customer_id="c", keys=["b", "1002"], notify=True)
    await orders.append("a", event(after=1), customer_id="c", keys=["a"], notify=True)
    assert await orders.keys_of_customer("c", 10) == [("a", "a"), ("b", "1002"), ("b", "b")]
    assert await orders.keys_of_customer("c", 1) == [("a", "a")]


async def test_it_is_remembered_which_events_were_news_and_which_have_reached_the_mailboxes(
    orders: Orders,
) -> None:
    events = [event("placed"), event("shipped", after=2), event("packed", after=1)]
    for each in [*events, event(None, after=3), event("delivered", after=4)]:
        await record(orders, "ord_1", each)
    order = await got(orders)
    assert [(change.event, change.news) for change in order.changes] == [
        (events[0].id, 1),
        (events[1].id, 2),
        (order.events[-1].id, 3),
    ]
    assert order.fanned == 0
    await orders.fanned_out("ord_1", 2)
    assert (await got(orders)).fanned == 0
    await orders.fanned_out("ord_1", 3)
    assert (await got(orders)).fanned == 3


async def test_of_many_changes_the_latest_are_remembered(orders: Orders) -> None:
    for n in range(CHANGES + 2):
        await record(orders, "ord_1", event(("shipped", "in_transit")[n % 2], after=n))
    order = await got(orders)
    assert [change.news for change in order.changes] == list(range(3, CHANGES + 3))


# The expected delivery


def dated(
    first: float | None, last: float | None = None, *, after: float = 0, **changes: object
) -> Event:
    """Says that the delivery is expected so many days after noon."""
    ends = [NOON + timedelta(days=day) if day is not None else None for day in (first, last)]
    said = {"recorded_at": NOON, "estimated_delivery": Window(earliest=ends[0], latest=ends[1])}
    return event(None, after=after).model_copy(update=said | changes)


async def counts(orders: Orders, *events: Event, notify: bool = True) -> list[int]:
    """The order's count of news after each event."""
    news = []
    for each in events:
        await record(orders, "ord_1", each, notify=notify)
        news.append((await got(orders)).news)
    return news


async def test_the_first_word_of_a_delivery_is_no_news_and_another_time_is(orders: Orders) -> None:
    first, same = dated(2, 3), dated(2, 3, after=1)
    earlier, later = dated(1, 3, after=2), dated(1, 4, after=3)
    open_end, unknown, known = dated(1, after=4), dated(None, after=5), dated(2, after=6)
    told = await counts(orders, first, same, earlier, later, open_end, unknown, known)
    assert told == [0, 0, 1, 2, 3, 3, 3]
    assert (await got(orders)).unfanned_since == earlier.recorded_at


async def test_a_delivery_that_a_late_event_expects_is_no_news(orders: Orders) -> None:
    assert await counts(orders, dated(2, after=5), dated(3, after=1)) == [0, 0]


async def test_another_time_that_should_notify_nobody_is_no_news(orders: Orders) -> None:
    assert await counts(orders, dated(2), dated(3, after=1), notify=False) == [0, 0]


async def test_another_parcel_s_delivery_is_no_news(orders: Orders) -> None:
    assert await counts(orders, dated(2), dated(3, parcel="B", after=1)) == [0, 0]


async def test_a_state_that_comes_with_another_time_is_news_once(orders: Orders) -> None:
    moved = dated(3, status="delayed", rank=10, after=1)
    assert await counts(orders, dated(2), moved) == [0, 1]
    said_again = dated(4, status="delayed", rank=10, after=2)
    assert await counts(orders, said_again) == [2]


# When to remind of it


async def marked(orders: Orders, *events: Event) -> datetime | None:
    for each in events:
        await record(orders, "ord_1", each)
    return (await got(orders)).remind_at


async def test_an_order_without_an_expected_delivery_has_no_mark_at_all(
    orders: Orders, mongo: Mongo
) -> None:
    assert await marked(orders, event("placed"), dated(None)) is None
    document = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert document is not None
    assert "remind_at" not in document


async def test_the_mark_is_a_day_ahead_of_what_the_newest_word_expects(orders: Orders) -> None:
    assert await marked(orders, dated(3, 4)) == NOON + timedelta(days=3) - AHEAD
    assert await marked(orders, dated(None, 5, after=2)) == NOON + timedelta(days=5) - AHEAD
    assert await marked(orders, dated(9, after=1)) == NOON + timedelta(days=5) - AHEAD
    shipped = event("shipped", after=3).model_copy(update={"recorded_at": NOON})
    assert await marked(orders, shipped) == NOON + timedelta(days=5) - AHEAD


async def test_what_was_expected_long_ago_is_not_marked(orders: Orders) -> None:
    assert await marked(orders, dated(-1.01)) is None
    assert await marked(orders, dated(-0.99, after=1)) is not None


async def test_marked_orders_are_found_oldest_first_until_they_were_reminded_of(
    orders: Orders,
) -> None:
    for order_id, day in (("ord_1", 3), ("ord_2", 2), ("ord_3", 9)):
        await record(orders, order_id, dated(day))
    now = NOON + timedelta(days=2)
    assert await orders.to_remind(now, 10) == ["ord_2", "ord_1"]
    assert await orders.to_remind(now, 1) == ["ord_2"]
    await orders.reminded(await got(orders, "ord_2"))
    assert await orders.to_remind(now, 10) == ["ord_1"]


async def test_a_delivery_that_moved_meanwhile_keeps_its_mark(orders: Orders) -> None:
    await record(orders, "ord_1", dated(2))
    read = await got(orders)
    await record(orders, "ord_1", dated(1, after=1))
    await orders.reminded(read)
    assert await orders.to_remind(NOON, 10) == ["ord_1"]
