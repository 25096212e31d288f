"""Tracking: what is recorded of an order, and who may see it."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from bot.services.orders import histories, references
from bot.services.orders.descriptions import OrderDescription, as_events
from bot.services.orders.events import OrderEvent, OrderNews
from bot.services.orders.statuses import Dialect, Status, canonical, rank
from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.privacy import Privacy
from bot.services.people.throttle import Throttle
from storage.models import Carrier, Chat, Event, Order, Replaced, Window
from storage.orders import MOST_EVENTS, Orders

PAGE = 6
"""How many orders a customer is offered at once."""
PAGES = 50
"""How many pages can be turned; what lies behind them is found by its number."""
SEARCHED = 200
"""How many of a customer's latest orders are searched for the end of an id."""


Described = Literal["created", "replaced", "unchanged"]


class Refused(Exception):
    """The event cannot be recorded, and trying again will not help."""


class UnknownOrder(Refused):
    """Nobody has said whose order it is."""


class IdTaken(Refused):
    """The event's id came before, with another body."""


class NotThisCustomers(Refused):
    """The order is known as another customer's."""


class TooManyEvents(Refused):
    """The order has as many events as it can hold."""


class NotLinked(Exception):
    """The chat belongs to no customer."""


class OrderNotFound(Exception):
    """No order of this customer goes by that name, whoever else may have one that does."""


@dataclass
class SeveralOrders(Exception):
    """More than one order of this customer goes by that name."""

    orders: Sequence[Timeline]


@dataclass(frozen=True)
class Page:
    """Some of a customer's orders, open ones first. ``number``: from 0, which has the newest."""

    orders: Sequence[Timeline]
    number: int
    has_older: bool


