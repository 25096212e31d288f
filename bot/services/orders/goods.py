"""What is in an order, and in each of its parcels, by all that was told of it.

A list that names things in no parcel is the whole order's; the latest counts. A list of a parcel,
or things that say which parcel they are in, tell what is in that parcel
(docs/decisions/0034-goods.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.models import Event, Item


@dataclass(frozen=True)
class Good:
    """So many of one thing."""

    name: str
    quantity: int
    image_url: str | None = None


Goods = tuple[Good, ...]


@dataclass(frozen=True)
class Contents:
    """``all``: of the order. ``parcels``: the names of those that it is known of, with theirs.

    ``left``: what is in no parcel yet; empty while that is not known of every parcel.
    """

    all: Goods = ()
    parcels: tuple[tuple[str, Goods], ...] = ()
    left: Goods = ()

    def of(self, parcel: str) -> Goods:
        return dict(self.parcels).get(parcel, ())

    @property
    def by_parcel(self) -> Iterator[tuple[str | None, Good]]:
        """All of it, each thing with the parcel it is in, as far as that is known."""
        known = [(parcel, good) for parcel, goods in self.parcels for good in goods]
        yield from known
        yield from ((None, good) for good in _without(self.all, (good for _, good in known)))


NOTHING = Contents()


def count(goods: Iterable[Good | Item]) -> int:
    """How many things these are."""
    return sum(good.quantity for good in goods)


def contents(events: Sequence[Event]) -> Contents:
    """``events``: those that count (`bot.services.orders.parcels.counting`)."""
    if not any(event.goods for event in events):
        return NOTHING
    whole: Event | None = None
    told: dict[frozenset[str], _Told] = {}
    together = _together(events)
    for event in events:
        if is_whole(event):
            whole = event
        elif whole and event.items not in {None, whole.items}:
            whole = None  # it is another order by now, and nobody has said of what
        for parcels, items in _by_parcel(event, together[event.id]).items():
            told[parcels] = _Told(items, event.source)
    there = frozenset().union(*together.values())
    known = {parcels: each for parcels, each in told.items() if parcels <= there}
    sent = [item for each in known.values() for item in each.items]
    everything = _sum(whole.goods or () if whole else sent)
    return Contents(
        everything,
        tuple((p, _sum(each.items)) for (p, *others), each in known.items() if not others),
        _without(everything, sent) if whole and _are_all_told(whole, known, there) else (),
    )


def is_whole(event: Event) -> bool:
    """Whether its list is all of the order: then it says how many things that is."""
    return bool(event.goods) and event.items is not None


def how_many(events: Sequence[Event]) -> int | None:
    """How many things the order consists of, as it was told last; None: nobody has said."""
    told = (event.items for event in reversed(events) if event.items is not None)
    newest = next(told, None)
    return newest if newest is not None else count(contents(events).all) or None


def told_once(new: Sequence[Event], known: Sequence[Event]) -> list[Event]:
    """The new events, without the lists that say nothing new.

    A system posts all of an order each time: of two posts at hand, the older list is past.
    """
    told = list(known)
    for event in new:
        if event.source and event.goods and _is_known(event, told):
            told.append(event.model_copy(update={"goods": None}))
        else:
            told.append(event)
    return told[len(known) :]


def _is_known(event: Event, told: Iterable[Event]) -> bool:
    same = [e for e in told if (e.source, e.parcel) == (event.source, event.parcel)]
    lists = [e for e in same if e.goods]
    if not lists:
        return False
    is_past = any(e.as_saved and e.occurred_at > event.occurred_at for e in same)
    return is_past or max(lists, key=lambda e: e.occurred_at).goods == event.goods


def is_partial(events: Sequence[Event]) -> bool:
    """Whether the order is more than its parcels, as some of it is still to be sent.

    By the newest word of that or else, if it is known what is in them, by what is in none.
    """
    said = (event.is_partial for event in reversed(events) if event.is_partial is not None)
    newest = next(said, None)
    return bool(contents(events).left) if newest is None else newest


@dataclass(frozen=True)
class _Told:
    items: Sequence[Item]
    source: str | None


def _together(events: Iterable[Event]) -> Mapping[str, frozenset[str]]:
    """Of which parcels each event tells, by its id."""
    parcels: dict[str, frozenset[str]] = {}
    for event in events:
        named = frozenset([event.parcel] if event.parcel else [])
        parcels[event.id] = parcels.get(event.id, frozenset()) | named
    return parcels


def _by_parcel(event: Event, together: frozenset[str]) -> Mapping[frozenset[str], Sequence[Item]]:
    """What the event says of parcels; of several at once, what is in all of them together.

    ``together``: the parcels that it tells of.
    """
    found: dict[frozenset[str], list[Item]] = {}
    of = frozenset[str]() if is_whole(event) else together
    for item in event.goods or ():
        if parcels := frozenset([item.parcel]) if item.parcel else of:
            found.setdefault(parcels, []).append(item)
    return found


def _are_all_told(
    whole: Event, known: Mapping[frozenset[str], _Told], there: Iterable[str]
) -> bool:
    """By who has told what the order is: others may call the same things otherwise."""
    ours = {p for parcels, each in known.items() if each.source == whole.source for p in parcels}
    return bool(ours) and ours >= set(there)


def _sum(items: Iterable[Good | Item]) -> Goods:
    """Each thing once, in the order in which they came."""
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
    """However it is written, it is one thing."""
    return " ".join(name.casefold().split())
