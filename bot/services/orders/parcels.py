"""Which parcels an order has, derived from its events (docs/decisions/0025-parcels.md).

A parcel is identified by its tracking number, whatever the source. A system may use an id of its
own and give the number later. A parcel that a system has listed and no longer lists is gone.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.services.orders.statuses import Status, rank
from storage.models import Carrier, Event


def counting(events: Sequence[Event]) -> Sequence[Event]:
    """The effective events, from which everything about an order is derived.

    ``events``: sorted. In the result each parcel has a single name, and events of parcels that are
    gone are left out. An event of two parcels appears twice, with the same id. Not empty, unless
    ``events`` is.

    The last few results are cached: deciding about one event asks for them several times.
    """
    same = tuple(map(id, events))
    if same not in _counted:
        _counted[same] = list(events), _count(events)
        if len(_counted) > KEPT:
            _counted.popitem(last=False)
    return _counted[same][1]


KEPT = 4
_counted: OrderedDict[tuple[int, ...], tuple[Sequence[Event], Sequence[Event]]] = OrderedDict()
"""Cached results by the ids of the event objects. The objects are kept alive with them, so that no
other object can get the same id."""


def _count(events: Sequence[Event]) -> Sequence[Event]:
    said = list(_without_repeats(events))
    if not any(event.parcel or event.lists for event in said):
        return said
    counted = list(_Counting(said)) or [_says_nothing(said[0])]
    return list(_without_mirrored(counted))


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """``"JD 01-4"`` and ``"jd014"`` are the same parcel."""
    return re.sub(r"[\s\u2010-\u2015\u2212-]+", "", name).casefold()


def _without_repeats(events: Iterable[Event]) -> Iterator[Event]:
    """Removes repeated states of a system, which posts the whole order each time.

    The first of several equal ones counts.
    """
    known: dict[str, str] = {}
    for event in events:
        if not (event.source and event.status) or event.parcel:
            yield event
        elif known.get(event.source) == event.status:
            yield event.model_copy(update={"status": None})
        else:
            known[event.source] = event.status
            yield event


def _without_mirrored(events: Sequence[Event]) -> Iterator[Event]:
    """Removes states of parcels that a system only mirrors from another source.

    A state dated by when the order was saved comes from somewhere else, with a delay. It counts
    unless an event with a time of its own has the same state, or an earlier one a further state.
    """
    stated = {(event.parcel, event.status) for event in events if not event.as_saved}
    furthest: dict[str, int] = {}
    for event in events:
        if not (event.parcel and event.status):
            yield event
            continue
        reached, known = rank(event.status), furthest.get(event.parcel, 0)
        if not event.as_saved:
            furthest[event.parcel] = max(reached, known)
            yield event
        elif (event.parcel, event.status) in stated or reached < known:
            yield event.model_copy(update={"status": None})
        else:
            yield event


class _Parcels:
    """The existing parcels, each by the `key` of its number or, without one, of its name."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._parts: dict[str, list[str]] = {}  # the parcels behind a name, the latest word
        self._names: dict[str, str] = {}
        lists: dict[str | None, list[str]] = {}  # the latest list of each system
        listed: set[str] = set()
        for event in events:
            parts = _listed_by(event)
            for name in filter(None, [event.parcel, *(parts or ())]):
                self._names.setdefault(key(name), name)
            if parts is None:
                continue
            keys = list(dict.fromkeys(map(key, parts)))
            if event.parcel is None:
                lists[event.source] = keys
                listed.update(keys)
            else:
                self._parts[key(event.parcel)] = keys
                listed.update(name for name in keys if name != key(event.parcel))
        shared = self._shared(event for event in events if event.lists is None)
        named = {key(event.parcel) for event in events if event.parcel}
        there = (named - listed) | shared | {name for each in lists.values() for name in each}
        self.there = {parcel for name in there for parcel in self._of(name)}
        self._reached = there | self.there
        for event in reversed(events):  # so that the first name that the shop gave wins
            if event.parcel and event.source is None and len(self.of(event.parcel)) == 1:
                self._names[self.of(event.parcel)[0]] = event.parcel

    def _shared(self, events: Iterable[Event]) -> set[str]:
        """Tracking numbers shared by several named parcels. Each stands for all of them."""
        names: dict[str, list[str]] = {}
        for name in dict.fromkeys(key(event.parcel) for event in events if event.parcel):
            for number in self._parts.get(name, []):
                names.setdefault(number, []).append(name)
        shared = {number: sharing for number, sharing in names.items() if len(sharing) > 1}
        for number, sharing in shared.items():
            self._parts |= {name: [name] for name in sharing} | {number: sharing}
        return set(shared)

    def of(self, name: str) -> list[str]:
        """The parcels that this name stands for. Empty if they are gone."""
        if key(name) not in self._reached:
            return []
        return [parcel for parcel in self._of(key(name)) if parcel in self.there]

    def _of(self, name: str) -> list[str]:
        return self._parts.get(name, [name])

    def name(self, parcel: str) -> str:
        return self._names[parcel]


