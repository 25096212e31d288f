"""Orders: saved by compare-and-set, many in one write; read by whatever they are called."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta

import pytest
from pydantic import ValidationError
from pymongo.errors import WriteError

from bot.services.orders import history
from bot.services.orders.history import Report
from storage import rounds
from storage.chats import Chats
from storage.errors import ForeignIndex, is_passing
from storage.models import OVERDUE, Action, Carrier, Event, Item, Order, Pickup, Window
from storage.mongo import Document, Driver, Mongo, connect
from storage.orders import CHANGES, Orders
from storage.sealing import Seal
from storage.whose import account
from tests.support.commands import COMMANDS
from tests.support.news import NOON, after, chat, event, minutes, record

ANOTHER_KEY = "q5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="


@pytest.fixture
def others(mongo: Mongo) -> Orders:
    """Another replica's."""
    return Orders(mongo)


@pytest.fixture
async def without_our_key(mongodb_uri: str, driver: Driver) -> AsyncIterator[Orders]:
    """Of a replica that lacks the key with which text was sealed until now."""
    mongo = connect(mongodb_uri, driver, Seal([ANOTHER_KEY]), timeout=30)
    yield Orders(mongo)
    await mongo.close()


async def got(orders: Orders, order_id: str = "ord_1") -> Order:
    order = await orders.get(order_id)
    assert order is not None
    return order


async def saved(orders: Orders, order: Order, before: Order | None = None) -> Order:
    done = await orders.save(before, order)
    assert done is not None
    return done


def called(order_id: str, *events: Event) -> Order:
    return after(*(events or [event()])).model_copy(update={"id": order_id})


def named(commands: Iterable[Document]) -> list[str]:
    return [next(iter(command)) for command in commands]


# Saving


async def test_an_order_is_read_as_it_was_saved(orders: Orders) -> None:
    told = {
        "note": "Left with the neighbour",
        "carrier": Carrier(name="DHL"),
        "estimated_delivery": Window(earliest=NOON + timedelta(days=9999)),
        "items": 2,
        "goods": [Item(name="Coffee beans", quantity=2, parcel="A")],
        "photo_url": "https://shop.test/photo.jpg",
        "payment_url": "https://shop.test/pay",
        "pickup": Pickup(name="Kiosk", until=date(2026, 12, 3), code="4711"),
        "actions": [Action(id="leave", label="Leave at the door")],
    }
    first = event("placed", parcel="A").model_copy(update=told)
    done = await saved(orders, after(first, event(None, implies="placed", after=1)))
    assert done.version is not None
    assert done.remind_at is not None
    assert await got(orders) == done
    more = await saved(orders, after(event("packed", after=2), order=done), done)
    assert await got(orders) == more


async def test_what_looks_like_an_expression_is_stored_as_it_is(orders: Orders) -> None:
    dangerous = event("$events", parcel="$$ROOT", note="$customer_id", event_id="$events.id")
    first = await saved(orders, after(dangerous))
    await saved(orders, after(event("$news", parcel="a.b", after=1), order=first), first)
    stored = await got(orders)
    assert stored.events[0] == dangerous
    assert [each.status for each in stored.events] == ["$events", "$news"]


async def test_each_write_gives_the_order_another_version(orders: Orders) -> None:
    done = [await saved(orders, after(event("placed")))]
    for n in range(3):
        done.append(await saved(orders, after(event(after=n), order=done[-1]), done[-1]))
    assert len({order.version for order in done}) == 4
    assert None not in {order.version for order in done}


async def test_of_two_who_save_the_same_version_one_wins_and_the_other_gets_none(
    orders: Orders, others: Orders
) -> None:
    before = await saved(orders, after(event("placed")))
    one, two = (after(event(state, after=1), order=before) for state in ("packed", "shipped"))
    outcomes = await asyncio.gather(orders.save(before, one), others.save(before, two))
    (won,) = [outcome for outcome in outcomes if outcome]
    assert await got(orders) == won
    assert len(won.events) == 2
    assert await orders.save(before, one) is await others.save(before, two) is None
    assert await got(orders) == won


async def test_of_two_who_save_the_same_version_in_one_write_one_wins(orders: Orders) -> None:
    before = await saved(orders, after(event("placed")))
    outcomes = await asyncio.gather(
        *(orders.save(before, after(event(after=n), order=before)) for n in range(5))
    )
    (won,) = [outcome for outcome in outcomes if outcome]
    assert await got(orders) == won


