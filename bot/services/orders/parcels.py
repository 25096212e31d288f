"""Which parcels an order has, by all that was told of it (docs/decisions/0025-parcels.md).

A parcel is its tracking number, whoever tells of it. A system may call it by an id of its own and
say, perhaps later, which number that has. What a system has listed and no longer lists is gone.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.services.orders.statuses import Status, rank
from storage.models import Carrier, Event


def counting(events: Sequence[Event]) -> Sequence[Event]:
    """The sorted events as they count: what is derived from an order is derived from these.

    Each parcel has one name in them, and of one that is gone there is none. What tells of two
    parcels is there twice, under the same id. Never empty, unless there are no events.

    The latest answers are kept: who decides what one event changes asks several times.
    """
    same = tuple(map(id, events))
    if same not in _counted:
        _counted[same] = list(events), _count(events)
        if len(_counted) > KEPT:
            _counted.popitem(last=False)
    return _counted[same][1]


KEPT = 4
_counted: OrderedDict[tuple[int, ...], tuple[Sequence[Event], Sequence[Event]]] = OrderedDict()
"""By the identities of the events, which are kept beside: nothing else gets these meanwhile."""


def _count(events: Sequence[Event]) -> Sequence[Event]:
    said = list(_without_repeats(events))
    if not any(event.parcel or event.lists for event in said):
        return said
    counted = list(_Counting(said)) or [_says_nothing(said[0])]
    return list(_without_mirrored(counted))


@lru_cache(maxsize=4096)
def key(name: str) -> str:
    """``"JD 01-4"`` and ``"jd014"`` are one parcel."""
    return re.sub(r"[\s\u2010-\u2015\u2212-]+", "", name).casefold()


def _without_repeats(events: Iterable[Event]) -> Iterator[Event]:
    """A system posts an order as it stands, time and again: its state began with the first."""
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
    """A state of a parcel that is told as it was saved is somebody's word, noticed later.

    It counts while nobody tells it with its own time, nor told before how it went on.
    """
    told = {(event.parcel, event.status) for event in events if not event.as_saved}
    furthest: dict[str, int] = {}
    for event in events:
        if not (event.parcel and event.status):
            yield event
            continue
        reached, known = rank(event.status), furthest.get(event.parcel, 0)
        if not event.as_saved:
            furthest[event.parcel] = max(reached, known)
            yield event
        elif (event.parcel, event.status) in told or reached < known:
            yield event.model_copy(update={"status": None})
        else:
            yield event


class _Parcels:
    """The parcels that there are, each by the `key` of its number or, without one, of its name."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._parts: dict[str, list[str]] = {}  # of a name, as it was said last
        self._names: dict[str, str] = {}
        lists: dict[str | None, list[str]] = {}  # of each system, its newest
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
        told = {key(event.parcel) for event in events if event.parcel}
        there = (told - listed) | shared | {name for each in lists.values() for name in each}
        self.there = {parcel for name in there for parcel in self._of(name)}
        self._reached = there | self.there
        for event in reversed(events):  # so that what the shop called a parcel first, stays
            if event.parcel and event.source is None and len(self.of(event.parcel)) == 1:
                self._names[self.of(event.parcel)[0]] = event.parcel

    def _shared(self, events: Iterable[Event]) -> set[str]:
        """Numbers of several parcels that the shop has names for: each tells of all of these."""
        names: dict[str, list[str]] = {}
        for name in dict.fromkeys(key(event.parcel) for event in events if event.parcel):
            for number in self._parts.get(name, []):
                names.setdefault(number, []).append(name)
        shared = {number: sharing for number, sharing in names.items() if len(sharing) > 1}
        for number, sharing in shared.items():
            self._parts |= {name: [name] for name in sharing} | {number: sharing}
        return set(shared)

    def of(self, name: str) -> list[str]:
        """Those that are told of under this name; empty if it is gone."""
        if key(name) not in self._reached:
            return []
        return [parcel for parcel in self._of(key(name)) if parcel in self.there]

    def _of(self, name: str) -> list[str]:
        return self._parts.get(name, [name])

    def name(self, parcel: str) -> str:
        return self._names[parcel]


def _listed_by(event: Event) -> Sequence[str] | None:
    """A parcel of which a number is told, is the one with that number."""
    if event.lists is not None:
        return [part.parcel for part in event.lists]
    number = event.carrier and event.carrier.tracking_number
    if not (number and event.parcel) or key(number) == key(event.parcel):
        return None
    return [number]


class _Counting:
    """Goes through the events, oldest first, and tells each of its parcels."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._parcels = _Parcels(events)
        self._states: dict[str, str] = {}  # told of a parcel itself, later than of the order

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
        """Its goods under the names of the parcels they are in; of one that is not there, in none.

        What may be in any of several is in none of them, for all that is known.
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
        """Parcels of which somebody knows more than that they are on their way."""
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
    """But that it was told then."""
    return event.model_copy(update=dict.fromkeys(_SAYS))


_SAYS = (
    *("status", "implies", "parcel", "note", "location", "estimated_delivery", "lists"),
    *("goods", "photo_url", "payment_url", "pickup", "actions"),
)