def _listed_by(event: Event) -> Sequence[str] | None:
    """The parcels that the event's own parcel, or the order, consists of.

    A parcel with a tracking number consists of the parcel with that number. None: not said.
    """
    if event.lists is not None:
        return [part.parcel for part in event.lists]
    number = event.carrier and event.carrier.tracking_number
    if not (number and event.parcel) or key(number) == key(event.parcel):
        return None
    return [number]


class _Counting:
    """Yields the events, oldest first, each assigned to the parcels that it is about."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._parcels = _Parcels(events)
        self._states: dict[str, str] = {}  # of a parcel itself, newer than the order's state

    def __iter__(self) -> Iterator[Event]:
        for event in map(self._with_its_parcels, self._events):
            if event.parcel is None:
                yield from self._of_the_order(event)
            else:
                yield from self._of_a_parcel(event, event.parcel)

    def _of_a_parcel(self, event: Event, name: str) -> Iterator[Event]:
        carriers = {key(part.parcel): part.carrier for part in event.lists or ()}
        for parcel in self._parcels.of(name):
            if event.status:
                self._states[parcel] = event.status
            yield self._named(event, parcel, carriers.get(parcel) or event.carrier)

    def _of_the_order(self, event: Event) -> Iterator[Event]:
        is_behind = event.source and event.status == Status.SHIPPED and self._are_further()
        if is_behind:
            yield event.model_copy(update={"status": None})
            for parcel in sorted(self._parcels.there - self._are_further()):
                yield self._named(_says_nothing(event), parcel, None, status=event.status)
        else:
            if event.status:
                self._states.clear()
            yield event
        for part in event.lists or ():
            for parcel in self._parcels.of(part.parcel):
                yield self._named(_says_nothing(event), parcel, part.carrier)

    def _with_its_parcels(self, event: Event) -> Event:
        """The event with the parcels of its goods under their names.

        Goods have no parcel if theirs is gone, or could be any of several.
        """
        if not any(item.parcel for item in event.goods or ()):
            return event
        parcels = [
            self._parcels.of(item.parcel) if item.parcel else [] for item in event.goods or ()
        ]
        names = [self._parcels.name(of[0]) if len(of) == 1 else None for of in parcels]
        both = zip(event.goods or (), names, strict=True)
        goods = [item.model_copy(update={"parcel": name}) for item, name in both]
        return event.model_copy(update={"goods": goods})

    def _are_further(self) -> set[str]:
        """Parcels with a state beyond "shipped"."""
        shipped = rank(Status.SHIPPED)
        return {parcel for parcel, state in self._states.items() if rank(state) > shipped}

    def _named(
        self, event: Event, parcel: str, carrier: Carrier | None, *, status: str | None = None
    ) -> Event:
        named: dict[str, object] = {"parcel": self._parcels.name(parcel), "carrier": carrier}
        if status:
            named["status"] = self._states[parcel] = status
        is_so = named["parcel"] == event.parcel and carrier is event.carrier and not status
        return event if is_so else event.model_copy(update=named)


def _says_nothing(event: Event) -> Event:
    """The event with its time and number only."""
    return event.model_copy(update=dict.fromkeys(_SAYS))


_SAYS = (
    *("status", "implies", "parcel", "note", "location", "estimated_delivery", "lists"),
    *("goods", "photo_url", "payment_url", "pickup", "actions"),
)
