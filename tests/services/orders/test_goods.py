"""What is in an order, and in which parcel, whoever tells it and however often."""

from typing import Any

import pytest

from bot.services.orders.extras import ItemNews, kept_items
from bot.services.orders.goods import Contents, Good, without_repeats
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Event, Listed
from tests.services.orders.history import happened, order

Report = tuple[str, int] | tuple[str, int, str]


def listed(*things: Report) -> list[dict[str, Any]]:
    """``("Mug", 1)``, or ``("Mug", 1, "A")`` of a thing in parcel A."""
    return [dict(zip(("name", "quantity", "parcel"), thing, strict=False)) for thing in things]


def told(hours: float, *things: Report, status: str | None = None, **more: Any) -> Event:
    """As the shop's own events are kept."""
    items = [ItemNews.model_validate(item) for item in listed(*things)]
    return happened(hours, status, **kept_items(items, more.get("parcel")), **more)


def seen(*events: Event) -> Timeline:
    return timeline(order(*events))


def contents(*events: Event) -> Contents:
    return seen(*events).contents


def counted(goods: tuple[Good, ...]) -> dict[str, int]:
    return {good.name: good.quantity for good in goods}


COFFEE, MUG, TEA = ("Coffee", 2), ("Mug", 1), ("Tea", 3)
PLACED = told(0, COFFEE, MUG, status="placed")
SENT = told(1, ("Coffee", 2), status="shipped", parcel="A")


def test_the_latest_list_of_the_whole_order_counts() -> None:
    assert counted(contents(PLACED, told(1, TEA)).all) == {"Tea": 3}
    assert counted(contents(told(1, TEA), PLACED).all) == {"Tea": 3}


def test_one_thing_that_is_listed_twice_is_one() -> None:
    twice = contents(told(0, ("Mug", 1), ("Tea", 1), ("  mug", 2)))
    assert counted(twice.all) == {"Mug": 3, "Tea": 1}


def test_where_nobody_has_told_what_it_is_there_is_a_count() -> None:
    assert contents(happened(0, "placed", items=2)) == Contents()


def test_a_parcels_list_tells_what_is_in_it_and_leaves_the_order_as_it_is() -> None:
    found = contents(PLACED, SENT)
    assert counted(found.all) == {"Coffee": 2, "Mug": 1}
    assert {name: counted(goods) for name, goods in found.parcels} == {"A": {"Coffee": 2}}
    assert seen(PLACED, SENT).items == 3


def test_what_is_in_no_parcel_is_still_to_come() -> None:
    assert counted(contents(PLACED, SENT).left) == {"Mug": 1}
    assert seen(PLACED, SENT).rest_follows


def test_an_order_is_not_over_before_the_rest_of_it_has_come() -> None:
    there = happened(2, "delivered", parcel="A")
    assert (seen(PLACED, SENT, there).status, seen(PLACED, SENT, there).is_open) == (
        "processing",
        True,
    )
    rest = told(3, MUG, status="delivered", parcel="B")
    assert not seen(PLACED, SENT, there, rest).is_open
    assert not seen(PLACED, SENT, there, happened(3, "delivered")).is_open


def test_of_one_thing_some_may_be_in_one_parcel_and_some_in_another() -> None:
    events = [
        told(0, ("Coffee", 5), status="placed"),
        told(1, ("Coffee", 2), status="shipped", parcel="A"),
        told(1, ("Coffee", 1), status="shipped", parcel="B"),
    ]
    found = contents(*events)
    assert {p: counted(goods) for p, goods in found.parcels} == {
        "A": {"Coffee": 2},
        "B": {"Coffee": 1},
    }
    assert counted(found.left) == {"Coffee": 2}


def test_a_list_may_say_of_each_thing_which_parcel_it_is_in() -> None:
    both = told(0, ("Coffee", 2, "A"), ("Mug", 1, "B"), ("Tea", 3), status="shipped")
    found = contents(both, happened(1, "shipped", parcel="A"), happened(1, "packed", parcel="B"))
    assert counted(found.all) == {"Coffee": 2, "Mug": 1, "Tea": 3}
    assert {p: counted(goods) for p, goods in found.parcels} == {
        "A": {"Coffee": 2},
        "B": {"Mug": 1},
    }
    assert counted(found.left) == {"Tea": 3}


def test_a_list_of_things_that_are_all_in_parcels_says_nothing_of_the_others() -> None:
    assigned = told(1, ("Coffee", 2, "A"), status="shipped")
    events = PLACED, assigned, happened(1, "shipped", parcel="A")
    assert counted(contents(*events).all) == {"Coffee": 2, "Mug": 1}
    assert seen(*events).items == 3


def test_what_is_in_a_parcel_that_nobody_has_told_of_is_still_to_come() -> None:
    events = PLACED, told(1, ("Mug", 1, "B")), SENT
    assert counted(contents(*events).left) == {"Mug": 1}
    assert contents(*events).of("B") == ()


