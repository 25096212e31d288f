"""An order as its owner sees it, however its events arrived."""

from datetime import UTC, timedelta
from itertools import permutations, product

import pytest

from bot.services.orders.expecting import Expected
from bot.services.orders.statuses import Status
from bot.services.orders.steps import News, Step
from bot.services.orders.timeline import Parcel, Progress, Timeline, timeline
from storage.models import Carrier, Event
from tests.services.orders.history import DHL, START, all_of, happened, order, window


def seen(*arriving: Event) -> Timeline:
    return timeline(order(*arriving))


def statuses(view: Timeline) -> list[str]:
    return [step.status for step in view.steps]


def progress(view: Timeline) -> tuple[int, int] | None:
    return (view.progress.done, view.progress.total) if view.progress else None


HISTORIES = {
    "a delivery": [
        happened(0, "placed", items=2),
        happened(1, "packed", order_number="1001"),
        happened(2, "shipped", carrier=DHL),
        happened(3, "delivered", note="At the door"),
    ],
    "all at one moment": [
        happened(0, "placed"),
        happened(0, "shipped"),
        happened(0, "customs_hold"),
        happened(0, note="Hello"),
        happened(0, "delivered"),
    ],
    "one state from two sources": [
        happened(0, "placed", id="msg_b", note="from the shop"),
        happened(0, "placed", id="msg_a", note="from the warehouse"),
        happened(1, "placed", id="msg_c"),
        happened(2, order_number="1002"),
        happened(2, order_number="1003"),
    ],
    "created twice": [
        happened(0, implies="placed"),
        happened(1, "shipped"),
        happened(2, implies="placed", items=3),
        happened(2, implies="placed", note="Again"),
    ],
    "parcels": [
        happened(0, "placed"),
        happened(1, "shipped", parcel="A", carrier=DHL),
        happened(1, "shipped", parcel="B", carrier=Carrier(name="UPS")),
        happened(2, "delivered", parcel="A"),
        happened(3, parcel="B", note="At the border", estimated_delivery=window(8, 9)),
    ],
}


@pytest.mark.parametrize("events", HISTORIES.values(), ids=HISTORIES)
def test_any_order_of_arrival_gives_the_same_timeline(events: list[Event]) -> None:
    views = {seen(*arriving) for arriving in permutations(events)}
    assert len(views) == 1


def test_steps_are_told_oldest_first_with_what_was_said() -> None:
    view = seen(
        happened(5, "delivered", note="At the door", location="Kampala"),
        happened(0, "placed"),
    )
    assert view.steps == (
        Step("placed", START),
        Step("delivered", START + timedelta(hours=5), "At the door", "Kampala"),
    )


def test_an_order_is_called_by_its_id_until_it_has_a_number() -> None:
    assert seen(happened(0, "placed")).order_number == "ord_1"


def test_the_newest_number_counts_whenever_it_arrives() -> None:
    old, new = happened(0, "placed", order_number="1001"), happened(1, order_number="2001")
    assert seen(new, old).order_number == "2001"
    assert seen(new, old, happened(2, "shipped")).order_number == "2001"


def test_what_is_not_told_again_stays_as_it_was() -> None:
    first = happened(0, "placed", items=2, carrier=DHL, estimated_delivery=window(8, 9))
    view = seen(first, happened(1, "shipped"))
    assert (view.items, view.carrier, view.estimated_delivery) == (2, DHL, window(8, 9))


def test_what_is_told_again_replaces_what_was() -> None:
    first = happened(0, "placed", items=2, carrier=DHL, estimated_delivery=window(8, 9))
    ups = Carrier(name="UPS")
    view = seen(first, happened(1, items=0, carrier=ups, estimated_delivery=window(20, 21)))
    assert (view.items, view.carrier, view.estimated_delivery) == (0, ups, window(20, 21))


# Repeats and latecomers


def test_a_bare_repeat_is_left_out() -> None:
    assert statuses(seen(*all_of(["placed", "shipped", "shipped", "shipped"]))) == [
        "placed",
        "shipped",
    ]


