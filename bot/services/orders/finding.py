"""Finding an order by an id, an order number or a tracking number.

All lookups go through here. People may type ``#``, "ID " or spaces, in any case and script
(`bot.services.orders.references`). The rules: docs/decisions/0027-finding-an-order.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.orders import references
from storage.models import Order
from storage.orders import Orders

NAMESAKES = 20
"""How many orders with the same name are read."""
LONG_OVER = timedelta(days=90)
"""A closed order older than this is not found by a system's number: numbers are used again."""


@dataclass(frozen=True)
class OrderNames:
    """The names that another system has for an order, as it writes them; None: not given.

    ``perhaps_of``: the system's id of the customer, which may or may not be the shop's.
    """

    order_id: str | None = None
    number: str | None = None
    tracking_number: str | None = None
    customer_id: str | None = None
    perhaps_of: str | None = None

    @property
    def name(self) -> str | None:
        """The order number to show to the customer, if the order is new."""
        name = (self.number or self.order_id or "").lstrip("# ")
        return name[:64].strip() or None

    @property
    def by_id(self) -> list[str]:
        return references.keys_of_name(self.order_id or "")

    @property
    def by_number(self) -> list[str]:
        return [] if self._says_all else references.keys_of_name(self.number or "")

    @property
    def by_parcel(self) -> list[str]:
        if self._says_all or not self.tracking_number:
            return []
        return [references.tracking_key(self.tracking_number)]

    @property
    def _says_all(self) -> bool:
        """Whether both an order and a customer are named. Then nothing else is searched."""
        return bool(self.order_id and self.customer_id)


class Finding:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    async def known_to(self, whose: Collection[str], reference: str) -> list[Order]:
        """Those orders of these accounts and single orders that have this name.

        None, one, or several. One read; two if single orders are followed.
        """
        keys = references.meant(reference)
        return _gone_by(keys, await self._orders.known_to(whose, keys))

    async def anybodys(self, reference: str, most: int) -> list[Order]:
        """All orders with this name, for the staff, who may see all."""
        keys = references.meant(reference)
        return _gone_by(keys, await self._orders.known_as(keys, most))

    async def meant(self, called: OrderNames, now: datetime) -> Order | None:
        """The order that a system means, in one read. None: there is none, or it is ambiguous.

        If a customer is named, only their own orders count, so that nobody hears of a stranger's
        parcel. As numbers are used again, open orders come first, then those closed for less than
        `LONG_OVER`. If these belong to several customers, the answer is None, otherwise the newest
        one. Every guest's order counts as a customer of its own.
        """
        keys = [*called.by_id, *called.by_number, *called.by_parcel]
        found = await self._orders.known_as(keys, NAMESAKES) if keys else []
        return _likeliest(_fitting(called, found), now)


def _fitting(called: OrderNames, orders: Sequence[Order]) -> Sequence[Order]:
    if called.customer_id:
        orders = _theirs(orders, called.customer_id)
    of_number = _numbered(orders, called.by_number)
    named = _gone_by(called.by_id, orders) or _gone_by(called.by_number, of_number)
    with_parcel = _gone_by(called.by_parcel, orders)
    named = [order for order in named if order in with_parcel] or named
    if called.perhaps_of:
        named = _theirs(named, called.perhaps_of) or named
        with_parcel = _theirs(with_parcel, called.perhaps_of)
    return named or with_parcel


def _theirs(orders: Iterable[Order], customer_id: str) -> list[Order]:
    return [order for order in orders if order.customer_id == customer_id]


def _likeliest(orders: Sequence[Order], now: datetime) -> Order | None:
    fresh = [order for order in orders if order.latest_at > now - LONG_OVER]
    likely = [order for order in orders if not order.closed] or fresh
    return likely[0] if len({order.whose[0] for order in likely}) == 1 else None


def _gone_by(keys: Iterable[str], orders: Sequence[Order]) -> list[Order]:
    """The orders that have the likeliest of the keys that matches any, latest news first."""
    for key in keys:
        if found := [order for order in orders if key in order.keys]:
            return found
    return []


def _numbered(orders: Sequence[Order], keys: Iterable[str]) -> Sequence[Order]:
    """Those orders whose number it is, or all if there are none: it may be an id, too."""
    wanted = {*keys}
    numbers = ((order, references.number_of(order) or order.id) for order in orders)
    return [o for o, number in numbers if wanted & {*references.keys_of_name(number)}] or orders