async def test_of_many_who_make_an_order_one_wins(orders: Orders, others: Orders) -> None:
    outcomes = await asyncio.gather(
        *(each.save(None, after(event())) for each in [orders, others] * 5)
    )
    (won,) = [outcome for outcome in outcomes if outcome]
    assert await got(orders) == won


async def test_nothing_is_written_where_the_order_is_gone(orders: Orders, mongo: Mongo) -> None:
    before = await saved(orders, after(event("placed")))
    await mongo.database["orders"].delete_one({"_id": "ord_1"})
    assert await orders.save(before, after(event(after=1), order=before)) is None
    assert await orders.get("ord_1") is None


async def test_a_document_without_a_version_counts_as_the_first_and_is_saved(
    orders: Orders, others: Orders, mongo: Mongo
) -> None:
    """As an older version of the program has left it."""
    await saved(orders, after(event("placed")))
    await mongo.database["orders"].update_one({"_id": "ord_1"}, {"$unset": {"version": ""}})
    before = await got(orders)
    assert before.version is None
    done = await saved(orders, after(event(after=1), order=before), before)
    assert await got(orders) == done
    assert await others.save(before, after(event(after=2), order=before)) is None


async def updates_of(orders: Orders, mongo: Mongo, before: Order, new: Event) -> Document:
    """What is sent to the database when an order gets another event."""
    with COMMANDS.of(mongo.database.name) as commands:
        await saved(orders, after(new, order=before), before)
    ((update,),) = [command["updates"] for command in commands]
    assert update["q"] == {"_id": before.id, "version": before.version}
    sent: Document = update["u"]
    return sent


async def test_new_events_are_pushed_and_stored_ones_are_not_written_again(
    orders: Orders, mongo: Mongo
) -> None:
    before = await saved(orders, after(event("placed"), event("shipped", after=5)))
    sent = await updates_of(orders, mongo, before, late := event("packed", after=1))
    assert (set(sent), set(sent["$set"]), set(sent["$push"])) == (
        *({"$set", "$push"}, {"version"}, {"events"}),
    )
    assert [each["id"] for each in sent["$push"]["events"]["$each"]] == [late.id]
    assert "$sort" in sent["$push"]["events"]


async def test_a_newest_event_is_put_behind_the_others_and_so_is_that_it_is_news(
    orders: Orders, mongo: Mongo
) -> None:
    before = await saved(orders, after(event("placed"), event("shipped", after=5)))
    sent = await updates_of(orders, mongo, before, new := event("delivered", after=9))
    assert set(sent["$set"]) == {"version", "latest_at", "closed", "news"}
    assert set(sent["$push"]["events"]) == {"$each"}
    assert sent["$push"]["changes"]["$each"] == [{"event": new.id, "news": 3}]


async def test_of_very_many_changes_the_latest_are_stored(orders: Orders, mongo: Mongo) -> None:
    states = ("shipped", "in_transit")
    order = await saved(orders, after(*(event(states[n % 2], after=n) for n in range(CHANGES))))
    for n in range(2):
        sent = await updates_of(orders, mongo, order, event(states[n % 2], after=CHANGES + n))
        assert "changes" in sent["$push"]
        order = await got(orders)
    assert [change.news for change in order.changes] == list(range(3, CHANGES + 3))
    assert orders.cached("ord_1") == order


async def test_an_event_that_comes_late_is_stored_in_its_place(orders: Orders) -> None:
    order = await saved(orders, after(event("in_transit", after=5)))
    for told in (event("placed"), event("in_transit", after=9), event("delivered", after=9)):
        order = await saved(orders, after(told, order=order), order)
        assert await got(orders) == order
    assert [each.occurred_at - NOON for each in order.events] == [minutes(n) for n in (0, 5, 9, 9)]


async def test_text_that_is_sealed_with_a_key_that_is_missing_survives_a_later_event(
    orders: Orders, without_our_key: Orders
) -> None:
    note = "Left with the neighbour"
    await saved(orders, after(event("placed", note=note), event("shipped", note=note, after=2)))
    read = await got(without_our_key)
    assert [each.note for each in read.events] == [None, None]
    late, last = event("packed", after=1), event("delivered", after=3)
    done = await saved(without_our_key, after(late, order=read), read)
    await saved(without_our_key, after(last, order=done), done)
    assert [each.note for each in (await got(orders)).events] == [note, None, note, None]


