"""A cache of the orders that this process saved last, so that the next event needs no read."""

from collections import OrderedDict

from storage.models import Order

CAPACITY = 20_000
"""The most events to keep, over all orders."""


class OrderCache:
    """The orders that were saved last, up to `CAPACITY` events in total."""

    def __init__(self) -> None:
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._events = 0

    def get(self, order_id: str) -> Order | None:
        return self._orders.get(order_id)

    def put(self, order_id: str, order: Order | None) -> None:
        """None: the cached order is outdated."""
        if former := self._orders.pop(order_id, None):
            self._events -= len(former.events)
        if order is None:
            return
        self._orders[order_id] = order
        self._events += len(order.events)
        while self._events > CAPACITY:
            _, oldest = self._orders.popitem(last=False)
            self._events -= len(oldest.events)

    def drop(self, whose: str) -> None:
        """Removes the orders that belong to this."""
        for order in [o for o in self._orders.values() if whose in o.whose]:
            self.put(order.id, None)
