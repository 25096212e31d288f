"""A parcel is its tracking number, whoever tells of it; what a system lists no longer is gone."""

from collections.abc import Sequence
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from bot.services.news.weights import Weight, weigh
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Carrier, Event, Listed
from tests.services.orders.history import happened, order
from tests.support.news import after

SHOP, CARRIER = "woocommerce", "aftership"


def numbered(number: str, name: str = "DHL") -> Carrier:
    return Carrier(name=name, tracking_number=number)


def listing(hours: float, *numbers: str, status: str | None = None, source: str = SHOP) -> Event:
    """The order as a system posts it, with these parcels by their numbers."""
    lists = [Listed(parcel=number, carrier=numbered(number)) for number in numbers]
    return happened(hours, status, source=source, lists=lists)


def fulfilled(hours: float, parcel: str, status: str | None, *numbers: str) -> Event:
    """A parcel that a system calls by an id of its own, and its numbers."""
    lists = [Listed(parcel=number, carrier=numbered(number)) for number in numbers]
    return happened(hours, status, parcel=parcel, source="shopify", lists=lists)


def scanned(hours: float, number: str, status: str) -> Event:
    carrier = numbered(number, "DHL Express")
    return happened(hours, status, parcel=number, source=CARRIER, carrier=carrier)


def parcels(view: Timeline) -> list[tuple[str, str]]:
    return [(parcel.name, parcel.status) for parcel in view.parcels]