@pytest.mark.parametrize("words", [{"note": "Now in Kampala"}, {"location": "Kampala"}])
def test_a_repeat_with_words_is_a_step(words: dict[str, str]) -> None:
    view = seen(*all_of(["placed", "shipped"]), happened(5, "shipped", **words))
    assert statuses(view) == ["placed", "shipped", "shipped"]


def test_a_state_that_comes_back_is_a_step_again() -> None:
    told = ["placed", "delayed", "shipped", "delayed"]
    assert statuses(seen(*all_of(told))) == told


def test_a_late_event_takes_its_place_and_leaves_the_state() -> None:
    view = seen(happened(0, "placed"), happened(5, "delivered"), happened(2, "shipped"))
    assert statuses(view) == ["placed", "shipped", "delivered"]
    assert view.status == Status.DELIVERED


def test_a_late_event_may_turn_a_step_into_a_bare_repeat() -> None:
    view = seen(happened(0, "placed"), happened(5, "shipped"), happened(2, "shipped"))
    assert [step.at for step in view.steps] == [START, START + timedelta(hours=2)]


# Without a state


def test_an_order_without_a_state_has_been_placed() -> None:
    view = seen(happened(0, items=1))
    assert (view.status, statuses(view)) == (Status.PLACED, ["placed"])
    assert progress(view) == progress(seen(happened(0, "placed"))) == (1, 5)


def test_an_order_that_started_without_a_state_has_come_as_far_as_one_that_was_placed() -> None:
    view = seen(happened(0, items=1), happened(1, "delayed"))
    assert (
        view.progress == seen(*all_of(["placed", "delayed"])).progress == Progress(1, 5, "placed")
    )


def test_being_placed_is_told_once() -> None:
    assert statuses(seen(happened(0, items=1), happened(1, "placed"))) == ["placed"]


def test_news_without_a_state_stands_under_the_state_in_force() -> None:
    view = seen(*all_of(["placed", "shipped"]), happened(5, note="It rains"), happened(6, items=1))
    assert statuses(view) == ["placed", "shipped", "shipped"]
    assert view.steps[-1].note == "It rains"


def test_an_unknown_state_is_the_state() -> None:
    view = seen(*all_of(["placed", "customs_hold"]))
    assert view.status == "customs_hold"
    assert view.is_open


# Parcels


def test_each_parcel_has_its_own_state_and_carrier() -> None:
    ups = Carrier(name="UPS")
    view = seen(
        happened(0, "placed"),
        happened(1, "shipped", parcel="B", carrier=ups),
        happened(2, "shipped", parcel="A", carrier=DHL),
        happened(3, "delivered", parcel="B"),
    )
    assert view.parcels == (Parcel("A", "shipped", DHL), Parcel("B", "delivered", ups))
    assert [parcel.is_open for parcel in view.parcels] == [True, False]
    assert [(step.parcel, step.status) for step in view.steps] == [
        (None, "placed"),
        ("B", "shipped"),
        ("A", "shipped"),
        ("B", "delivered"),
    ]


def test_the_same_state_of_another_parcel_is_no_repeat() -> None:
    view = seen(
        happened(0, "placed"),
        *(happened(hour, "shipped", parcel=name) for hour, name in enumerate("ABAB", 1)),
    )
    assert [step.parcel for step in view.steps] == [None, "A", "B"]


def test_news_of_a_parcel_stands_under_that_parcels_state() -> None:
    view = seen(
        happened(0, "placed"),
        happened(1, "delivered", parcel="A"),
        happened(2, "in_transit", parcel="B"),
        happened(3, parcel="A", note="Behind the shed"),
    )
    assert view.steps[-1].status == "delivered"
    assert view.status == "in_transit"