async def test_a_description_is_written_in_the_place_of_all_events(orders: Orders) -> None:
    told = await saved(orders, after(event("placed"), event("packed", after=1)))
    steps = [event("placed", after=1), event("shipped", after=2)]
    described = history.described(told, Report("ord_1", "customer-1", steps, ["1001"], []))
    done = await saved(orders, described, told)
    assert await got(orders) == done
    assert [each.id for each in done.events] == [each.id for each in steps]
    assert len(done.replaced) == 2


async def test_what_ends_is_no_longer_there(orders: Orders, mongo: Mongo) -> None:
    marked = await saved(orders, dated(3))
    assert marked.remind_at
    gone = {"remind_at": None, "unfanned_since": None}
    await saved(orders, marked.model_copy(update=gone), marked)
    document = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert document is not None
    assert not gone.keys() & document.keys()


async def test_an_order_without_marks_has_none_so_that_the_indexes_stay_small(
    orders: Orders, mongo: Mongo
) -> None:
    await saved(orders, after(event("placed"), notify=False))
    document = await mongo.database["orders"].find_one({"_id": "ord_1"})
    assert document is not None
    assert not {"remind_at", "unfanned_since"} & document.keys()


async def test_many_saves_at_once_are_one_write_of_new_ones_and_one_of_known_ones(
    orders: Orders, mongo: Mongo
) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        made = await asyncio.gather(*(orders.save(None, called(f"ord_{n}")) for n in range(20)))
        known = [order for order in made if order]
        moved = [(order, after(event("delivered", after=1), order=order)) for order in known]
        new = [(None, called(f"new_{n}")) for n in range(20)]
        done = await asyncio.gather(*(orders.save(*change) for change in [*moved, *new]))
    first, *others = named(commands)
    assert (first, sorted(others)) == ("insert", ["insert", "update"])
    assert {len(c.get("documents", c.get("updates", []))) for c in commands} == {20}
    assert {order.id for order in done if order} == {order.id for _, order in [*moved, *new]}


async def test_a_write_is_of_no_more_than_the_most(orders: Orders, mongo: Mongo) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        many = range(rounds.LARGEST + 1)
        await asyncio.gather(*(orders.save(None, called(f"ord_{n}")) for n in many))
    assert [len(command["documents"]) for command in commands] == [rounds.LARGEST, 1]


async def test_of_many_saves_at_once_only_those_that_were_too_late_get_none(
    orders: Orders, others: Orders
) -> None:
    before = [await saved(orders, called(f"ord_{n}")) for n in range(6)]
    for late in before[::2]:
        await saved(others, after(event("packed", after=1), order=late), late)
    made = await saved(others, called("made"))
    done = await asyncio.gather(
        orders.save(None, called("made")),
        *(orders.save(each, after(event("delivered", after=2), order=each)) for each in before),
        orders.save(None, called("new")),
    )
    assert [order and order.id for order in done] == [
        *(None, None, "ord_1", None, "ord_3", None, "ord_5", "new"),
    ]
    assert [len((await got(orders, f"ord_{n}")).events) for n in range(6)] == [2] * 6
    assert await got(orders, "made") == made


async def test_a_write_that_fails_fails_alone(orders: Orders, mongo: Mongo) -> None:
    wrong, right = await saved(orders, called("wrong")), await saved(orders, called("right"))
    await mongo.database["orders"].update_one({"_id": "wrong"}, {"$set": {"events": "none"}})
    failed, done, made = await asyncio.gather(
        *(orders.save(each, after(event(after=1), order=each)) for each in (wrong, right)),
        orders.save(None, called("new")),
        return_exceptions=True,
    )
    assert isinstance(failed, WriteError)
    assert (await got(orders, "right"), await got(orders, "new")) == (done, made)


async def test_a_foreign_unique_index_is_named_and_refuses_only_what_it_must(
    orders: Orders, mongo: Mongo, caplog: pytest.LogCaptureFixture
) -> None:
    known = await saved(orders, called("known"))
    await mongo.database["orders"].create_index("customer_id", name="slug_1", unique=True)
    another = called("another", event()).model_copy(update={"customer_id": "customer-2"})
    try:
        twin, done, changed = await asyncio.gather(
            orders.save(None, called("twin")),
            orders.save(None, another),
            orders.save(known, known.model_copy(update={"customer_id": "customer-2"})),
            return_exceptions=True,
        )
    finally:
        await mongo.database["orders"].drop_index("slug_1")
    assert isinstance(done, Order)
    for refused in (twin, changed):
        assert isinstance(refused, ForeignIndex)
        assert is_passing(refused)
    assert "index slug_1 of orders is not Trackline's" in caplog.text
    assert "customer-1" not in caplog.text


