"""What the sample shop offers with an order: a way to pay, a kiosk to fetch it, its own buttons."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.shop.data import Order

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
        {"id": "tips", "label": "How to store coffee", "url": "https://example.com/storing-coffee"},
    ],
}
ANSWERS = {
    "gift": "Wrapped in barkcloth, with a card. Gladly!",
    "door": "Gladly: the rider puts it behind the gate.",
    "out": "Then the rider comes tomorrow between 9 and 12.",
}
"""What the shop would say to a choice."""


def offered(order: Order, status: str, at: datetime) -> dict[str, Any]:
    """What the event of that status tells besides."""
    told: dict[str, Any] = {"actions": ACTIONS.get(status)}
    if status == "payment_due":
        told["payment_url"] = f"https://pay.example.com/{order.id}"
    if status == "ready_for_pickup":
        until = (at + KEPT).date().isoformat()
        told["pickup"] = {**KIOSK, "until": until, "code": _code()}
    return told


def _code() -> str:
    return f"{secrets.randbelow(10**6):06d}"
