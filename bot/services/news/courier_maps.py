"""The next state of a courier's document, and what to do with its maps: pure functions.

A map is a live location of Telegram in the chat of a customer who asked for it. The maps of a
courier are served by one replica at a time, under a lease. Functions that return the next document
return None if nothing changes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Timeline
from storage.models import Courier, Map, Place

STEP = timedelta(seconds=3)
"""The shortest time between two moves of a map."""
LIVES = timedelta(hours=2)
"""How long a map moves at most. The customer can ask again."""
SILENCE = timedelta(minutes=5)
"""After this time without a place, the courier's place counts as unknown."""
LOOK = timedelta(seconds=10)
"""How often to check whether a map is still wanted, if nothing else happens to it."""
WAITS = timedelta(hours=12)
"""How long a requested map waits for the first place."""
SELDOM = timedelta(minutes=5)
"""How often to check a map that waits for the first place."""
AFTERWARDS = timedelta(minutes=10)
"""How long a document is kept after its last map should have ended, in case one has to be ended."""
MOST = 50
"""How many chats can watch one courier. One more ends the map that was requested first."""

Act = Literal["show", "move", "end", "drop"]
"""Send the map; move it; end it at Telegram; or forget it without a call to Telegram."""


@dataclass(frozen=True)
class Served:
    """The result for one map. ``left``: the map afterwards; None if it is gone."""

    map: Map
    left: Map | None


def is_out(order: Timeline) -> bool:
    """Whether the order or one of its parcels is out for delivery."""
    states = {order.status, *(parcel.status for parcel in order.parcels)}
    return order.is_open and Status.OUT_FOR_DELIVERY in states


# Places and requests


def moved(courier: Courier | None, order_id: str, place: Place, now: datetime) -> Courier | None:
    """The document with the new place, if it is newer. An unchanged place moves no map."""
    if courier is None:
        new = Courier(id=order_id, place=place, heard_at=now, expires_at=now)
        return scheduled(new, now)
    if courier.place and courier.place.at >= place.at:
        return None
    maps = courier.maps
    if courier.place and _is_same_spot(courier.place, place):
        at = {"shown": place.at}
        maps = [e if _lags(e, courier) else e.model_copy(update=at) for e in maps]
    return scheduled(_with(courier, place=place, heard_at=now, maps=maps), now)


def asked(
    courier: Courier | None,
    order_id: str,
    chat_id: int,
    now: datetime,
    *,
    answers: int | None = None,
) -> Courier | None:
    """The document with a new map for the chat, which replaces the one that it has."""
    courier = courier or Courier(id=order_id, heard_at=now, expires_at=now)
    before = _of(courier, chat_id)
    if before and before.message_id is None and not before.over:
        return None
    former = before and before.message_id
    new = Map(chat_id=chat_id, asked_at=now, answers=answers, former=former)
    others = [each for each in courier.maps if each.chat_id != chat_id]
    too_many = len(others) + 1 - MOST
    others = [_ended(each) if n < too_many else each for n, each in enumerate(others)]
    return scheduled(_with(courier, maps=[*others, new]), now)


def dismissed(courier: Courier | None, chat_id: int, now: datetime) -> Courier | None:
    """The document with this chat's map ended, as its customer asked."""
    if courier is None or _of(courier, chat_id) is None:
        return None
    maps = [_ended(each) if each.chat_id == chat_id else each for each in courier.maps]
    return scheduled(_with(courier, maps=maps), now)


# Serving


def claimed(
    courier: Courier | None, *, lease: str, now: datetime, until: datetime
) -> Courier | None:
    if courier is None or courier.due_at is None or courier.due_at > now:
        return None
    return _with(courier, lease=lease, due_at=until)


def wanted(
    courier: Courier, *, is_on_its_way: bool, watching: Collection[int], now: datetime
) -> Sequence[tuple[Map, Act]]:
    """The maps that need something done now. ``watching``: the chats that may see the order."""
    known = is_known(courier, now)
    acts = []
    for each in courier.maps:
        may_see = is_on_its_way and each.chat_id in watching and not each.over
        if act := _act(each, courier, may_see=may_see, is_known=known, now=now):
            acts.append((each, act))
    return acts


def _act(
    each: Map, courier: Courier, *, may_see: bool, is_known: bool, now: datetime
) -> Act | None:
    if each.until and each.until <= now:
        return "drop"
    if each.rests_until and each.rests_until > now:
        return None
    if not may_see or (each.message_id and not is_known):
        return "end" if each.message_id or each.former else "drop"
    if each.message_id is None:
        return "show" if is_known else _lapsed(each, now)
    return "move" if _lags(each, courier) else None


def _lapsed(each: Map, now: datetime) -> Act | None:
    return "drop" if each.asked_at + WAITS <= now else None


def served(
    courier: Courier | None, results: Sequence[Served], *, lease: str, now: datetime
) -> Courier | None:
    """The document with the results for its maps, and without the lease. None: it was lost."""
    if courier is None or courier.lease != lease:
        return None
    became = {each.map.chat_id: each for each in results}
    maps = [_became(each, became) for each in courier.maps]
    free = _with(courier, maps=[each for each in maps if each], lease=None)
    return scheduled(free, now)


def _became(each: Map, became: Mapping[int, Served]) -> Map | None:
    """The map after its result, merged with what its customer has pressed in the meantime."""
    result = became.get(each.chat_id)
    if result is None:
        return each
    if each.asked_at != result.map.asked_at:
        former = result.left.message_id if result.left else None
        return each.model_copy(update={"former": former})
    return result.left and result.left.model_copy(update={"over": each.over or result.left.over})


def is_over(courier: Courier, *, is_on_its_way: bool, now: datetime) -> bool:
    """Whether the document can be removed."""
    return not courier.maps and not (is_on_its_way and is_known(courier, now))


def scheduled(courier: Courier, now: datetime) -> Courier:
    """The document with ``due_at`` and ``expires_at`` computed from its other fields."""
    ends = [courier.heard_at + SILENCE]
    ends += [(each.until or each.asked_at + WAITS) + AFTERWARDS for each in courier.maps]
    courier = _with(courier, expires_at=max(ends))
    if courier.lease:
        return courier
    return _with(courier, due_at=min((_next(e, courier, now) for e in courier.maps), default=None))


def _next(each: Map, courier: Courier, now: datetime) -> datetime:
    if each.over or (is_known(courier, now) and _lags(each, courier)):
        return max(each.rests_until or now, now)
    return now + (LOOK if each.message_id else SELDOM)


def is_known(courier: Courier, now: datetime) -> bool:
    """Whether the courier's present place is known."""
    return courier.place is not None and courier.heard_at + SILENCE > now


def _lags(each: Map, courier: Courier) -> bool:
    """Whether the map does not show the latest place yet."""
    return courier.place is not None and (each.shown is None or each.shown < courier.place.at)


def _is_same_spot(one: Place, other: Place) -> bool:
    return one == other.model_copy(update={"at": one.at})


def _of(courier: Courier, chat_id: int) -> Map | None:
    return next((each for each in courier.maps if each.chat_id == chat_id), None)


def _ended(each: Map) -> Map:
    return each.model_copy(update={"over": True, "rests_until": None})


def _with(courier: Courier, **changes: object) -> Courier:
    return courier.model_copy(update=changes)
