"""What customers read of their conversations with the shop's staff."""

from dataclasses import replace

from bot.services.orders.timeline import timeline
from bot.services.shop.staff import Door
from bot.texts import conversations
from bot.texts.message import Reader
from tests.services.orders.history import happened, order

ORDER = timeline(order(happened(0, "placed", order_number="1001"), happened(26, "problem")))
SAID = "Good news: it is at our desk.\nShall we send it again tomorrow?"


def writable(reader: Reader) -> Reader:
    """Where the shop's staff can be written to."""
    return replace(reader, door=Door(is_open=True))


CONVERSATIONS = {
    "talk.question": lambda reader: conversations.question(ORDER, "Nakato", reader),
    "talk.question.nameless": lambda reader: conversations.question(ORDER, None, reader),
    "talk.not_begun": conversations.not_begun,
    "talk.came_too_late": lambda reader: conversations.came_too_late(ORDER, writable(reader)),
    "talk.begun": lambda reader: conversations.begun(ORDER, reader),
    "talk.taken": lambda reader: conversations.taken(ORDER, reader),
    "talk.went_to_shop": lambda reader: conversations.went_to_shop(ORDER, reader),
    "talk.too_much": conversations.too_much,
    "talk.from_shop": lambda reader: conversations.from_shop(SAID, ORDER, reader, is_writing=True),
    "talk.from_shop.other_order": lambda reader: conversations.from_shop(
        SAID, ORDER, reader, is_writing=False
    ),
    "talk.left": conversations.left,
    "talk.ended": lambda reader: conversations.ended(ORDER, writable(reader), by_silence=False),
    "talk.silent": lambda reader: conversations.ended(ORDER, writable(reader), by_silence=True),
    "talk.lost": lambda reader: conversations.lost(ORDER, reader),
    "talk.closed": conversations.closed,
}
