"""What becomes of an order by what is told of it: pure decisions, whatever order events come in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.services.orders import history
from bot.services.orders.history import AHEAD, Report
from bot.services.orders.newsworthy import moved_from, news_candidates
from storage.models import OVERDUE, Change, Event, Order, Replaced, Window
from storage.orders import CHANGES
from storage.whose import account
from tests.support.news import NOON, after, event, minutes

WHOSE = account("customer-1")


def at(moment: datetime, event: Event) -> Event:
    """The event, as if it had been recorded then."""
    return event.model_copy(update={"recorded_at": moment})


def telling(*events: Event, keys: Sequence[str] = (), may_be_news: Sequence[Event] = ()) -> Report:
    """What is told of the order at once. ``may_be_news``: of these, those that may be news."""
    return Report("ord_1", "customer-1", events, [*keys], {each.id for each in may_be_news})


# Events, and what stands beside them


def test_the_first_event_makes_the_order() -> None:
    first = event("placed", note="Thank you")
    order = after(first)
    assert (order.id, order.customer_id, order.version) == ("ord_1", "customer-1", None)
    assert order.events == [first]
    assert order.keys[:2] == [WHOSE, "ord_1"]
    assert (order.created_at, order.latest_at) == (first.recorded_at, NOON)
    assert (order.news, order.unfanned_since) == (1, first.recorded_at)


def test_events_stand_in_the_order_in_which_they_happened() -> None:
    order = after(*(event("in_transit", after=n, note=str(n)) for n in (5, 1, 3)))
    assert [one.note for one in order.events] == ["1", "3", "5"]
    assert order.latest_at == NOON + minutes(5)


def test_events_of_one_moment_stand_in_the_order_of_their_states() -> None:
    states = ("delivered", "placed", "shipped")
    order = after(*(event(status, event_id=f"msg_{n}") for n, status in enumerate(states)))
    assert [one.status for one in order.events] == ["placed", "shipped", "delivered"]


def test_events_of_one_moment_and_state_stand_in_the_order_of_their_ids() -> None:
    order = after(*(event(event_id=each) for each in ("b", "c", "a")))
    assert [one.id for one in order.events] == ["a", "b", "c"]


def test_an_order_that_an_older_replica_made_is_carried_on_with_its_next_event() -> None:
    order = after(event("placed")).model_copy(update={"keys": ["ord_1"]})
    assert WHOSE in after(event("shipped", after=1), order=order).keys


def test_the_order_is_another_and_the_one_before_is_as_it_was() -> None:
    before = after(event("placed"))
    as_it_was = before.model_copy(deep=True)
    order = after(event("shipped", after=1), order=before)
    assert before == as_it_was
    assert order.events[0] is before.events[0]  # so that the store knows what is new


def test_the_creation_time_and_older_keys_are_kept_and_whose_it_is_is_one_of_them() -> None:
    first = event("placed")
    order = history.reported(None, telling(first, keys=["1001"]))
    later = at(first.recorded_at + minutes(1), event("shipped"))
    order = history.reported(order, telling(later, keys=["1001-b", "1001"]))
    assert (order.created_at, order.keys) == (first.recorded_at, [WHOSE, "1001", "1001-b"])


@pytest.mark.parametrize("states", [["placed"], ["placed", "delivered"], [None]], ids=str)
def test_what_is_told_at_once_is_as_if_it_had_come_one_by_one(states: list[str | None]) -> None:
    events = [event(s, after=n, implies=None if s else "placed") for n, s in enumerate(states)]
    one_by_one: Order | None = None
    for each in events:
        one_by_one = history.reported(one_by_one, telling(each, keys=["1001"], may_be_news=[each]))
    at_once = telling(*reversed(events), keys=["1001"], may_be_news=events)
    assert history.reported(None, at_once) == one_by_one


# What counts as news


def news_after(*events: Event) -> int:
    return after(*events).news


def test_each_change_of_state_is_news() -> None:
    assert news_after(event("placed"), event("shipped", after=1)) == 2


def test_a_late_event_is_no_news() -> None:
    order = after(event("in_transit", after=5), event("delivered", after=9))
    assert order.news == 2
    assert after(event("packed", after=1), event("shipped", after=7), order=order).news == 2


def test_what_comes_late_is_no_news_even_where_it_might_tell() -> None:
    order = after(event("in_transit", after=5), event("delivered", after=9))
    for late in (event("packed", after=1), event("shipped", after=7)):
        assert history.reported(order, telling(late, may_be_news=[late])).news == 2


def test_a_repeated_state_is_no_news() -> None:
    assert news_after(event("shipped"), event("shipped", after=1)) == 1


def test_a_state_that_comes_back_is_news() -> None:
    states = ("on_hold", "processing", "on_hold")
    assert news_after(*(event(s, after=n) for n, s in enumerate(states))) == 3


def test_parcels_make_news_each_by_itself() -> None:
    told = news_after(
        event("shipped", parcel="A"),
        event("shipped", parcel="B", after=1),  # the same state, but of another parcel
        event("delivered", parcel="A", after=9),
        event("in_transit", parcel="B", after=5),  # older than the other parcel's newest
        event("shipped", parcel="B", after=2),  # late for its own parcel
        event("in_transit", parcel="B", after=6),  # repeated
    )
    assert told == 4


def test_what_should_notify_nobody_is_no_news() -> None:
    order = after(event("shipped"), notify=False)
    assert (order.news, order.changes, order.unfanned_since) == (0, [], None)


def test_a_silent_change_still_counts_as_the_state_before() -> None:
    order = after(event("shipped"), notify=False)
    order = after(event("shipped", after=1), order=order)
    assert order.news == 0
    assert after(event("delivered", after=2), order=order).news == 1


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
def test_an_order_is_created_once(told: Sequence[str | None], news: int) -> None:
    events = [
        event(None, implies="placed", after=n) if state is CREATED else event(state, after=n)
        for n, state in enumerate(told)
    ]
    assert news_after(*events) == news


def test_a_creation_that_arrives_late_is_no_news() -> None:
    created = event(None, implies="placed")
    assert news_after(event("shipped", after=9), created) == 1


def test_a_silent_creation_is_not_made_good_by_another() -> None:
    order = after(event(None, implies="placed"), notify=False)
    assert after(event(None, implies="placed", after=1), order=order).news == 0


def test_a_parcel_s_creation_says_nothing_of_another_parcel() -> None:
    created = event(None, implies="placed", parcel="A")
    assert news_after(created, event("placed", parcel="B", after=1)) == 2


def test_an_event_without_a_state_is_no_news() -> None:
    assert news_after(event(None, note="A new date")) == 0


def test_a_stateless_event_does_not_hide_the_state_before_it() -> None:
    states = ("shipped", None, "shipped")
    assert news_after(*(event(s, after=n) for n, s in enumerate(states))) == 1


def test_it_is_remembered_which_events_were_news() -> None:
    events = [event("placed"), event("shipped", after=2), event("packed", after=1)]
    order = after(*events, event(None, after=3), event("delivered", after=4))
    assert [(change.event, change.news) for change in order.changes] == [
        (events[0].id, 1),
        (events[1].id, 2),
        (order.events[-1].id, 3),
    ]


def test_of_many_changes_the_latest_are_remembered() -> None:
    states = ("shipped", "in_transit")
    order = after(*(event(states[n % 2], after=n) for n in range(CHANGES + 2)))
    assert [change.news for change in order.changes] == list(range(3, CHANGES + 3))


# Of what is told at once, what began the present state is news


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], ""),
        (["shipped"], "0"),
        (["placed", "shipped"], "1"),
        (["placed", "shipped", "shipped"], "1"),
        (["shipped", "delayed", "shipped"], "2"),
        (["placed", None, "shipped", None], "123"),
        ([None], "0"),
    ],
    ids=str,
)
def test_what_was_left_for_another_state_is_past(states: list[str | None], told: str) -> None:
    events = [event(state, event_id=str(n), after=n) for n, state in enumerate(states)]
    assert news_candidates(events, []) == set(told)


def test_each_parcel_and_the_order_itself_have_their_own_present() -> None:
    events = [
        event("placed", event_id="0"),
        event("shipped", event_id="1", parcel="a", after=1),
        event("shipped", event_id="2", parcel="b", after=2),
        event("delivered", event_id="3", parcel="a", after=3),
    ]
    assert news_candidates(events, []) == {"0", "2", "3"}


def test_what_is_known_already_parts_what_is_new() -> None:
    known = [event("placed", event_id="0"), event("delayed", event_id="2", after=2)]
    late, new = event("shipped", event_id="1", after=1), event("shipped", event_id="3", after=3)
    assert news_candidates([late, new], known) == {"3"}
    assert news_candidates([late], known) == set()


def test_of_what_is_told_at_once_only_what_may_be_news_is_news() -> None:
    events = [event("placed"), event("packed", after=1), event("shipped", after=2)]
    order = history.reported(None, telling(*events, may_be_news=[events[0], events[2]]))
    assert order.changes == [
        Change(event=events[0].id, news=1),
        Change(event=events[2].id, news=2),
    ]


# The mark of news that has not reached the mailboxes


LATER = NOON + minutes(1)


def fanned_out(order: Order) -> Order:
    """As the dispatcher leaves it."""
    return order.model_copy(update={"unfanned_since": None})


def test_the_mark_is_set_by_what_is_news_and_counts_what_had_reached_the_mailboxes() -> None:
    before = fanned_out(after(event("placed"), event("packed", after=1)))
    order = history.announced_again(before, before.events[-1].id)
    order = history.marked(before, order, LATER, followed=True)
    assert (order.news, order.unfanned_since, order.fanned, order.reached) == (3, LATER, 2, 2)


def test_the_mark_stays_where_the_first_untold_news_put_it() -> None:
    first = event("placed")
    order = after(first, at(first.recorded_at + minutes(1), event("shipped", after=1)))
    assert (order.news, order.unfanned_since, order.fanned) == (2, first.recorded_at, 0)


def test_what_is_no_news_sets_no_mark() -> None:
    order = fanned_out(after(event("delivered", after=9)))
    order = after(event("shipped"), event("delivered", after=10), order=order)
    assert (order.news, order.unfanned_since) == (1, None)


def test_what_is_no_news_leaves_the_mark() -> None:
    first = at(NOON, event("delivered", after=9))
    order = after(first, event("shipped"), event(None, after=10))
    assert (order.news, order.unfanned_since) == (1, NOON)


def test_news_that_nobody_follows_has_reached_everybody() -> None:
    before = after(event("placed"))
    order = history.reported(
        before, telling(shipped := event("shipped", after=1), may_be_news=[shipped])
    )
    order = history.marked(before, order, LATER, followed=False)
    assert (order.news, order.unfanned_since, order.fanned, order.reached) == (2, None, 2, 2)


def test_what_nobody_follows_and_is_no_news_is_left_as_it_is() -> None:
    order = after(event("placed"))
    assert history.marked(order, order, LATER, followed=False) is order


def test_to_tell_again_counts_as_news_once_more() -> None:
    before = after(event("placed"), event("shipped", after=1))
    order = history.announced_again(before, before.events[0].id)
    assert order.changes == [*before.changes, Change(event=before.events[0].id, news=3)]
    assert (order.news, order.events) == (3, before.events)


def test_who_is_told_again_and_again_is_remembered_of_the_latest_times() -> None:
    order = after(event("placed"))
    for _ in range(CHANGES):
        order = history.announced_again(order, order.events[0].id)
    assert [change.news for change in order.changes] == list(range(2, CHANGES + 2))


# Whether more is expected


def test_an_order_is_closed_by_a_state_after_which_nothing_is_expected() -> None:
    for status in ("delivered", "returned", "refunded", "cancelled"):
        assert after(event(status)).closed
    for other in ("placed", "shipped", "problem", "odd", None):
        assert not after(event(other)).closed


def test_a_late_event_opens_an_order_no_more_and_news_does() -> None:
    order = after(event("delivered", after=9), event("shipped", after=1))
    assert order.closed
    assert not after(event("problem", after=10), order=order).closed


def test_an_order_is_closed_once_each_of_its_parcels_is() -> None:
    order = after(event("delivered", parcel="A"), event("shipped", parcel="B"))
    assert not order.closed
    assert after(event("delivered", parcel="B", after=1), order=order).closed


def test_of_a_parcel_without_a_state_of_its_own_that_of_the_whole_order_counts() -> None:
    order = after(event("delivered", parcel="A"), event(None, parcel="B"))
    assert not order.closed
    assert after(event("cancelled", after=1), order=order).closed
    assert not after(event("shipped"), event(None, parcel="A", after=1)).closed


def test_what_is_told_of_the_whole_order_is_told_of_each_parcel() -> None:
    order = after(event("shipped", parcel="A"), event("shipped", parcel="B"))
    order = after(event("cancelled", after=1), order=order)
    assert order.closed
    assert not after(event("in_transit", parcel="B", after=2), order=order).closed


def test_what_a_shop_calls_a_parcel_is_no_expression_and_no_path() -> None:
    order = after(*(event("delivered", parcel=name) for name in ("$events", "a.b", "$$ROOT")))
    assert order.closed
    assert not after(event("shipped", parcel="a.b", after=1), order=order).closed


# The expected delivery


def dated(
    first: float | None, last: float | None = None, *, after: float = 0, **changes: object
) -> Event:
    """Says that the delivery is expected so many days after noon."""
    ends = [NOON + timedelta(days=day) if day is not None else None for day in (first, last)]
    said = {"recorded_at": NOON, "estimated_delivery": Window(earliest=ends[0], latest=ends[1])}
    return event(None, after=after).model_copy(update=said | changes)


def counts(*events: Event, notify: bool = True) -> list[int]:
    """The order's count of news after each event."""
    return [after(*events[: n + 1], notify=notify).news for n in range(len(events))]


