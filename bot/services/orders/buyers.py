"""Buyers: people with the token that a shop system gives to the buyer of an order only.

A fingerprint of the token is stored among the keys of the order.
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
"""Tokens cannot be guessed. The limit bounds the load of wrong ones."""


class OrderUnknown(Exception):
    """No order has this token: not yet, no longer, or never."""


def marks_of(token: str, seal: Seal) -> list[bytes]:
    """Fingerprints of the token with each key of the seal. The first one is for storing."""
    return seal.fingerprints(f"buyer {token}")


@dataclass(frozen=True, kw_only=True)
class Buyers:
    """``lasts``: how long a token is valid, from the first event of its order."""

    orders: Orders
    throttle: Throttle
    lasts: timedelta
    clock: Clock

    async def order_of(self, token: str, visitor: int) -> Order:
        """The order of this token. ``visitor``: whose misses to count.

        Raises `OrderUnknown`, `TooManyTries`.
        """
        async with self.throttle.trying(visitor, miss=OrderUnknown):
            keys = [buyers_key(mark) for mark in marks_of(token, self.orders.seal)]
            for order in await self.orders.known_as(keys, 1):
                if order.created_at + self.lasts > self.clock():
                    return order
            raise OrderUnknown
