"""Samples of what the shop offers with an order: a way to pay, where to fetch it, its buttons."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.services.orders.timeline import Timeline, timeline
from bot.texts import choices, notices, orders
from bot.texts.message import Message, Reader
from bot.texts.news import order_news
from storage.models import Choice, Event
from tests.services.orders.history import START, happened, order

NOW = START + timedelta(hours=30)
KIOSK: dict[str, Any] = {
    "name": "Bukoto kiosk",
    "address": "Plot 12, Kira Road",
    "map_url": "https://maps.example/bukoto",
    "hours": "Mon to Sat 8:00 to 20:00",
    "until": date(2026, 11, 30),
    "code": "471100",
}

Say = Callable[[Reader], Message | str]


def view(*events: Event, chosen: list[Choice] | None = None) -> Timeline:
    numbered = [event.model_copy(update={"order_number": "1001"}) for event in events]
    return timeline(order(*numbered).model_copy(update={"chosen": chosen or []}))


def news(of: Timeline) -> Say:
    return lambda reader: order_news(of, replace(reader, shop_listens=True), NOW)


def shown(of: Timeline) -> Say:
    return lambda reader: orders.order_timeline(of, replace(reader, shop_listens=True), NOW)


DUE = view(happened(0, "payment_due", payment_url="https://pay.example/1001"))
READY = view(happened(0, "placed"), happened(26, "ready_for_pickup", pickup=KIOSK))
PARCELS_READY = view(
    happened(0, "placed"),
    happened(24, "ready_for_pickup", parcel="A", pickup=KIOSK),
    happened(25, "ready_for_pickup", parcel="B", pickup=KIOSK),
    happened(26, "shipped", parcel="C"),
)
_ASKED = happened(
    26,
    "out_for_delivery",
    actions=[
        {"id": "door", "label": "Leave at the door"},
        {"id": "out", "label": "I will be out"},
        {"id": "tips", "label": "How to store coffee", "url": "https://nile.example/storing"},
    ],
)
ASKED = view(happened(0, "placed"), _ASKED)
_TOLD = [Choice(event=_ASKED.id, action="door", at=START)]
TOLD = view(happened(0, "placed"), _ASKED, chosen=_TOLD)
ANSWERED = view(_ASKED, happened(29, note="Gladly: behind the gate"), chosen=_TOLD)
DOOR = ASKED.offers.actions[0]

OFFERS: Mapping[str, Mapping[str, Say]] = {
    "What the shop offers": {
        "offers.pay.news": news(DUE),
        "offers.pay.timeline": shown(DUE),
        "offers.pickup.news": news(READY),
        "offers.pickup.timeline": shown(READY),
        "offers.pickup.parcels": shown(PARCELS_READY),
        "offers.pickup.reminder": lambda reader: notices.reminder(READY, reader),
        "offers.choices.news": news(ASKED),
        "offers.choices.question": lambda reader: choices.question(DOOR, ASKED, reader),
        "offers.choices.told": lambda reader: choices.passed_on(DOOR, ASKED, reader),
        "offers.choices.left": lambda reader: choices.left(ASKED, reader),
        "offers.choices.timeline_then": shown(TOLD),
        "offers.choices.answer": news(ANSWERED),
        "offers.choices.answer_in_the_timeline": shown(ANSWERED),
        "offers.choices.known_already": choices.known_already,
        "offers.choices.told_before": lambda reader: choices.already_passed_on(DOOR, TOLD, reader),
        "offers.choices.over": lambda reader: choices.over(ASKED, reader),
        "offers.choices.not_heard": lambda reader: choices.not_heard(ASKED, reader),
    },
}