# Reading one


async def test_what_is_read_at_the_same_time_is_one_query(orders: Orders, mongo: Mongo) -> None:
    for n in range(3):
        await saved(orders, called(f"ord_{n}"))
    ids = ["ord_2", "ord_0", "unknown", "ord_1", "ord_0"]
    with COMMANDS.of(mongo.database.name) as commands:
        found = await asyncio.gather(*(orders.get(each) for each in ids))
    assert [order and order.id for order in found] == ["ord_2", "ord_0", None, "ord_1", "ord_0"]
    assert [command["filter"] for command in commands] == [{"_id": {"$in": ids}}]


async def test_one_unreadable_document_does_not_spoil_the_reads_of_others(
    orders: Orders, mongo: Mongo
) -> None:
    for order_id in ("right", "wrong"):
        await saved(orders, called(order_id))
    await mongo.database["orders"].update_one({"_id": "wrong"}, {"$set": {"events": "none"}})
    found, failed, missing = await asyncio.gather(
        *(orders.get(each) for each in ("right", "wrong", "unknown")), return_exceptions=True
    )
    assert isinstance(found, Order)
    assert isinstance(failed, ValidationError)
    assert missing is None


async def test_nor_does_it_spoil_the_questions_of_other_customers(
    orders: Orders, chats: Chats, mongo: Mongo
) -> None:
    for n in (1, 2):
        customer = f"customer-{n}"
        await record(orders, f"ord_{n}", event(), customer_id=customer, names=["1001"])
        await chats.link(chat(1000 + n, customer))
    await mongo.database["orders"].update_one({"_id": "ord_1"}, {"$set": {"events": "none"}})
    await mongo.database["chats"].update_one({"_id": 1001}, {"$set": {"entries": "none"}})

    named = await asyncio.gather(
        *(orders.known_to([account(f"customer-{n}")], ["1001"]) for n in (1, 2)),
        return_exceptions=True,
    )
    following = await asyncio.gather(
        *(chats.following(account(f"customer-{n}")) for n in (1, 2)), return_exceptions=True
    )
    for unreadable, readable in (named, following):
        assert isinstance(unreadable, ValidationError)
        assert isinstance(readable, list)
        assert len(readable) == 1


# At hand


async def test_an_order_is_cached_as_this_process_saved_it_last(
    orders: Orders, others: Orders
) -> None:
    assert orders.cached("ord_1") is None
    first = await saved(orders, after(event("placed")))
    assert orders.cached("ord_1") is first
    second = await saved(orders, after(event("packed", after=1), order=first), first)
    assert orders.cached("ord_1") is second
    await saved(others, after(event("shipped", after=2), order=second), second)
    assert orders.cached("ord_1") is second


async def test_an_order_that_was_only_read_is_not_cached(orders: Orders, others: Orders) -> None:
    await saved(others, after(event("placed")))
    await got(orders)
    assert orders.cached("ord_1") is None


async def test_an_order_that_somebody_else_was_quicker_to_save_is_not_cached(
    orders: Orders, others: Orders
) -> None:
    first = await saved(orders, after(event("placed")))
    await saved(others, after(event("packed", after=1), order=first), first)
    assert await orders.save(first, after(event("shipped", after=2), order=first)) is None
    assert orders.cached("ord_1") is None