def test_what_is_told_of_the_whole_order_is_true_of_its_parcels() -> None:
    view = seen(
        happened(0, "placed"),
        happened(1, "in_transit", parcel="A"),
        happened(2, "delivered"),
        happened(3, parcel="A", note="At the door"),
    )
    assert view.steps[-1].status == "delivered"
    assert [parcel.status for parcel in view.parcels] == ["delivered"]


def test_a_parcel_of_which_nothing_was_told_is_where_its_order_is() -> None:
    view = seen(happened(0, "shipped"), happened(1, parcel="A", carrier=DHL))
    assert view.parcels == (Parcel("A", "shipped", DHL),)


def test_parcels_are_told_in_the_order_of_their_names() -> None:
    view = seen(*(happened(0, "shipped", parcel=name) for name in "FDBACE"))
    assert "".join(parcel.name for parcel in view.parcels) == "ABCDEF"


@pytest.mark.parametrize(
    "names",
    [["1", "2", "10"], ["A2", "A10", "B1"], ["9", "010", "10", "box 2", "box 10"], ["2", "A"]],
    ids=" ".join,
)
def test_parcels_are_told_as_people_count(names: list[str]) -> None:
    events = [happened(n, "shipped", parcel=name) for n, name in enumerate(reversed(names))]
    assert [parcel.name for parcel in seen(*events).parcels] == names


def test_an_order_without_parcels_has_none() -> None:
    assert seen(happened(0, "placed")).parcels == ()


# Progress


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ("payment_due", 0),
        ("placed", 1),
        ("confirmed", 1),
        ("processing", 2),
        ("packed", 2),
        ("shipped", 3),
        ("in_transit", 3),
        ("out_for_delivery", 4),
        ("delivered", 5),
    ],
)
def test_progress_is_the_phase_that_was_reached(status: str, done: int) -> None:
    assert progress(seen(happened(0, status))) == (done, 5)


@pytest.mark.parametrize(
    "trouble", ["delayed", "on_hold", "problem", "attempt_failed", "customs_hold"]
)
def test_trouble_does_not_move_the_progress(trouble: str) -> None:
    assert progress(seen(*all_of(["placed", "out_for_delivery", trouble]))) == (4, 5)


def test_progress_goes_back_when_the_order_does() -> None:
    assert progress(seen(*all_of(["placed", "shipped", "processing"]))) == (2, 5)


@pytest.mark.parametrize("end", ["cancelled", "returned", "refunded"])
def test_an_order_that_is_off_has_no_progress(end: str) -> None:
    assert seen(*all_of(["placed", "delivered", end])).progress is None


def test_every_state_has_some_or_no_progress() -> None:
    for before, status in product(Status, Status):
        view = seen(*all_of([before, status]))
        assert view.progress is None or 0 <= view.progress.done <= view.progress.total


def test_progress_says_by_which_state_its_phase_was_reached() -> None:
    view = seen(*all_of(["placed", "shipped", "in_transit", "delayed"]))
    assert view.progress is not None
    assert view.progress.reached == "in_transit"


# Pick-up


@pytest.mark.parametrize(
    ("told", "done"),
    [
        (["ready_for_pickup"], 3),
        (["placed", "packed", "ready_for_pickup"], 3),
        (["placed", "ready_for_pickup", "processing"], 2),
        (["shipped", "attempt_failed", "ready_for_pickup", "problem"], 3),
        (["placed", "ready_for_pickup", "delivered"], 4),
    ],
)
def test_what_is_ready_for_pick_up_has_the_phases_of_a_pick_up(told: list[str], done: int) -> None:
    view = seen(*all_of(told))
    assert view.is_pickup
    assert progress(view) == (done, 4)


def test_a_pick_up_that_is_sent_after_all_is_a_delivery() -> None:
    view = seen(*all_of(["placed", "ready_for_pickup", "out_for_delivery"]))
    assert not view.is_pickup
    assert progress(view) == (4, 5)


def test_each_step_knows_whether_the_customer_fetched_it() -> None:
    fetched = seen(*all_of(["placed", "ready_for_pickup", "delivered"]))
    assert [step.is_pickup for step in fetched.steps] == [False, True, True]
    brought = seen(*all_of(["ready_for_pickup", "out_for_delivery", "delivered"]))
    assert [step.is_pickup for step in brought.steps] == [True, False, False]