def test_the_first_word_of_a_delivery_is_no_news_and_another_time_is() -> None:
    first, same = dated(2, 3), dated(2, 3, after=1)
    earlier, later = dated(1, 3, after=2), dated(1, 4, after=3)
    open_end, unknown, known = dated(1, after=4), dated(None, after=5), dated(2, after=6)
    told = (first, same, earlier, later, open_end, unknown, known)
    assert counts(*told) == [0, 0, 1, 2, 3, 3, 3]
    assert after(*told).unfanned_since == earlier.recorded_at


def test_a_delivery_that_a_late_event_expects_is_no_news() -> None:
    assert counts(dated(2, after=5), dated(3, after=1)) == [0, 0]
    assert counts(dated(2), dated(3, after=5), dated(4, after=1)) == [0, 1, 1]


def test_another_time_that_should_notify_nobody_is_no_news() -> None:
    assert counts(dated(2), dated(3, after=1), notify=False) == [0, 0]


def test_another_parcel_s_delivery_is_no_news() -> None:
    assert counts(dated(2), dated(3, parcel="B", after=1)) == [0, 0]


def test_a_parcel_moves_from_what_was_said_last_of_it_or_of_the_whole_order() -> None:
    own, whole = dated(2, parcel="A"), dated(3, after=1)
    same, other = dated(3, parcel="A", after=9), dated(4, parcel="A", after=9)
    another_s = dated(4, parcel="B", after=2)
    assert moved_from(same, [own, whole, another_s, same]) is None
    assert moved_from(other, [own, whole, another_s, other]) == whole.estimated_delivery


