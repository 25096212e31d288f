"""What is shown to be in an order was told to be in it, and no more often."""

from collections import Counter
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.services.orders.extras import ItemNews, kept_items
from bot.services.orders.goods import Good, count
from bot.services.orders.timeline import Timeline, timeline
from storage.models import Event, Item, Listed
from tests.services.orders.history import happened, order

names = st.sampled_from(["Mug", "mug ", "Tea", "Beans"])
parcels = st.none() | st.sampled_from(["A", "a", "B"])
lists = st.lists(
    st.builds(ItemNews, name=names, quantity=st.integers(1, 3), parcel=parcels), max_size=3
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Few names and parcels, of the shop and of a system, so that they meet."""
    told = []
    for hours in range(draw(st.integers(1, 5))):
        parcel, source = draw(parcels), draw(st.sampled_from([None, "shopify"]))
        boxes = [Listed(parcel=name) for name in draw(st.lists(st.sampled_from("AB"), max_size=2))]
        told.append(
            happened(
                hours,
                draw(st.sampled_from([None, "shipped", "delivered"])),
                parcel=parcel,
                source=source,
                lists=draw(st.sampled_from([None, boxes])) if source else None,
                **kept_items(draw(lists), parcel),
            )
        )
    return told


def counted(goods: Iterable[Good | Item]) -> Counter[str]:
    found: Counter[str] = Counter()
    for good in goods:
        found[good.name.casefold().strip()] += good.quantity
    return found


def seen(told: Iterable[Event]) -> Timeline:
    return timeline(order(*told))


@given(histories())
def test_of_each_thing_no_more_is_shown_than_one_list_or_all_parcels_have(
    told: list[Event],
) -> None:
    contents = seen(told).contents
    each = [counted(event.goods or ()) for event in told]
    everything = sum(each, Counter[str]())
    assert counted(contents.all) <= everything
    assert counted(good for _, good in contents.by_parcel) <= everything
    for _, goods in contents.parcels:
        assert counted(goods) <= everything


@given(histories())
def test_what_is_left_is_of_the_order_and_in_no_parcel(told: list[Event]) -> None:
    contents = seen(told).contents
    assert counted(contents.left) <= counted(contents.all)
    in_parcels = sum((counted(goods) for _, goods in contents.parcels), Counter[str]())
    assert counted(contents.left) <= counted(contents.all) - in_parcels | counted(contents.left)
    shown = sum(good.quantity for _, good in contents.by_parcel)
    assert shown >= count(contents.all)


@given(histories(), st.randoms())
def test_in_whatever_order_it_is_told_the_same_is_in_it(
    told: list[Event],
    random: st.randoms,  # type: ignore[valid-type]
) -> None:
    arriving = list(told)
    random.shuffle(arriving)  # type: ignore[attr-defined]
    assert seen(arriving).contents == seen(told).contents