async def test_what_was_saved_longest_ago_is_not_cached_for_ever(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is how many events there are, all orders together."""
    monkeypatch.setattr("storage.order_cache.CAPACITY", 5)
    orders_of = {"a": 2, "b": 2, "c": 1}
    done = {
        order_id: await saved(orders, called(order_id, *(event(after=n) for n in range(count))))
        for order_id, count in orders_of.items()
    }
    assert [orders.cached(each) for each in "abc"] == list(done.values())
    more = await saved(orders, after(event("packed", after=9), order=done["a"]), done["a"])
    assert [orders.cached(each) for each in "abc"] == [more, None, done["c"]]
    huge = await saved(orders, called("d", *(event(after=n) for n in range(5))))
    assert [orders.cached(each) for each in "abcd"] == [None, None, None, huge]
    await saved(orders, called("e", *(event(after=n) for n in range(6))))
    assert [orders.cached(each) for each in "abcde"] == [None] * 5


async def test_what_is_cached_of_a_customer_can_be_dropped(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.order_cache.CAPACITY", 3)
    for order_id, customer_id in (("a", "customer-1"), ("b", "customer-1"), ("c", "customer-2")):
        await record(orders, order_id, event(), customer_id=customer_id)
    orders.uncache(account("customer-1"))
    assert [orders.cached(each) is None for each in "abc"] == [True, True, False]
    for order_id in "de":
        await record(orders, order_id, event())
    assert [orders.cached(each) is None for each in "cde"] == [False] * 3  # there was room again


# The mark of news that has not reached the mailboxes


async def test_the_mark_goes_when_the_order_as_it_is_was_fanned_out(orders: Orders) -> None:
    order = await saved(orders, after(event()))
    assert order.unfanned_since
    await orders.fanned_out(order)
    stored = await got(orders)
    assert (stored.unfanned_since, stored.reached) == (None, 1)
    assert orders.cached("ord_1") == stored


async def test_what_was_written_since_keeps_the_mark(orders: Orders, others: Orders) -> None:
    order = await saved(orders, after(event("placed")))
    newer = await saved(others, after(event("shipped", after=1), order=order), order)
    await orders.fanned_out(order)
    assert await got(orders) == newer
    assert newer.unfanned_since


async def test_what_this_process_has_written_since_stays_cached(orders: Orders) -> None:
    order = await saved(orders, after(event("placed")))
    newer = await saved(orders, after(event("shipped", after=1), order=order), order)
    await orders.fanned_out(order)
    assert orders.cached("ord_1") is newer
    assert await got(orders) == newer


async def test_news_is_marked_where_somebody_else_has_cleared_an_earlier_mark(
    orders: Orders, others: Orders
) -> None:
    """To clear it is to write: who has the order in hand as it was before is too late."""
    marked = await saved(orders, after(event("placed")))
    await others.fanned_out(marked)
    news = after(event("shipped", after=1), order=orders.cached("ord_1"))
    assert await orders.save(marked, news) is None

    cleared = await got(orders)
    await saved(orders, after(event("shipped", after=1), order=cleared), cleared)
    stored = await got(orders)
    assert (stored.unfanned_since is None, stored.fanned, stored.news) == (False, 1, 2)


async def test_the_mark_of_an_order_of_an_older_version_goes_too(
    orders: Orders, mongo: Mongo
) -> None:
    await saved(orders, after(event()))
    await mongo.database["orders"].update_one({"_id": "ord_1"}, {"$unset": {"version": ""}})
    await orders.fanned_out(await got(orders))
    assert (await got(orders)).unfanned_since is None


async def test_many_marks_go_at_once_and_those_of_others_stay(
    orders: Orders, others: Orders, mongo: Mongo
) -> None:
    made = [await saved(orders, called(f"ord_{n}")) for n in range(6)]
    for late in made[::2]:
        await saved(others, after(event("delivered", after=1), order=late), late)
    with COMMANDS.of(mongo.database.name) as commands:
        await asyncio.gather(*(orders.fanned_out(order) for order in made[:5]))
    assert named(commands) == ["update"]
    marks = [(await got(orders, f"ord_{n}")).unfanned_since for n in range(6)]
    assert [mark is None for mark in marks] == [False, True, False, True, False, False]


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
    for order_id, customer_id in (("a", "customer-1"), ("b", "customer-2")):
        await record(orders, order_id, event(), customer_id=customer_id, names=["1001"])
    found = await orders.known_to([account("customer-1")], ["1001"])
    assert [order.id for order in found] == ["a"]
    assert await orders.known_to([account("customer-1")], ["1002"]) == []
    assert await orders.known_to([account("customer-3")], ["1001"]) == []


async def test_what_is_looked_for_at_the_same_time_is_one_query_and_each_finds_their_own(
    orders: Orders, mongo: Mongo
) -> None:
    for order_id, customer_id, name in (
        ("a", "customer-1", "1001"),
        ("b", "customer-2", "1001"),
        ("c", "customer-1", "1002"),
    ):
        await record(orders, order_id, event(), customer_id=customer_id, names=[name])
    asked = [
        ([account("customer-1")], ["1001"]),
        ([account("customer-2")], ["1002"]),
        ([account("customer-2")], ["1001", "0"]),
    ]
    with COMMANDS.of(mongo.database.name) as commands:
        found = await asyncio.gather(*(orders.known_to(*each) for each in asked))
    assert [[order.id for order in each] for each in found] == [["a"], [], ["b"]]
    assert named(commands) == ["find"]


async def test_orders_of_the_same_name_are_found_the_latest_news_first(orders: Orders) -> None:
    for order_id, minute in (("a", 1), ("b", 3), ("c", 2)):
        await record(orders, order_id, event(after=minute), names=["1001"])
    found = await orders.known_to([account("customer-1")], ["1001"])
    assert [order.id for order in found] == ["b", "c", "a"]
    assert [order.id for order in await orders.known_as(["1001"], 10)] == ["b", "c", "a"]


async def test_a_customer_s_open_orders_come_first_each_with_the_latest_news_first(
    orders: Orders,
) -> None:
    for order_id, (status, minute) in {
        "home": ("delivered", 9),
        "old": ("shipped", 1),
        "off": ("cancelled", 4),
        "new": ("placed", 3),
    }.items():
        await record(orders, order_id, event(status, after=minute))
    await record(orders, "theirs", event(after=9), customer_id="customer-2")
    found = await orders.of([account("customer-1")], 10)
    assert [order.id for order in found] == ["new", "old", "home", "off"]
    assert [order.closed for order in found] == [False, False, True, True]


async def test_an_order_that_does_not_say_whether_it_is_closed_is_listed_as_open(
    orders: Orders, mongo: Mongo
) -> None:
    """As an early version has left it."""
    await record(orders, "early", event())
    await record(orders, "new", event(after=1))
    await record(orders, "home", event("delivered", after=2))
    await mongo.database["orders"].update_one({"_id": "early"}, {"$unset": {"closed": ""}})
    listed = [order.id for order in await orders.of([account("customer-1")], 10)]
    assert listed == ["new", "early", "home"]


async def test_a_customer_s_orders_come_in_pages(orders: Orders) -> None:
    for n in range(5):
        await record(orders, str(n), event(after=n))
    pages = [await orders.of([account("customer-1")], 2, skip=skip) for skip in (0, 2, 4, 6)]
    assert [[order.id for order in page] for page in pages] == [["4", "3"], ["2", "1"], ["0"], []]


async def test_of_very_many_orders_the_youngest_are_listed(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.orders.LISTED", 3)
    for n in range(5):
        made = event(after=-n).model_copy(update={"recorded_at": NOON + minutes(n)})
        await record(orders, str(n), made)
    assert [order.id for order in await orders.of([account("customer-1")], 10)] == ["2", "3", "4"]
    assert {order_id for order_id, _ in await orders.keys_of([account("customer-1")], 10)} == {
        *("2", "3", "4"),
    }


async def test_a_page_of_orders_is_two_queries_that_look_at_no_other_customer_s(
    orders: Orders, mongo: Mongo
) -> None:
    for n in range(40):
        await record(orders, str(n), event(after=n), customer_id=f"customer-{n % 10}")
    with COMMANDS.of(mongo.database.name) as commands:
        found = await orders.of([account("customer-1")], 2)
    assert [order.id for order in found] == ["31", "21"]
    which, these = commands
    assert "events" not in which["projection"]
    assert these["filter"] == {"_id": {"$in": ["31", "21"]}}
    query = {name: which[name] for name in ("find", "filter", "projection", "sort", "limit")}
    plan = await mongo.database.command("explain", query, verbosity="executionStats")
    assert "IXSCAN" in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] <= 4


async def test_where_there_is_nothing_on_a_page_one_query_says_so(
    orders: Orders, mongo: Mongo
) -> None:
    await record(orders, "ord_1", event())
    with COMMANDS.of(mongo.database.name) as commands:
        assert await orders.of([account("customer-2")], 2) == []
        assert await orders.of([account("customer-1")], 2, skip=1) == []
    assert named(commands) == ["find", "find"]


async def test_keys_come_with_the_orders_they_name(orders: Orders, mongo: Mongo) -> None:
    await record(orders, "b", event(), names=["b", "1002"])
    await record(orders, "a", event(after=1), names=["a"])
    with COMMANDS.of(mongo.database.name) as commands:
        first, *others = await orders.keys_of([account("customer-1")], 10)
    assert first == ("a", "a")
    assert sorted(others) == [("b", "1002"), ("b", "b")]
    assert await orders.keys_of([account("customer-1")], 1) == [("a", "a")]
    assert ["events" in command["projection"] for command in commands] == [False]


# When to remind of a delivery


def dated(days: float, *, minute: float = 0, order: Order | None = None) -> Order:
    """The order once a delivery is expected so many days after noon."""
    window = Window(earliest=NOON + timedelta(days=days))
    said = {"recorded_at": NOON, "estimated_delivery": window}
    return after(event(None, after=minute).model_copy(update=said), order=order)


async def test_marked_orders_are_found_oldest_first_until_they_were_reminded_of(
    orders: Orders,
) -> None:
    for order_id, days in (("ord_1", 3), ("ord_2", 2), ("ord_3", 9)):
        await saved(orders, dated(days).model_copy(update={"id": order_id}))
    now = NOON + timedelta(days=2)
    assert await orders.to_remind(now, 10) == ["ord_2", "ord_1"]
    assert await orders.to_remind(now, 1) == ["ord_2"]
    await orders.reminded(await got(orders, "ord_2"))
    assert await orders.to_remind(now, 10) == ["ord_1"]


async def test_a_delivery_that_moved_meanwhile_keeps_its_mark(orders: Orders) -> None:
    read = await saved(orders, dated(2))
    await saved(orders, dated(1, minute=1, order=read), read)
    await orders.reminded(read)
    assert await orders.to_remind(NOON, 10) == ["ord_1"]


async def test_an_order_is_looked_at_for_its_news_and_for_its_reminder_whichever_comes_first(
    orders: Orders,
) -> None:
    young = event(after=1).model_copy(update={"recorded_at": NOON})
    for order_id in ("told first", "reminded first"):
        both = after(young, order=dated(2)).model_copy(update={"id": order_id})
        assert (await saved(orders, both)).look_at == NOON + OVERDUE
    assert await orders.to_remind(NOON + minutes(1), 10) == []
    order = await got(orders, "told first")
    await orders.fanned_out(order)
    order = await got(orders, "told first")
    assert order.look_at == order.remind_at == NOON + timedelta(days=1)
    await orders.reminded(order)
    assert (await got(orders, "told first")).look_at is None

    await orders.reminded(await got(orders, "reminded first"))
    order = await got(orders, "reminded first")
    assert (order.remind_at, order.look_at) == (None, NOON + OVERDUE)
    assert await orders.unfanned(NOON, 10) == ["reminded first"]
    await orders.fanned_out(order)
    assert (await got(orders, "reminded first")).look_at is None
    assert await orders.to_remind(NOON + timedelta(days=9), 10) == []


async def test_news_that_comes_while_an_order_is_reminded_of_is_looked_at(
    orders: Orders, others: Orders
) -> None:
    read = await saved(orders, dated(2))
    news = event(after=1).model_copy(update={"recorded_at": NOON})
    await saved(others, after(news, order=read), read)
    await orders.reminded(read)
    assert await orders.unfanned(NOON, 10) == ["ord_1"]


async def test_a_reminder_that_is_wanted_while_news_is_fanned_out_is_looked_at(
    orders: Orders, others: Orders
) -> None:
    read = await saved(orders, after(event()))
    await others.remind_again([account("customer-1")], NOON)
    await orders.fanned_out(read)
    assert await orders.to_remind(NOON, 10) == ["ord_1"]


async def test_a_customer_s_open_orders_are_marked_again_unless_they_are(orders: Orders) -> None:
    await saved(orders, dated(2))
    for order_id, customer_id, status in (
        ("open", "customer-1", "shipped"),
        ("home", "customer-1", "delivered"),
        ("theirs", "customer-2", "shipped"),
    ):
        await record(orders, order_id, event(status), customer_id=customer_id)
    await orders.remind_again([account("customer-1")], NOON)
    assert await orders.to_remind(NOON, 10) == ["open"]
    assert await orders.to_remind(NOON + timedelta(days=1), 10) == ["open", "ord_1"]


async def test_who_read_an_order_before_it_was_marked_again_saves_it_with_the_mark(
    orders: Orders,
) -> None:
    before = await saved(orders, called("open"))
    await orders.remind_again([account("customer-1")], NOON)
    await saved(orders, after(event("shipped", after=1), order=before), before)
    assert await orders.to_remind(NOON + timedelta(hours=1), 10) == ["open"]