CASES: dict[str, tuple[Sequence[Event], list[tuple[str, str]]]] = {
    "the shop lists a number": (
        [listing(0, "A1", status="shipped")],
        [("A1", "shipped")],
    ),
    "a number is exchanged for another": (
        [listing(0, "A1", status="shipped"), listing(1, "B2")],
        [("B2", "shipped")],
    ),
    "and back again": (
        [listing(0, "A1", status="shipped"), listing(1, "B2"), listing(2, "A1")],
        [("A1", "shipped")],
    ),
    "the last number is taken away": (
        [listing(0, "A1", status="shipped"), listing(1)],
        [],
    ),
    "the carrier has told of a number that the shop has taken away": (
        [listing(0, "A1"), scanned(1, "A1", "delivered"), listing(2, "B2")],
        [("B2", "placed")],
    ),
    "the carrier tells of a number that the shop never listed": (
        [listing(0, "A1"), scanned(1, "B2", "in_transit")],
        [("A1", "placed"), ("B2", "in_transit")],
    ),
    "another system's list says nothing of a system's own": (
        [listing(0, "A1"), listing(1, "B2", source="another")],
        [("A1", "placed"), ("B2", "placed")],
    ),
    "both tell of one number, each as it writes it": (
        [listing(0, "ab 01-4", status="shipped"), scanned(1, "AB014", "in_transit")],
        [("ab 01-4", "in_transit")],
    ),
    "an id turns out to have a number": (
        [
            happened(0, "in_transit", parcel="5413320294692", source="shopify"),
            fulfilled(1, "5413320294692", None, "A1"),
            scanned(2, "A1", "delivered"),
        ],
        [("A1", "delivered")],
    ),
    "an id has two numbers": (
        [
            fulfilled(0, "5413320294692", "shipped", "A1", "B2"),
            scanned(1, "B2", "delivered"),
        ],
        [("A1", "shipped"), ("B2", "delivered")],
    ),
    "two ids have one number": (
        [fulfilled(0, "41", "shipped", "A1"), fulfilled(1, "42", "shipped", "A1")],
        [("A1", "shipped")],
    ),
    "an id gets another number": (
        [
            fulfilled(0, "41", "shipped", "A1"),
            scanned(1, "A1", "delivered"),
            fulfilled(2, "41", None, "B2"),
        ],
        [("B2", "shipped")],
    ),
    "a fulfilment was taken back": (
        [
            listing(0, "41", status="processing", source="shopify"),
            fulfilled(0, "41", "shipped", "A1"),
            scanned(1, "A1", "in_transit"),
            fulfilled(2, "41", None),
        ],
        [],
    ),
    "and made anew, with the same number": (
        [
            listing(0, "41", status="processing", source="shopify"),
            fulfilled(0, "41", "shipped", "A1"),
            fulfilled(2, "42", "shipped", "A1"),
            listing(2, "42", source="shopify"),
        ],
        [("A1", "shipped")],
    ),
    "the shop has a name for it, and the carrier its number": (
        [
            happened(0, "shipped", parcel="A", carrier=numbered("JD01")),
            scanned(1, "JD01", "delivered"),
        ],
        [("A", "delivered")],
    ),
    "the shop corrects the number of a parcel": (
        [
            happened(0, "shipped", parcel="A", carrier=numbered("JD01")),
            scanned(1, "JD01", "delivered"),
            happened(2, parcel="A", carrier=numbered("JD02")),
        ],
        [("A", "shipped")],
    ),
    "two parcels of the shop's go by one number": (
        [
            happened(0, "shipped", parcel="A", carrier=numbered("JD01")),
            happened(0, "shipped", parcel="B", carrier=numbered("JD01")),
            happened(1, "delivered", parcel="A"),
        ],
        [("A", "delivered"), ("B", "shipped")],
    ),
    "and the carrier tells of both at once": (
        [
            happened(0, "shipped", parcel="A", carrier=numbered("JD01")),
            happened(0, "shipped", parcel="B", carrier=numbered("JD01")),
            scanned(1, "JD01", "delivered"),
        ],
        [("A", "delivered"), ("B", "delivered")],
    ),
    "the shop completes what its carrier has": (
        [
            listing(0, "A1", status="processing"),
            scanned(1, "A1", "in_transit"),
            listing(2, "A1", status="shipped"),
        ],
        [("A1", "in_transit")],
    ),
    "the shop completes when one of two is there": (
        [
            listing(0, "A1", "B2", status="processing"),
            scanned(1, "A1", "delivered"),
            listing(2, "A1", "B2", status="shipped"),
        ],
        [("A1", "delivered"), ("B2", "shipped")],
    ),
    "the shop saves its order once more": (
        [
            listing(0, "A1", status="processing"),
            scanned(1, "A1", "in_transit"),
            listing(2, "A1", status="processing"),
        ],
        [("A1", "in_transit")],
    ),
    "the shop says another thing": (
        [
            listing(0, "A1", status="processing"),
            scanned(1, "A1", "in_transit"),
            listing(2, "A1", status="cancelled"),
        ],
        [("A1", "cancelled")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_parcels_in_any_order_of_arrival(case: str) -> None:
    events, expected = CASES[case]
    seen = [timeline(order(*arriving)) for arriving in permutations(events)]
    assert parcels(seen[0]) == expected
    assert all(view == seen[0] for view in seen)


@pytest.mark.parametrize("case", CASES)
def test_an_order_is_open_as_long_as_its_parcels_are(case: str) -> None:
    events, _ = CASES[case]
    told = after(*events)
    assert told.closed == (not timeline(told).is_open)


def test_of_a_parcel_that_is_gone_the_timeline_says_nothing() -> None:
    view = timeline(
        order(listing(0, "A1", status="shipped"), scanned(1, "A1", "delivered"), listing(2, "B2"))
    )
    assert [step.status for step in view.steps] == ["shipped"]
    assert (view.status, view.delivered, view.is_open) == ("shipped", 0, True)
    assert view.carrier == numbered("B2")
    assert view.news.step.status == "shipped"


def test_an_order_of_which_nothing_else_was_told_is_placed() -> None:
    view = timeline(order(fulfilled(0, "41", "shipped", "A1"), fulfilled(1, "41", None)))
    assert (view.status, view.parcels) == ("placed", ())


def test_a_number_that_is_exchanged_is_no_news() -> None:
    before = after(listing(0, "A1", status="shipped"))
    assert after(listing(1, "B2"), order=before).news == before.news


def test_what_the_carrier_says_of_a_number_that_is_gone_is_no_news() -> None:
    before = after(listing(0, "A1", status="shipped"), listing(1, "B2"))
    assert after(scanned(2, "A1", "delivered"), order=before).news == before.news
    assert after(scanned(2, "B2", "delivered"), order=before).news == before.news + 1


def test_one_step_that_two_systems_tell_is_news_once() -> None:
    first = fulfilled(0, "41", "in_transit", "A1")
    assert after(first, scanned(1, "A1", "in_transit")).news == 1


def test_what_tells_of_two_parcels_is_news_once() -> None:
    assert after(fulfilled(0, "41", "shipped", "A1", "B2")).news == 1


def test_a_carrier_s_newest_word_of_itself_counts() -> None:
    corrected = Listed(parcel="A1", carrier=numbered("A1", "UPS"))
    first, second = listing(0, "A1"), happened(1, source=SHOP, lists=[corrected])
    [parcel] = timeline(order(second, first)).parcels
    assert parcel.carrier == numbered("A1", "UPS")


# What people call it


def called(*events: Event) -> list[str]:
    view = timeline(order(*events))
    return [view.called(parcel.name) for parcel in view.parcels]


def test_a_parcel_is_called_as_the_shop_calls_it_and_else_by_its_number_among_them() -> None:
    named = [happened(n, "shipped", parcel=name) for n, name in enumerate(("B", "A"))]
    assert called(*named) == ["A", "B"]
    assert called(listing(0, "A1", "B2")) == ["1", "2"]
    assert called(*named, scanned(3, "JD0146000037", "shipped")) == ["A", "B", "3"]
    third = happened(3, "shipped", parcel="2")
    assert called(third, listing(4, "00340434161094", "00340434161095")) == ["2", "3", "4"]


def test_a_parcel_keeps_its_number_when_another_comes() -> None:
    first, second = listing(0, "Z900000000001"), listing(1, "A100000000001", "Z900000000001")
    assert called(first) == ["1"]
    view = timeline(order(first, second))
    assert view.called("Z900000000001") == "1"


# What was noticed later


def noticed(hours: float, status: str) -> Event:
    """As a fulfilment repeats it, at the time when its system saved that."""
    lists = [Listed(parcel="A1", carrier=numbered("A1"))]
    return happened(hours, status, parcel="41", source="shopify", lists=lists, as_saved=True)


MIRRORED: dict[str, tuple[Sequence[Event], list[str]]] = {
    "nobody else tells of it": (
        [noticed(1, "in_transit"), noticed(2, "delivered")],
        ["in_transit", "delivered"],
    ),
    "the carrier tells the same": (
        [scanned(1, "A1", "delivered"), noticed(2, "delivered")],
        ["delivered"],
    ),
    "the carrier has told how it went on": (
        [scanned(1, "A1", "delivered"), noticed(2, "out_for_delivery"), noticed(3, "delivered")],
        ["delivered"],
    ),
    "the carrier has not told yet how it went on": (
        [scanned(1, "A1", "in_transit"), noticed(2, "delivered")],
        ["in_transit", "delivered"],
    ),
}


@pytest.mark.parametrize("case", MIRRORED)
def test_what_was_noticed_later_gives_way_to_whoever_knows_when_it_was(case: str) -> None:
    events, expected = MIRRORED[case]
    for arriving in permutations(events):
        steps = timeline(order(*arriving)).steps
        assert [step.status for step in steps] == expected


def test_what_was_noticed_and_is_told_once_more_by_its_carrier_is_news_once() -> None:
    told, mirrored = scanned(1, "A1", "delivered"), noticed(2, "delivered")
    for first, second in ((told, mirrored), (mirrored, told)):
        assert after(first, second).news == 1


def test_news_that_was_noticed_is_not_lost_when_its_carrier_tells_it_before_it_has_left() -> None:
    both = after(noticed(2, "delivered"), scanned(1, "A1", "delivered"))
    assert weigh(both, after=0, zone=ZoneInfo("UTC")) == Weight.DELIVERY


# More than its parcels


def whole(hours: float, status: str | None = None, *, is_partial: bool) -> Event:
    return happened(hours, status, source="shopify", is_partial=is_partial)


def test_an_order_of_which_a_part_is_still_to_be_sent_is_open_when_the_rest_is_there() -> None:
    some = [whole(0, "placed", is_partial=True), scanned(1, "A1", "delivered")]
    for more, status in (
        ([], "processing"),
        ([whole(2, is_partial=False)], "delivered"),
        ([whole(2, "cancelled", is_partial=False)], "cancelled"),
        ([happened(2, "cancelled")], "cancelled"),
    ):
        told = after(*some, *more)
        view = timeline(told)
        assert (view.status, view.rest_follows) == (status, status == "processing")
        assert told.closed != view.is_open
