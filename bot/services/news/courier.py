"""The courier on the map: takes places from the shop, and requests for the map from customers."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Literal

import structlog
from prometheus_client import Counter

from bot.services.news import courier_maps as maps
from bot.services.orders.moves import CourierMoved
from bot.services.orders.recording import UnknownOrder
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Timeline, timeline
from storage.clock import Clock
from storage.couriers import Couriers
from storage.errors import DatabaseError
from storage.models import Chat, Order, Place
from storage.orders import Orders

GOOD_FOR = timedelta(seconds=10)
"""How long we rely on what we know of an order: that it is out, or that nobody watches it."""
IN_USE_FOR = timedelta(days=30)
"""How long after the last place the map is offered, unless the setting says otherwise."""
ONCE = timedelta(days=1)
"""How often we note in the database that the shop posts places."""
REMEMBERED = 20_000
"""How many orders are cached, with what we know of them."""
AT_ONCE = 1000
"""How many places are written at a time."""
END_TIMEOUT = 2.0
"""Seconds that an erasure waits for Telegram to end the maps."""
POLL = 0.05

MapTiming = Literal["coming", "waiting", "over"]
"""When the map comes: at once; with the first place; or never, as the order is no longer out."""

PLACES = Counter(
    "trackline_courier_places_total",
    "Places of couriers by what became of them: recorded, or ignored (the order is not out for "
    "delivery, or a newer place is known)",
    ["result"],
)

log = structlog.get_logger()


@dataclass
class _Known:
    """What we know of an order. ``until``: when to read it again. ``latest``: time of its place.

    ``unwatched_until``: nobody watches it, and its places need not be written before then.
    """

    is_out: bool
    until: datetime
    latest: datetime | None = None
    unwatched_until: datetime | None = None


@dataclass
class Fleet:
    """``is_shown``: customers are offered a map of their courier."""

    is_shown: bool = False


@dataclass(kw_only=True)
class CourierNews:
    """``is_on``: whether maps are shown. None: as long as the shop posts places.

    Places are buffered in memory. Every second the latest place of each order is written, or every
    `GOOD_FOR` if nobody watches the order. A crash loses at most these places; the next ones
    replace them (docs/decisions/0037-the-couriers-place.md).
    """

    couriers: Couriers
    orders: Orders
    clock: Clock
    is_on: bool | None = None
    fleet: Fleet = field(init=False)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    _fresh: dict[str, Place] = field(default_factory=dict)
    _arrived: set[str] = field(default_factory=set)
    _reported_at: datetime | None = None

    def __post_init__(self) -> None:
        self.fleet = Fleet(is_shown=bool(self.is_on))

    @property
    def may_be_seen(self) -> bool:
        return self.is_on is not False

    # For the shop

    async def moved(self, event: CourierMoved) -> bool:
        """Takes a place of a courier.

        False: it is ignored, because the order is not out for delivery or a newer place is known.
        Reads the order at most once every `GOOD_FOR`. Raises `UnknownOrder`.
        """
        now, order_id = self.clock(), event.data.order_id
        known = await self._look_at(order_id, now)
        place = event.place
        if place.at > now + maps.SILENCE:  # the sender's clock is wrong
            place = place.model_copy(update={"at": now})
        is_latest = known.latest is None or place.at > known.latest
        is_taken = self.may_be_seen and known.is_out and is_latest and place.at + maps.SILENCE > now
        if is_taken:
            known.latest = place.at
            self._fresh[order_id] = place
        PLACES.labels("recorded" if is_taken else "ignored").inc()
        return is_taken

    async def _look_at(self, order_id: str, now: datetime) -> _Known:
        known = self._known.get(order_id)
        if known and known.until > now:
            return known
        order = await self.orders.get(order_id)
        if order is None:
            raise UnknownOrder
        looked = _Known(maps.is_out(timeline(order)), now + GOOD_FOR)
        if known := self._known.get(order_id):  # may have changed during the read
            looked.latest, looked.unwatched_until = known.latest, known.unwatched_until
        self._known[order_id] = looked
        self._known.move_to_end(order_id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return looked

    def recorded(self, before: Order | None, order: Order) -> None:
        """Call this after each write of an order on this replica."""
        if known := self._known.get(order.id):
            known.until = self.clock()
        if self.may_be_seen and _was_out(before) and not _was_out(order):
            self._fresh.pop(order.id, None)
            self._arrived.add(order.id)
            self.wake.set()

    # For the person

    async def ask(self, chat: Chat, order: Timeline, *, answers: int | None = None) -> MapTiming:
        """Shows the courier in the chat as soon as a place is known.

        ``answers``: id of the message in the chat to which the map replies.
        """
        now = self.clock()
        if not self.may_be_seen or not maps.is_out(order):
            return "over"
        if place := self._fresh.pop(order.order_id, None):
            await self._keep({order.order_id: place}, now)
        asking = partial(
            maps.asked, order_id=order.order_id, chat_id=chat.id, now=now, answers=answers
        )
        courier = await self.couriers.change(order.order_id, asking)
        known = self._known.get(order.order_id)
        if known:
            known.unwatched_until = None
        self.wake.set()
        if known and known.latest and known.latest + maps.SILENCE > now:
            return "coming"  # it may be on its way to the database
        courier = courier or await self.couriers.get(order.order_id)
        return "coming" if courier and maps.is_known(courier, now) else "waiting"

    async def dismiss(self, chat: Chat, order_id: str) -> None:
        """Ends the order's map in this chat."""
        dismissing = partial(maps.dismissed, chat_id=chat.id, now=self.clock())
        await self.couriers.change(order_id, dismissing)
        self.wake.set()

    # For the jobs

    async def look_for_couriers(self) -> None:
        """Updates ``fleet``: whether the shop posts places, to this replica or to another."""
        if self.is_on is None:
            since = self.clock() - IN_USE_FOR
            self.fleet.is_shown = await self.couriers.reported_since(since)

    async def _note_use(self, now: datetime) -> None:
        """Notes once a day that the shop posts places."""
        if self.is_on is None and (self._reported_at is None or self._reported_at + ONCE < now):
            await self.couriers.note_report(now)
            self._reported_at, self.fleet.is_shown = now, True

    async def write(self) -> None:
        """Writes the buffered places."""
        now = self.clock()
        if self._fresh:
            await self._note_use(now)
        arrived, self._arrived = self._arrived, set()
        if arrived:
            try:
                await self.couriers.arrived(arrived, now)
            except DatabaseError:
                self._arrived |= arrived
                raise
        waiting = ((o, p) for o, p in self._fresh.items() if not self._may_wait(o, now))
        due = dict(islice(waiting, AT_ONCE))
        for order_id in due:
            del self._fresh[order_id]
        try:
            await self._keep(due, now)
        except DatabaseError:
            self._fresh = due | self._fresh
            raise

    def _may_wait(self, order_id: str, now: datetime) -> bool:
        known = self._known.get(order_id)
        return bool(known and known.unwatched_until and known.unwatched_until > now)

    async def _keep(self, places: Mapping[str, Place], now: datetime) -> None:
        await asyncio.gather(*(self._keep_one(o, place, now) for o, place in places.items()))

    async def _keep_one(self, order_id: str, place: Place, now: datetime) -> None:
        """Writes one place. After creating a document, checks again that the order is out.

        The order may have arrived or been erased in between, and nobody else would remove the
        document.
        """
        held = await self.couriers.get(order_id)
        moving = partial(maps.moved, order_id=order_id, place=place, now=now)
        saved = await self.couriers.change_as_read(held, order_id, moving)
        if saved and held is None and not await self._is_out(order_id):
            await self.couriers.remove(saved)
        known = self._known.get(order_id)
        if known and saved:
            known.unwatched_until = None if saved.maps else now + GOOD_FOR

    async def _is_out(self, order_id: str) -> bool:
        order = await self.orders.get(order_id)
        return order is not None and maps.is_out(timeline(order))

    # For privacy

    async def end(self, *, orders: Collection[str] = (), chat_id: int | None = None) -> None:
        """Forgets the places of these orders' couriers and ends their maps, or this chat's maps.

        Waits a short time for the maps to end at Telegram.
        """
        if not orders and chat_id is None:
            return
        for order_id in orders:
            self._known.pop(order_id, None)
            self._fresh.pop(order_id, None)
        with suppress(TimeoutError):
            async with asyncio.timeout(END_TIMEOUT):
                while await self.couriers.end(self.clock(), orders=orders, chat_id=chat_id):
                    self.wake.set()
                    await asyncio.sleep(POLL)
        if chat_id is not None:
            await self.couriers.forget(chat_id)

    async def left(self, chat_id: int) -> None:
        """Ends the maps in this chat of orders that it no longer follows."""
        if await self.couriers.look_at(chat_id, self.clock()):
            self.wake.set()


def _was_out(order: Order | None) -> bool:
    if order is None or all(event.status != Status.OUT_FOR_DELIVERY for event in order.events):
        return False
    return maps.is_out(timeline(order))