class Tracking:
    def __init__(
        self,
        orders: Orders,
        *,
        status_words: Mapping[str, str],
        privacy: Privacy,
        throttle: Throttle,
        notice: Callable[[str], None] | None = None,
    ) -> None:
        """``notice``: told each state that was recorded."""
        self._orders = orders
        self._notice = notice
        self._words = status_words
        self._privacy = privacy
        self._throttle = throttle

    async def record(self, event: OrderEvent, *, event_id: str, digest: bytes) -> bool:
        """Stores an event durably. False: it was stored before.

        ``digest``: a hash of the body that came with this id. One round trip to the database for
        a new event of a known order; four to create an order, which nobody may do for a customer
        who was erased. Raises `Refused`, `CustomerErased`.
        """
        record, news = self._event(event, event_id, digest, self._words), event.data
        if await self._append(news, record):
            return True
        if await self._is_there(news, record):
            return False
        if news.customer_id is not None:
            await self._privacy.refuse_erased(news.customer_id)
        if await self._append(news, record, create=True):
            return True
        if await self._is_there(news, record):  # it was being stored just then
            return False
        if await self._append(news, record):
            return True
        raise IdTaken  # by an event of another order

    async def record_all(self, told: Sequence[tuple[str, OrderEvent]], dialect: Dialect) -> bool:
        """Stores what one post of a shop system says of one order. False: all was stored before.

        An event's id stands for what it says. What the post says at once is told at once: of each
        parcel the state that it is in now, and not how it got there. One write stores all that is
        new, or nothing. Raises as `record` does.
        """
        words = dialect.as_told(self._words)
        events = [
            self._event(event, id_, hashlib.sha256(id_.encode()).digest(), words)
            for id_, event in told
        ]
        tried: set[tuple[bool, int]] = set()
        while True:
            order = await self._orders.get(told[0][1].data.order_id)
            known = _ids(order) if order else set()
            new = sorted((e for e in events if e.id not in known), key=histories.when)
            if not new:
                return False
            if (order is None, len(new)) in tried:
                raise IdTaken  # by an event of another order, as nothing has changed on this one
            tried.add((order is None, len(new)))
            if await self._append_all(order, new, told):
                return True

    async def _append_all(
        self, order: Order | None, new: Sequence[Event], told: Sequence[tuple[str, OrderEvent]]
    ) -> bool:
        """False: the order was written to since it was read. Raises `Refused`, `CustomerErased`."""
        order_id, customer_id = told[0][1].data.order_id, told[0][1].data.customer_id
        known = order.events if order else []
        if order and customer_id not in {None, order.customer_id}:
            raise NotThisCustomers
        if len(known) + len(new) > MOST_EVENTS:
            raise TooManyEvents
        if order is None:
            if customer_id is None:
                raise UnknownOrder
            await self._privacy.refuse_erased(customer_id)
        numbers = {event.data.order_number for _, event in told}
        silent = {id_ for id_, event in told if not event.data.notify}
        return await self._orders.append_all(
            order_id,
            new,
            customer_id=None if order else customer_id,
            keys=sorted({key for number in numbers for key in references.keys(order_id, number)}),
            told=histories.worth_telling(new, known) - silent,
        )

    async def describe(self, order_id: str, description: OrderDescription) -> Described:
        """Makes the order what is described, whatever was told of it before.

        Raises `NotThisCustomers`, `CustomerErased`.
        """
        events = as_events(order_id, description, self._words, datetime.now(UTC))
        before = await self._orders.get(order_id)
        if before is None:
            await self._privacy.refuse_erased(description.customer_id)
        elif before.customer_id != description.customer_id:
            raise NotThisCustomers
        elif [event.id for event in before.events] == [event.id for event in events]:
            return "unchanged"
        done = await self._orders.replace(
            order_id,
            events,
            customer_id=description.customer_id,
            keys=references.keys(order_id, description.order_number),
            notify=description.notify,
        )
        if not done:
            raise NotThisCustomers
        return "replaced" if before else "created"

    async def _append(self, news: OrderNews, record: Event, *, create: bool = False) -> bool:
        append = self._orders.append if create else self._orders.append_to_known
        is_new = await append(
            news.order_id,
            record,
            customer_id=news.customer_id,
            keys=references.keys(news.order_id, news.order_number),
            notify=news.notify,
        )
        if is_new and record.status and self._notice:
            self._notice(record.status)
        return is_new

    async def _is_there(self, news: OrderNews, record: Event) -> bool:
        """Whether this very event was stored before. Raises `Refused` for what never can be."""
        order = await self._orders.get(news.order_id)
        if order is None and news.customer_id is None:
            raise UnknownOrder
        if order is None:
            return False
        told: list[Event | Replaced] = [*order.events, *order.replaced]
        before = next((event for event in told if event.id == record.id), None)
        if before and before.digest != record.digest:
            raise IdTaken
        if before:
            return True
        if news.customer_id not in {None, order.customer_id}:
            raise NotThisCustomers
        if len(order.events) >= MOST_EVENTS:
            raise TooManyEvents
        return False

    def _event(
        self, event: OrderEvent, event_id: str, digest: bytes, words: Mapping[str, str]
    ) -> Event:
        news = event.data
        status = canonical(news.status, words) if news.status else None
        creates = status is None and event.type == "order.created"
        implies = Status.PLACED if creates else None
        window, carrier = news.estimated_delivery, news.carrier
        return Event(
            id=event_id,
            digest=digest,
            occurred_at=news.occurred_at or event.timestamp,
            recorded_at=datetime.now(UTC),
            rank=rank(status or implies),
            status=status,
            implies=implies,
            parcel=news.parcel,
            note=news.note,
            location=news.location,
            order_number=news.order_number,
            carrier=Carrier(**carrier.model_dump()) if carrier else None,
            estimated_delivery=Window(**window.model_dump()) if window else None,
            items=news.items,
        )

    async def timeline(self, chat: Chat | None, reference: str) -> Timeline:
        """The timeline of the chat's own order that goes by ``reference``.

        Raises `NotLinked`, `OrderNotFound`, `SeveralOrders`, `TooManyTries`.
        """
        if chat is None:
            raise NotLinked
        async with self._throttle.trying(chat.id, miss=OrderNotFound):
            orders = await self._called(references.key(reference), chat.customer_id)
        if len(orders) > 1:
            raise SeveralOrders([timeline(order) for order in orders])
        return timeline(orders[0])

    async def _called(self, key: str, customer_id: str) -> list[Order]:
        orders = await self._orders.of_customer_by_key(customer_id, key)
        if not orders:
            orders = await self._by_suffix(customer_id, key)
        if not orders:
            raise OrderNotFound
        return orders

    async def _by_suffix(self, customer_id: str, suffix: str) -> list[Order]:
        known = await self._orders.keys_of_customer(customer_id, SEARCHED)
        ids = sorted(references.by_suffix(suffix, known))[:PAGE]
        found = [await self._orders.get(order_id) for order_id in ids]
        return [order for order in found if order]

    async def page(self, chat: Chat | None, number: int = 0) -> Page:
        """The chat's own orders, open ones first, each with the latest news first.

        A ``number`` that nobody could have turned to is taken as the nearest that one can.
        Raises `NotLinked`.
        """
        if chat is None:
            raise NotLinked
        number = min(max(number, 0), PAGES - 1)
        found = await self._orders.of_customer(chat.customer_id, PAGE + 1, skip=PAGE * number)
        orders = [timeline(order) for order in found[:PAGE]]
        return Page(orders, number, has_older=len(found) > PAGE and number < PAGES - 1)

    async def recent(self, chat: Chat | None) -> Sequence[Timeline]:
        """The first page's orders. Raises `NotLinked`."""
        return (await self.page(chat)).orders

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
        """The customer's orders behind ``after`` (a time and an id), by when they were first told,
        oldest first."""
        return await self._orders.page_of_customer(customer_id, after, limit)


def _ids(order: Order) -> set[str]:
    """Of all events that were ever told of it."""
    told: list[Event | Replaced] = [*order.events, *order.replaced]
    return {event.id for event in told}