def test_one_parcel_may_be_fetched_and_another_brought() -> None:
    view = seen(
        happened(0, "placed"),
        happened(1, "ready_for_pickup", parcel="A"),
        happened(2, "shipped", parcel="B"),
        happened(3, "delivered", parcel="A"),
        happened(4, "delivered", parcel="B"),
    )
    assert [parcel.is_pickup for parcel in view.parcels] == [True, False]
    assert [step.is_pickup for step in view.steps] == [False, True, False, True, False]
    assert not view.is_pickup


def test_the_whole_order_fetched_is_its_parcel_fetched() -> None:
    view = seen(happened(0, "ready_for_pickup", parcel="A"), happened(1, "delivered"))
    assert view.is_pickup
    assert view.steps[-1].is_pickup


# The expected delivery


@pytest.mark.parametrize(("earliest", "latest"), [(8, 9), (None, 9), (9, None)])
def test_a_delivery_is_expected_until_its_window_ends(
    earliest: float | None, latest: float | None
) -> None:
    view = seen(happened(0, "placed", estimated_delivery=window(earliest, latest)))
    end = START + timedelta(hours=9)
    assert view.expected(START, UTC) == view.expected(end, UTC) == window(earliest, latest)
    assert view.expected(end + timedelta(milliseconds=1), UTC) is None


@pytest.mark.parametrize("end", ["delivered", "cancelled", "returned", "refunded"])
def test_nothing_is_expected_of_a_closed_order(end: str) -> None:
    view = seen(happened(0, "placed", estimated_delivery=window(8, 9)), happened(1, end))
    assert not view.is_open
    assert view.expected(START, UTC) is None


def test_an_empty_window_takes_the_expectation_back() -> None:
    told = happened(0, "placed", estimated_delivery=window(8, 9))
    assert (
        seen(told, happened(1, estimated_delivery=window(None, None))).expected(START, UTC) is None
    )


def test_nothing_is_expected_of_what_waits_to_be_picked_up() -> None:
    told = happened(0, "placed", estimated_delivery=window(8, 9))
    view = seen(told, happened(1, "ready_for_pickup"))
    assert view.is_open
    assert view.expected(START, UTC) is None


@pytest.mark.parametrize(
    ("told", "before"),
    [
        ([(8, 9)], None),
        ([(8, 9), (8, 9)], None),
        ([(8, 20), (10, 12)], None),  # told more precisely
        ([(None, 9), (5, 9)], None),
        ([(8, 9), (30, 31)], (8, 9)),
        ([(8, 9), (30, 31), (30, 31)], (8, 9)),
        ([(8, 9), (30, 40), (32, 34)], (8, 9)),  # it has moved all the same
        ([(30, 31), (8, 9)], (30, 31)),
        ([(8, 9), (8, 10)], (8, 9)),
        ([(8, 9), (30, 31), (50, 51)], (30, 31)),
        ([(8, 9), (None, None), (30, 31)], None),
    ],
)
def test_a_delivery_has_moved_when_it_is_expected_outside_of_what_was_told(
    told: list[tuple[float | None, float | None]], before: tuple[float, float] | None
) -> None:
    view = seen(*(happened(n, estimated_delivery=window(*ends)) for n, ends in enumerate(told)))
    assert view.estimated == Expected(window(*told[-1]), before and window(*before))


def test_each_parcel_has_its_own_expected_delivery() -> None:
    view = seen(
        happened(0, "placed", estimated_delivery=window(8, 9)),
        happened(1, parcel="A", estimated_delivery=window(8.5, 9)),
        happened(2, parcel="B", estimated_delivery=window(30, 31)),
        happened(3, parcel="A", note="Soon"),
    )
    a, b = (parcel.expected for parcel in view.parcels)
    assert a == Expected(window(8.5, 9))
    assert b == Expected(window(30, 31), window(8, 9))
    assert view.estimated == b


