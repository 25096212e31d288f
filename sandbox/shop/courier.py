"""The sample shop's courier: a drive to the customer's door, reported place by place."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from sandbox.shop.data import Order
from sandbox.shop.webhooks import Event, new_event

EVERY = 2.5
"""Seconds from one place to the next."""
STEPS = 40
ACCURACY = 12
"""Metres."""

_DOORS = {
    "Bukoto, Kampala": (0.3420, 32.5960),
    "Jinja": (0.4244, 33.2042),
    "Mbarara": (-0.6072, 30.6545),
}
"""Latitude and longitude of the ends of the routes."""
_WAY = (
    (0.0121, 0.0166),
    (0.0098, 0.0141),
    (0.0104, 0.0103),
    (0.0079, 0.0078),
    (0.0057, 0.0081),
    (0.0036, 0.0048),
    (0.0011, 0.0039),
    (0.0, 0.0),
)
"""The turns on the way, as degrees from the door: two and a half kilometres."""


class Place(NamedTuple):
    latitude: float
    longitude: float
    heading: int


def way(order: Order) -> Iterator[Place]:
    """`STEPS` places at equal distances. The last one is the door."""
    north, east = _DOORS[order.route[-1]]
    legs = [(one, other, math.dist(one, other)) for one, other in pairwise(_WAY)]
    step = sum(length for _, _, length in legs) / STEPS
    for count in range(1, STEPS + 1):
        left = count * step
        for (y, x), (to_y, to_x), length in legs:
            if left <= length or to_y == to_x == 0:
                part = min(left / length, 1)
                heading = round(math.degrees(math.atan2(to_x - x, to_y - y))) % 360 or 360
                latitude, longitude = y + part * (to_y - y), x + part * (to_x - x)
                yield Place(round(north + latitude, 6), round(east + longitude, 6), heading)
                break
            left -= length


class Couriers:
    """The couriers on their way. `reported`: by order, how far the courier is, and the service's
    answer. `every`: seconds from one place to the next."""

    def __init__(self) -> None:
        self.every = EVERY
        self.reported: dict[str, str] = {}

    async def drive(
        self,
        order: Order,
        post: Callable[[Event], Awaitable[None]],
        change: Callable[[Order, str], None],
    ) -> None:
        """Reports each place and, at the door, the delivery.

        A place that the service does not accept is not posted again: the next place is newer.
        """
        self.reported[order.id] = f"0 of {STEPS}"
        for count, place in enumerate(way(order), 1):
            data = {"order_id": order.id, "accuracy": ACCURACY, **place._asdict()}
            event = new_event("order.courier_moved", data)
            await post(event)
            self.reported[order.id] = f"{count} of {STEPS} · {event.answer or ''} {event.result}"
            await asyncio.sleep(self.every)
            if order.status != "out_for_delivery":
                break
        del self.reported[order.id]
        if order.status == "out_for_delivery":
            change(order, "delivered")
