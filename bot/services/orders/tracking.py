"""Tracking: finds the orders that a chat may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.services.orders import references
from bot.services.orders.finding import Finding
from bot.services.orders.recording import Recording
from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.throttle import LOOKUPS, Throttle, TooManyTries, is_reached
from storage.models import Chat, Order

PAGE = 6
"""Orders on one page of a customer's list."""
PAGES = 50
"""How many pages the list has at most. Older orders are found by their number."""
SEARCHED = 200
"""How many of a customer's latest orders are searched by the last characters of their id."""


class NotLinked(Exception):
    """The chat follows nothing."""


class OrderNotFound(Exception):
    """The chat follows no order with that name. The same error, whether or not others do."""


@dataclass
class SeveralOrders(Exception):
    """The chat follows several orders with that name."""

    orders: Sequence[Timeline]


@dataclass(frozen=True)
class Page:
    """One page of a customer's orders, open ones first. ``number``: counted from 0."""

    orders: Sequence[Timeline]
    number: int
    has_older: bool

    @property
    def meant(self) -> Timeline | None:
        """The order that "my order" means: the only open one, or else the only one."""
        of = [order for order in self.orders if order.is_open] or self.orders
        return of[0] if len(of) == 1 and self.number == 0 else None


class Tracking:
    """``lookups``: counts failed lookups, also across an unlink and a new link."""

    def __init__(self, recording: Recording, lookups: Throttle) -> None:
        self._orders = recording.orders
        self._finding = Finding(recording.orders)
        self._chats = recording.chats
        self._recording = recording
        self._lookups = lookups

    async def timeline(self, chat: Chat | None, reference: str) -> Timeline:
        """The timeline of the chat's own order with the name ``reference``.

        One read for the full name of an own order. Too many failed lookups do not block the
        buttons of own orders.
        Raises `NotLinked`, `OrderNotFound`, `SeveralOrders`, `TooManyTries`.
        """
        if chat is None:
            raise NotLinked
        now = datetime.now(UTC)
        is_slowed = is_reached(LOOKUPS, chat.misses, now)
        if is_slowed and not references.is_button_key(reference):
            raise TooManyTries(LOOKUPS.within)
        try:
            orders = await self._called(reference, chat.whose)
        except OrderNotFound:
            if is_slowed:
                raise TooManyTries(LOOKUPS.within) from None
            await self._chats.miss(chat.id, now, keep=LOOKUPS.misses)
            await self._lookups.missed(chat.id)
            raise
        if len(orders) > 1:
            raise SeveralOrders([timeline(order) for order in orders])
        return timeline(orders[0])

    async def named(self, chat: Chat, names: Sequence[str]) -> Timeline | None:
        """The first of ``names`` that means exactly one of the chat's orders.

        Names that match nothing do not count as failed lookups: these are words of an ordinary
        message. One read for each name.
        """
        for name in names:
            if len(found := await self._finding.known_to(chat.whose, name)) == 1:
                return timeline(found[0])
        return None

    async def own(self, chat: Chat | None, order_id: str) -> Timeline:
        """The chat's own order with this id. One read. Raises `NotLinked`, `OrderNotFound`."""
        if chat is None:
            raise NotLinked
        order = await self.order(order_id)
        if not chat.follows(order.whose):
            raise OrderNotFound
        return timeline(order)

    async def _called(self, reference: str, whose: Collection[str]) -> list[Order]:
        orders = await self._finding.known_to(whose, reference)
        if not orders:
            orders = await self._by_suffix(whose, references.key(reference))
        if not orders:
            raise OrderNotFound
        return orders

    async def _by_suffix(self, whose: Collection[str], suffix: str) -> list[Order]:
        known = await self._orders.keys_of(whose, SEARCHED)
        ids = sorted(references.by_suffix(suffix, known))[:PAGE]
        return await self._orders.get_all(ids) if ids else []

    async def page(self, chat: Chat | None, number: int = 0) -> Page:
        """One page of the chat's own orders: open ones first, then by their latest news.

        A ``number`` out of range gives the nearest page. Raises `NotLinked`.
        """
        if chat is None:
            raise NotLinked
        number = min(max(number, 0), PAGES - 1)
        found = await self._orders.of(chat.whose, PAGE + 1, skip=PAGE * number)
        await self._recording.refresh(found)
        orders = [timeline(order) for order in found[:PAGE]]
        return Page(orders, number, has_older=len(found) > PAGE and number < PAGES - 1)

    # For the shop itself

    async def order(self, order_id: str) -> Order:
        """Raises `OrderNotFound`."""
        order = await self._orders.get(order_id)
        if order is None:
            raise OrderNotFound
        return order

    async def orders_of(
        self, customer_id: str, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Order]:
        """The customer's orders after the cursor ``after`` (creation time, id), oldest first.

        At most ``limit``; fewer if the orders are large.
        """
        return await self._orders.page_of_customer(customer_id, after, limit)