def test_a_state_that_comes_with_another_time_is_news_once() -> None:
    moved = dated(3, status="delayed", rank=10, after=1)
    said_again = dated(4, status="delayed", rank=10, after=2)
    assert counts(dated(2), moved, said_again) == [0, 1, 2]


# When to remind of it


def test_an_order_without_an_expected_delivery_has_no_reminder() -> None:
    assert after(event("placed"), dated(None)).remind_at is None


def test_a_reminder_is_a_day_ahead_of_what_the_newest_word_expects() -> None:
    order = after(dated(3, 4))
    assert order.remind_at == NOON + timedelta(days=3) - AHEAD
    newest = NOON + timedelta(days=5) - AHEAD
    for told in (dated(None, 5, after=2), dated(9, after=1), at(NOON, event("shipped", after=3))):
        order = after(told, order=order)
        assert order.remind_at == newest


def test_what_was_expected_long_ago_is_not_reminded_of() -> None:
    assert after(dated(-1.01)).remind_at is None
    assert after(dated(-1.01), dated(-0.99, after=1)).remind_at is not None


def test_whether_it_is_long_ago_depends_on_when_it_was_recorded_and_not_on_when_it_happened() -> (
    None
):
    assert after(dated(-2, after=-4 * 24 * 60)).remind_at is None


