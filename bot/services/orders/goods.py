"""The contents of an order and of each of its parcels, derived from its events.

A list without parcels is the whole order; the latest one counts. A list in an event of a parcel,
or items that name their parcel, are the contents of that parcel (docs/decisions/0034-goods.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.models import Event, Item


@dataclass(frozen=True)
class Good:
    """A thing and how many of it."""

    name: str
    quantity: int
    image_url: str | None = None


Goods = tuple[Good, ...]


@dataclass(frozen=True)
class Contents:
    """``all``: everything in the order. ``parcels``: names of parcels with their contents, as far
    as these are known.

    ``left``: what is in no parcel yet. Empty unless the contents of every parcel are known.
    """

    all: Goods = ()
    parcels: tuple[tuple[str, Goods], ...] = ()
    left: Goods = ()

    def of(self, parcel: str) -> Goods:
        return dict(self.parcels).get(parcel, ())

    def has_more_of(self, good: Good) -> bool:
        """Whether the order has more of this thing than the part of it that ``good`` is."""
        whole = (each.quantity for each in self.all if _key(each.name) == _key(good.name))
        return good.quantity < next(whole, 0)

    @property
    def by_parcel(self) -> Iterator[tuple[str | None, Good]]:
        """Everything in the order, each thing with its parcel, or None if that is not known."""
        known = [(parcel, good) for parcel, goods in self.parcels for good in goods]
        yield from known
        yield from ((None, good) for good in _without(self.all, (good for _, good in known)))


NOTHING = Contents()


def count(goods: Iterable[Good | Item]) -> int:
    """The total quantity."""
    return sum(good.quantity for good in goods)


def contents(events: Sequence[Event]) -> Contents:
    """``events``: those that count (`bot.services.orders.parcels.counting`)."""
    if not any(event.goods for event in events):
        return NOTHING
    whole: Event | None = None
    lists: dict[frozenset[str], _ParcelList] = {}
    together = _together(events)
    for event in events:
        if is_whole(event):
            whole = event
        elif whole and event.items not in {None, whole.items}:
            whole = None  # the number of things has changed, so the list is outdated
        for parcels, items in _by_parcel(event, together[event.id]).items():
            lists[parcels] = _ParcelList(items, event.source)
    there = frozenset().union(*together.values())
    known = {parcels: each for parcels, each in lists.items() if parcels <= there}
    sent = [item for each in known.values() for item in each.items]
    everything = _sum(whole.goods or () if whole else sent)
    return Contents(
        everything,
        tuple((p, _sum(each.items)) for (p, *others), each in known.items() if not others),
        _without(everything, sent) if whole and _are_all_listed(whole, known, there) else (),
    )


def is_whole(event: Event) -> bool:
    """Whether its list is the whole order. Only then does the event have a number of things."""
    return bool(event.goods) and event.items is not None


def how_many(events: Sequence[Event]) -> int | None:
    """The latest number of things in the order. None: no event says."""
    counts = (event.items for event in reversed(events) if event.items is not None)
    newest = next(counts, None)
    return newest if newest is not None else count(contents(events).all) or None


def without_repeats(new: Sequence[Event], known: Sequence[Event]) -> list[Event]:
    """The new events, without lists that repeat a known one or are older than it.

    A system posts the whole order each time, and posts may arrive out of order.
    """
    kept = list(known)
    for event in new:
        if event.source and event.goods and _is_known(event, kept):
            kept.append(event.model_copy(update={"goods": None}))
        else:
            kept.append(event)
    return kept[len(known) :]


def _is_known(event: Event, earlier: Iterable[Event]) -> bool:
    same = [e for e in earlier if (e.source, e.parcel) == (event.source, event.parcel)]
    lists = [e for e in same if e.goods]
    if not lists:
        return False
    is_past = any(e.as_saved and e.occurred_at > event.occurred_at for e in same)
    return is_past or max(lists, key=lambda e: e.occurred_at).goods == event.goods


def is_partial(events: Sequence[Event]) -> bool:
    """Whether part of the order is still to be sent, in no parcel yet.

    The latest event that says so counts; without one, whether any contents are left over.
    """
    said = (event.is_partial for event in reversed(events) if event.is_partial is not None)
    newest = next(said, None)
    return bool(contents(events).left) if newest is None else newest


@dataclass(frozen=True)
class _ParcelList:
    items: Sequence[Item]
    source: str | None


def _together(events: Iterable[Event]) -> Mapping[str, frozenset[str]]:
    """The parcels of each event, by the event's id."""
    parcels: dict[str, frozenset[str]] = {}
    for event in events:
        named = frozenset([event.parcel] if event.parcel else [])
        parcels[event.id] = parcels.get(event.id, frozenset()) | named
    return parcels


def _by_parcel(event: Event, together: frozenset[str]) -> Mapping[frozenset[str], Sequence[Item]]:
    """The event's items by parcel; by a set of parcels if it says only what these hold together.

    ``together``: the parcels of the event.
    """
    found: dict[frozenset[str], list[Item]] = {}
    of = frozenset[str]() if is_whole(event) else together
    for item in event.goods or ():
        if parcels := frozenset([item.parcel]) if item.parcel else of:
            found.setdefault(parcels, []).append(item)
    return found


def _are_all_listed(
    whole: Event, known: Mapping[frozenset[str], _ParcelList], there: Iterable[str]
) -> bool:
    """Whether the source of the whole list has listed every parcel.

    Other sources do not count: they may use other names for the same things.
    """
    ours = {p for parcels, each in known.items() if each.source == whole.source for p in parcels}
    return bool(ours) and ours >= set(there)


def _sum(items: Iterable[Good | Item]) -> Goods:
    """Each thing once with its total quantity, in the order of first appearance."""
    things: dict[str, Good] = {}
    for item in items:
        known = things.get(_key(item.name), Good(item.name, 0))
        image_url = known.image_url or item.image_url
        quantity = known.quantity + item.quantity
        things[_key(item.name)] = Good(known.name, quantity, image_url)
    return tuple(things.values())


def _without(goods: Goods, items: Iterable[Good | Item]) -> Goods:
    gone = {_key(good.name): good.quantity for good in _sum(items)}
    left = [Good(g.name, g.quantity - gone.get(_key(g.name), 0), g.image_url) for g in goods]
    return tuple(good for good in left if good.quantity > 0)


def _key(name: str) -> str:
    """Names that differ only in case or spaces are the same thing."""
    return " ".join(name.casefold().split())
