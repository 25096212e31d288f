"""Buyers: whoever has the token that a shop system gave to an order's buyer, and to nobody else.

Of the token we keep a fingerprint, among the keys that the order is found by.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.services.orders.references import buyers_key
from bot.services.people.throttle import Limit, Throttle
from storage.clock import Clock
from storage.models import Order
from storage.orders import Orders
from storage.sealing import Seal

VISITS = Limit("buyer", 20, timedelta(minutes=10))
"""Nobody guesses a token: this is for who makes us look for what is not there."""


class OrderUnknown(Exception):
    """No order has this token, or not yet, or no longer."""


def marks_of(token: str, seal: Seal) -> list[bytes]:
    """By which the token may be known; with the first it is kept."""
    return seal.fingerprints(f"buyer {token}")


@dataclass(frozen=True, kw_only=True)
class Buyers:
    """``lasts``: how long an order's token is good, from when we first heard of the order."""

    orders: Orders
    throttle: Throttle
    lasts: timedelta
    clock: Clock

    async def order_of(self, token: str, visitor: int) -> Order:
        """The order whose buyer has this. ``visitor``: who asks, for their misses are counted.

        Raises `OrderUnknown`, `TooManyTries`.
        """
        async with self.throttle.trying(visitor, miss=OrderUnknown):
            keys = [buyers_key(mark) for mark in marks_of(token, self.orders.seal)]
            for order in await self.orders.known_as(keys, 1):
                if order.created_at + self.lasts > self.clock():
                    return order
            raise OrderUnknown
