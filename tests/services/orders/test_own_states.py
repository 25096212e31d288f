"""A state that the shop has defined stands in the progress, ends an order, and is heard of."""

import pytest

from bot.services.news.weights import Weight, of_status
from bot.services.orders.meanings import Meanings
from bot.services.orders.statuses import OwnState, Status, canonical, closes, place, rank
from bot.services.orders.timeline import Progress, timeline
from storage.orders import Orders
from tests.services.orders.history import all_of, happened, order

ROASTING = OwnState("roasting", Status.PROCESSING, hear="main")
NEIGHBOUR = OwnState("left_at_neighbour", Status.DELIVERED)
SOLD_OUT = OwnState("sold_out", Status.CONFIRMED, closes=True, hear="important")
LOCKER = OwnState("in_locker", Status.READY_FOR_PICKUP)
CUSTOMS = OwnState("in_customs", Status.ON_HOLD)
WORDS = {"roasting": ROASTING, "in_roastery": ROASTING}


def test_it_has_the_place_of_the_state_that_it_comes_after() -> None:
    view = timeline(order(*all_of(["placed", ROASTING])))
    assert view.status == "roasting"
    assert view.progress == Progress(2, 5, "roasting")
    assert view.is_open


def test_one_after_the_delivery_is_a_delivery() -> None:
    view = timeline(order(*all_of(["placed", "out_for_delivery", NEIGHBOUR])))
    assert view.progress == Progress(5, 5, "left_at_neighbour")
    assert not view.is_open


def test_one_that_closes_has_no_progress_to_show() -> None:
    view = timeline(order(*all_of(["placed", SOLD_OUT])))
    assert view.progress is None
    assert not view.is_open


def test_one_outside_of_the_progress_does_not_move_it() -> None:
    view = timeline(order(*all_of(["placed", "shipped", CUSTOMS])))
    assert view.progress == Progress(3, 5, "shipped")


def test_one_after_ready_for_pickup_is_a_pick_up() -> None:
    view = timeline(order(*all_of(["placed", LOCKER])))
    assert view.is_pickup
    assert view.progress == Progress(3, 4, "in_locker")


def test_a_parcel_in_it_is_there() -> None:
    parcels = [happened(1, "shipped", parcel="A"), happened(2, NEIGHBOUR, parcel="B")]
    assert timeline(order(happened(0, "placed"), *parcels)).delivered == 1


@pytest.mark.parametrize(
    ("state", "weight"),
    [
        (ROASTING, Weight.MAIN),
        (SOLD_OUT, Weight.DELIVERY),
        (CUSTOMS, Weight.PROBLEM),
        (NEIGHBOUR, Weight.DELIVERY),
        (OwnState("washed", Status.PROCESSING), Weight.MINOR),
        (OwnState("late", Status.DELAYED, hear="all"), Weight.MINOR),
        ("roasting", Weight.MINOR),
    ],
)
def test_who_hears_of_it_is_the_operator_s_choice_else_as_of_its_place(
    state: str, weight: Weight
) -> None:
    assert of_status(state) == weight


def test_a_word_that_nobody_defined_stays_as_it_is() -> None:
    word = canonical("Roasting", {})
    assert (word, place(word), closes(word)) == ("Roasting", "Roasting", False)
    assert rank(word) == rank("engraving") != rank(ROASTING) == rank(Status.PROCESSING)


@pytest.mark.parametrize("word", ["roasting", "Roasting", "IN-ROASTERY", "order_roasting"])
def test_it_is_understood_by_its_words(word: str) -> None:
    known = WORDS | {"order_roasting": ROASTING}
    meant = canonical(word, known)
    assert meant == "roasting"
    assert place(meant) == Status.PROCESSING


async def test_it_means_the_same_when_it_is_read_again(orders: Orders, mongo: object) -> None:
    stored = order(*all_of(["placed", ROASTING]))
    await orders.save(None, stored)
    as_found = await orders.get("ord_1")
    assert as_found
    assert timeline(as_found).progress == Progress(1, 5, "placed")  # nobody says what it means
    today = Meanings(WORDS).today(as_found)
    assert timeline(today).progress == Progress(2, 5, "roasting")
    assert today.events == as_found.events  # only what it means is new


def test_an_order_without_one_is_the_very_same() -> None:
    stored = order(*all_of(["placed", "engraving"]))
    assert Meanings(WORDS).today(stored) is stored


def test_it_survives_an_event_s_changes() -> None:
    event = happened(0, ROASTING).model_copy(update={"note": "At 210 °C"})
    assert isinstance(event.status, OwnState)