# When somebody should look at it


def test_an_order_is_to_be_looked_at_when_its_news_is_overdue_or_its_reminder_is_due() -> None:
    assert after(at(NOON, event("placed"))).look_at == NOON + OVERDUE
    assert after(dated(3)).look_at == NOON + timedelta(days=3) - AHEAD
    both = after(dated(3), at(NOON, event("placed", after=1)))
    assert both.look_at == NOON + OVERDUE
    soon = after(dated(1), at(NOON, event("placed", after=1)))
    assert soon.look_at == soon.remind_at == NOON


def test_an_order_of_which_nothing_is_left_to_tell_is_not_to_be_looked_at() -> None:
    assert after(event("placed"), notify=False).look_at is None
    before = after(at(NOON, event("placed")))
    order = history.reported(
        before, telling(shipped := event("shipped", after=1), may_be_news=[shipped])
    )
    assert history.marked(before, order, LATER, followed=False).look_at is None


# The order described as a whole


def test_a_description_takes_the_place_of_all_that_was_told() -> None:
    told = after(event("placed", note="one"), event("packed", after=1))
    steps = [event("placed", note="two"), event("delivered", after=2)]
    order = history.described(told, telling(*steps, keys=["1002"]))
    assert order.events == steps
    assert (order.keys, order.latest_at, order.closed) == ([WHOSE, "1002"], NOON + minutes(2), True)
    assert (order.customer_id, order.created_at) == (told.customer_id, told.created_at)


