"""An order as its owner sees it, however its events arrived."""

from datetime import timedelta
from itertools import permutations, product

import pytest

from bot.services.statuses import Status
from bot.services.timeline import Parcel, Progress, Step, Timeline, timeline
from storage.models import Carrier, Event
from tests.services.history import DHL, START, all_of, happened, order, window


def seen(*arriving: Event) -> Timeline:
    return timeline(order(*arriving))


def statuses(view: Timeline) -> list[str]:
    return [step.status for step in view.steps]


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
    assert view.progress == seen(happened(0, "placed")).progress == Progress(1, 5)


def test_an_order_that_started_without_a_state_has_come_as_far_as_one_that_was_placed() -> None:
    view = seen(happened(0, items=1), happened(1, "delayed"))
    assert view.progress == seen(*all_of(["placed", "delayed"])).progress == Progress(1, 5)


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
        ("ready_for_pickup", 4),
        ("delivered", 5),
    ],
)
def test_progress_is_the_phase_that_was_reached(status: str, done: int) -> None:
    assert seen(happened(0, status)).progress == Progress(done, 5)


@pytest.mark.parametrize(
    "trouble", ["delayed", "on_hold", "problem", "attempt_failed", "customs_hold"]
)
def test_trouble_does_not_move_the_progress(trouble: str) -> None:
    assert seen(*all_of(["placed", "out_for_delivery", trouble])).progress == Progress(4, 5)


def test_progress_goes_back_when_the_order_does() -> None:
    assert seen(*all_of(["placed", "shipped", "processing"])).progress == Progress(2, 5)


@pytest.mark.parametrize("end", ["cancelled", "returned", "refunded"])
def test_an_order_that_is_off_has_no_progress(end: str) -> None:
    assert seen(*all_of(["placed", "delivered", end])).progress is None


def test_every_state_has_some_or_no_progress() -> None:
    for before, status in product(Status, Status):
        progress = seen(*all_of([before, status])).progress
        assert progress is None or 0 <= progress.done <= progress.total


# The expected delivery


@pytest.mark.parametrize(("earliest", "latest"), [(8, 9), (None, 9), (9, None)])
def test_a_delivery_is_expected_until_its_window_ends(
    earliest: float | None, latest: float | None
) -> None:
    view = seen(happened(0, "placed", estimated_delivery=window(earliest, latest)))
    end = START + timedelta(hours=9)
    assert view.expected(START) == view.expected(end) == window(earliest, latest)
    assert view.expected(end + timedelta(milliseconds=1)) is None


@pytest.mark.parametrize("end", ["delivered", "cancelled", "returned", "refunded"])
def test_nothing_is_expected_of_a_closed_order(end: str) -> None:
    view = seen(happened(0, "placed", estimated_delivery=window(8, 9)), happened(1, end))
    assert not view.is_open
    assert view.expected(START) is None


def test_an_empty_window_takes_the_expectation_back() -> None:
    told = happened(0, "placed", estimated_delivery=window(8, 9))
    assert seen(told, happened(1, estimated_delivery=window(None, None))).expected(START) is None


def test_nothing_is_expected_that_nobody_told() -> None:
    assert seen(happened(0, "placed")).expected(START) is None


def test_a_delivered_parcel_does_not_end_an_order_while_another_is_on_its_way() -> None:
    first_home = seen(
        happened(0, "placed"),
        happened(1, "shipped", parcel="A"),
        happened(2, "in_transit", parcel="B"),
        happened(3, "delivered", parcel="A"),
    )
    assert (first_home.status, first_home.is_open) == ("in_transit", True)
    assert first_home.progress == Progress(3, 5)

    both_home = seen(
        happened(0, "placed"),
        happened(1, "delivered", parcel="A"),
        happened(2, "delivered", parcel="B"),
    )
    assert (both_home.status, both_home.is_open) == ("delivered", False)