def test_what_is_expected_of_a_delivered_parcel_is_not_expected_of_the_order() -> None:
    view = seen(
        happened(0, "shipped", parcel="A", estimated_delivery=window(8, 9)),
        happened(1, "shipped", parcel="B", estimated_delivery=window(30, 31)),
        happened(2, parcel="A", estimated_delivery=window(7, 8)),
        happened(3, "delivered", parcel="A"),
    )
    assert view.expected(START, UTC) == window(30, 31)


def test_nothing_is_expected_that_nobody_told() -> None:
    assert seen(happened(0, "placed")).expected(START, UTC) is None


def test_a_delivered_parcel_does_not_end_an_order_while_another_is_on_its_way() -> None:
    first_home = seen(
        happened(0, "placed"),
        happened(1, "shipped", parcel="A"),
        happened(2, "in_transit", parcel="B"),
        happened(3, "delivered", parcel="A"),
    )
    assert (first_home.status, first_home.is_open) == ("in_transit", True)
    assert progress(first_home) == (3, 5)

    both_home = seen(
        happened(0, "placed"),
        happened(1, "delivered", parcel="A"),
        happened(2, "delivered", parcel="B"),
    )
    assert (both_home.status, both_home.is_open) == ("delivered", False)


# What is newest to tell


def test_the_newest_change_of_state_is_told_with_the_latest_words() -> None:
    shipped = happened(1, "shipped", note="Left our shop")
    assert seen(happened(0, "placed"), shipped).news == News(
        Step("shipped", START + timedelta(hours=1), note="Left our shop")
    )
    later = happened(2, note="It rains", location="Mukono")
    assert seen(shipped, later).news == News(
        Step("shipped", START + timedelta(hours=1), note="It rains", location="Mukono")
    )


def test_words_about_another_parcel_do_not_change_what_is_told() -> None:
    view = seen(
        happened(0, "in_transit", parcel="A"),
        happened(1, "delivered", parcel="B", note="At the door"),
        happened(2, parcel="A", note="It rains"),
    )
    assert (view.news.step.parcel, view.news.step.status) == ("B", "delivered")
    assert view.news.step.note == "At the door"


def test_an_expected_delivery_that_changes_alone_is_told() -> None:
    first = happened(0, "shipped", estimated_delivery=window(8, 9))
    moved = happened(1, estimated_delivery=window(30, 31))
    news = seen(first, moved).news
    assert news.expected == Expected(window(30, 31), window(8, 9))
    assert news.step.status == "shipped"
    assert seen(first).news.expected is None
    assert seen(first, happened(1, estimated_delivery=window(8, 9))).news.expected is None


def test_the_first_expected_delivery_is_told_with_the_state() -> None:
    news = seen(happened(0, "shipped"), happened(1, estimated_delivery=window(8, 9))).news
    assert (news.step.status, news.expected) == ("shipped", None)


def test_a_change_of_state_is_told_before_the_expected_delivery_that_came_with_it() -> None:
    first = happened(0, "shipped", estimated_delivery=window(8, 9))
    news = seen(first, happened(1, "delayed", estimated_delivery=window(30, 31))).news
    assert (news.step.status, news.expected) == ("delayed", None)


def test_another_expected_delivery_of_what_has_come_is_not_told() -> None:
    home = happened(0, "delivered", estimated_delivery=window(0, 1))
    news = seen(home, happened(1, estimated_delivery=window(30, 31))).news
    assert (news.step.status, news.expected) == ("delivered", None)


def test_an_order_of_which_no_state_was_told_has_something_to_tell() -> None:
    assert seen(happened(0, items=1)).news == News(Step("placed", START))


def test_delivered_parcels_are_counted() -> None:
    told = [happened(0, "shipped", parcel=name) for name in "ABC"]
    view = seen(*told, happened(1, "delivered", parcel="A"), happened(1, "returned", parcel="B"))
    assert view.delivered == 1
