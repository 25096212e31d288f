"""An order's number, as the customer knows it."""

from bot.services.orders.timeline import Timeline
from bot.texts.message import Reader, foreign, plain


def title(order_number: str, reader: Reader) -> str:
    """``Order #1001``, as HTML."""
    return reader.say("Order {order}", order=foreign(called(order_number), 64))


def number(order: Timeline) -> str:
    return foreign(called(order.order_number), 64)


def short_number(order: Timeline) -> str:
    """For a button: ``1001`` is #1001; a number that begins otherwise is shown as it is."""
    return plain(called(order.order_number), 20)


def called(order_number: str) -> str:
    return f"#{order_number}" if order_number[:1].isdigit() else order_number
