"""What the sample shop offers with an order: a way to pay, a pickup kiosk, its own buttons."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.shop.data import Order

PAY = "/pay/"
STORING = "/storing-coffee"
"""Pages of the shop, below its address."""
ELSEWHERE = "https://shop.example.com"
"""The address in links of a shop that has none."""
KEPT = timedelta(days=5)
"""How long a kiosk keeps a parcel."""
KIOSK = {
    "name": "Bukoto kiosk",
    "address": "Plot 12, Kira Road, Kampala",
    "map_url": "https://www.openstreetmap.org/?mlat=0.3476&mlon=32.5958#map=17/0.3476/32.5958",
    "hours": "Mon to Sat 8:00 to 20:00",
}
ACTIONS = {
    "confirmed": [{"id": "gift", "label": "Wrap it as a gift"}],
    "out_for_delivery": [
        {"id": "door", "label": "Leave at the door"},
        {"id": "out", "label": "I will be out"},
        {"id": "tips", "label": "How to store coffee", "url": STORING},
    ],
}
ANSWERS = {
    "gift": "Wrapped in barkcloth, with a card. Gladly!",
    "door": "Gladly: the rider puts it behind the gate.",
    "out": "Then the rider comes tomorrow between 9 and 12.",
}
"""Suggested answers to a choice."""


def offered(order: Order, status: str, at: datetime) -> dict[str, Any]:
    """The additional fields of that status's event."""
    site = order.site or ELSEWHERE
    found: dict[str, Any] = {"actions": [_below(site, each) for each in ACTIONS.get(status, [])]}
    if status == "payment_due":
        found["payment_url"] = f"{site}{PAY}{order.id}"
    if status == "ready_for_pickup":
        until = (at + KEPT).date().isoformat()
        found["pickup"] = {**KIOSK, "until": until, "code": _code()}
    return {name: value for name, value in found.items() if value}


def kept_until(at: datetime) -> str:
    """The last day, such as ``Fri 27 Nov``, for a parcel that arrives at the aware time `at`."""
    return f"{at + KEPT:%a %-d %b}"


def _below(site: str, action: dict[str, str]) -> dict[str, str]:
    return {**action, "url": f"{site}{action['url']}"} if "url" in action else action


def _code() -> str:
    return f"{secrets.randbelow(10**6):06d}"
