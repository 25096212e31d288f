"""Orders by what has happened to them, and how a customer reads them."""

from datetime import timedelta
from typing import Any

from bot.services.orders.timeline import Timeline, timeline
from bot.services.orders.tracking import Page
from bot.texts import orders
from bot.texts.lists import order_list
from bot.texts.message import Message
from bot.texts.news import order_news
from storage.models import Carrier, Event
from tests.services.orders.history import DHL, START, happened, order, window
from tests.texts.reading import READER, read

NOW = START + timedelta(hours=1)
LONG_ID = "z" * 128


def seen(*arriving: Event, order_id: str = "ord_1") -> Timeline:
    return timeline(order(*arriving, order_id=order_id))


def shown(*arriving: Event) -> str:
    return read(orders.order_timeline(seen(*arriving), READER, NOW)).text


def told(*arriving: Event) -> str:
    """The news, without the question that a delivery asks: see `test_feedback`."""
    text = read(order_news(seen(*arriving), READER, NOW)).text
    return text.removesuffix("\n\nHow was your delivery?")


def listed(*views: Timeline, number: int = 0, has_older: bool = False) -> Message:
    return order_list(Page(views, number, has_older), READER, NOW)


def foreign_everywhere(words: str) -> Timeline:
    """Twelve steps of two parcels, with these words wherever a shop can put some."""
    carrier = Carrier(
        name=words[:100], tracking_number=words[:100], tracking_url="https://dhl.test"
    )
    said: dict[str, Any] = {
        "note": words[:1000],
        "location": words[:200],
        "order_number": words[:64],
        "carrier": carrier,
        "estimated_delivery": window(8, 9),
        "items": 1_000_000,
    }
    parcels = [words[:63] + "A", words[:63] + "B"]
    steps = [happened(n, words[:64], parcel=parcels[n % 2], **said) for n in range(12)]
    return seen(*steps, order_id=LONG_ID)


TWO = [
    happened(0, "placed", order_number="1001"),
    happened(1, "shipped", parcel="A", carrier=DHL),
    happened(2, "shipped", parcel="B", carrier=Carrier(name="UPS", tracking_number="1Z9")),
]

REFRESH = ["🔄 Refresh", "⚙️ Options"]


def rows(message: Message) -> list[list[str]]:
    found = message.buttons.inline_keyboard if message.buttons else ()
    return [[button.text for button in row] for row in found]