def test_while_nobody_says_what_is_in_one_of_the_parcels_nothing_is_said_to_follow() -> None:
    events = PLACED, SENT, happened(2, "shipped", parcel="B")
    assert contents(*events).left == ()
    assert not seen(*events).rest_follows


def test_what_follows_is_not_guessed_from_the_names_of_another_system() -> None:
    packed = told(1, ("COFFEE-250-GR", 2), status="shipped", parcel="A", source="sendcloud")
    assert contents(PLACED, packed).left == ()
    assert not seen(PLACED, packed).rest_follows
    assert counted(contents(PLACED, packed).of("A")) == {"COFFEE-250-GR": 2}


@pytest.mark.parametrize("says", [True, False])
def test_whether_more_follows_is_believed_before_it_is_reckoned(*, says: bool) -> None:
    assert seen(PLACED, SENT, happened(2, is_partial=says)).rest_follows == says


def test_a_parcel_goes_by_any_of_its_names() -> None:
    numbered = happened(2, parcel="A", carrier={"tracking_number": "JD 01-4"})
    by_number = told(3, ("Mug", 1, "jd014"), ("Tea", 1))
    assert counted(contents(PLACED, SENT, numbered, by_number).of("A")) == {"Mug": 1}


def test_what_is_in_a_parcel_that_is_gone_is_in_none() -> None:
    there, gone = (
        happened(hours, lists=lists, source="shopify")
        for hours, lists in ((1.5, [Listed(parcel="F1")]), (2, []))
    )
    of_shopify = [
        told(0, COFFEE, MUG, status="placed", source="shopify"),
        told(
            1,
            COFFEE,
            status="fulfilled",
            parcel="F1",
            source="shopify",
            lists=[Listed(parcel="N1")],
        ),
    ]
    assert counted(contents(*of_shopify, there).of("N1")) == {"Coffee": 2}
    assert contents(*of_shopify, there, gone).parcels == ()
    assert counted(contents(*of_shopify, there, gone).all) == {"Coffee": 2, "Mug": 1}


def test_of_a_list_of_several_parcels_nobody_knows_what_is_in_which() -> None:
    boxes = [Listed(parcel="N1"), Listed(parcel="N2")]
    events = [
        told(0, COFFEE, MUG, status="placed", source="shopify"),
        told(1, COFFEE, status="shipped", parcel="F1", source="shopify", lists=boxes),
    ]
    assert contents(*events).parcels == ()
    assert counted(contents(*events).left) == {"Mug": 1}


def test_a_count_that_is_told_later_counts() -> None:
    assert seen(PLACED, happened(1, items=7)).items == 7
    assert seen(happened(0, "placed", items=7), told(1, COFFEE)).items == 2
    assert seen(happened(0, "placed"), told(1, COFFEE, status="shipped", parcel="A")).items == 2


def test_a_list_is_past_when_another_count_is_told_later() -> None:
    assert contents(PLACED, happened(1, items=7)).all == ()
    assert counted(contents(PLACED, happened(1, items=3)).all) == {"Coffee": 2, "Mug": 1}


def test_all_is_told_by_parcel_with_what_is_in_none() -> None:
    found = contents(PLACED, SENT)
    assert [(parcel, good.name, good.quantity) for parcel, good in found.by_parcel] == [
        ("A", "Coffee", 2),
        (None, "Mug", 1),
    ]


# What is kept


def posted(hours: float, *things: Report, parcel: str | None = None) -> Event:
    """As a system that saves it posts all of an order each time."""
    return told(hours, *things, parcel=parcel, source="shopify", as_saved=True)


def kept(new: Event, *known: Event) -> bool:
    (event,) = without_repeats([new], known)
    return event.goods is not None


def test_a_system_that_posts_the_same_list_again_says_nothing_new() -> None:
    assert kept(posted(0, COFFEE))
    assert not kept(posted(1, COFFEE), posted(0, COFFEE))
    assert kept(posted(1, MUG), posted(0, COFFEE))
    assert kept(posted(2, COFFEE), posted(0, COFFEE), posted(1, MUG))
    assert kept(posted(1, COFFEE, parcel="A"), posted(0, COFFEE))


def test_a_post_that_comes_late_does_not_bring_an_old_list_back() -> None:
    first, same, late = posted(0, COFFEE), posted(2, COFFEE), posted(1, MUG)
    known = [first, *without_repeats([same], [first])]
    assert not kept(late, *known)
    assert not kept(posted(0, COFFEE), posted(1, MUG))


def test_what_the_shop_tells_itself_is_kept_as_it_was_told() -> None:
    assert kept(told(1, COFFEE), told(0, COFFEE))
    assert kept(told(0, MUG), told(1, COFFEE))


def test_a_post_that_lists_nothing_is_no_newer_list() -> None:
    scanned = happened(2, "delivered", parcel="A", source="shopify")
    assert kept(posted(1, COFFEE, parcel="A"), scanned)