def test_a_description_makes_an_order_that_there_is_not() -> None:
    steps = [event("placed"), event("shipped", after=1)]
    order = history.described(None, telling(*steps, keys=["1002"], may_be_news=steps[1:]))
    assert (order.id, order.events, order.keys) == ("ord_1", steps, [WHOSE, "1002"])
    assert order.replaced == []
    assert order.changes == [Change(event=steps[1].id, news=1)]


def test_what_gave_way_is_remembered_until_it_is_there_again() -> None:
    first, second = event("placed"), event("packed", after=1)
    order = history.described(after(first, second), telling(other := event("shipped")))
    assert [each.id for each in order.all_events] == [other.id, first.id, second.id]
    assert order.replaced[0] == Replaced(id=first.id, digest=first.digest)
    order = history.described(order, telling(first))
    assert [each.id for each in order.all_events] == [first.id, second.id, other.id]


def test_steps_of_a_former_description_are_not_remembered() -> None:
    """Nobody tells them by an id: described a hundred times, an order is no larger than once."""
    told = event("placed")
    order = after(told)
    for n in range(100):
        steps = [event("shipped", event_id=f"described:{n}-{step}") for step in range(5)]
        order = history.described(order, telling(*steps))
    assert [each.id for each in order.replaced] == [told.id]


def test_no_more_than_the_latest_events_that_gave_way_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "REMEMBERED", 3)
    order = None
    for n in range(6):
        order = history.described(order, telling(event("placed", event_id=f"msg_{n}")))
    assert order is not None
    assert [each.id for each in order.replaced] == ["msg_2", "msg_3", "msg_4"]


@pytest.mark.parametrize(
    ("steps", "news"), [(["packed"], 1), (["placed"], 0), (["packed", "placed", None], 0)], ids=str
)
def test_a_description_is_news_if_the_state_is_another(steps: list[str | None], news: int) -> None:
    told = after(event("placed"), event(None, after=1), notify=False)
    described = [event(state, after=n) for n, state in enumerate(steps)]
    order = history.described(told, telling(*described, may_be_news=described))
    assert order.changes == [Change(event=described[-1].id, news=1)][:news]
    silent = history.described(told, telling(*described))
    assert (silent.news, silent.changes) == (0, [])


def test_a_description_without_a_delivery_ends_the_reminder() -> None:
    told = after(dated(3))
    assert told.remind_at
    assert history.described(told, telling(event("placed"))).remind_at is None
