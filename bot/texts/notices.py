"""What is told of orders at its time: the sum of what was held back, and the day's reminder."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from telegram import InlineKeyboardButton

from bot.services.orders.expecting import days, moments
from bot.services.orders.references import button_key
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from bot.texts import feedback, general, windows
from bot.texts.message import Message, Reader, buttons, moment
from bot.texts.orders import SHOW, number, order_news, order_rows, short_number
from storage.models import Window

WHOLE_DAY = timedelta(hours=12)
"""A longer window says no more than the day."""
MOST_ASKED = 3
"""Of so many deliveries at once it is asked how they went; more would bury the rest."""


def summary(orders: Sequence[Timeline], reader: Reader, now: datetime, *, daily: bool) -> Message:
    """A line for each order, of its state as it is now, with the way to its timeline, and for what
    has arrived the question how it went.

    ``daily``: it comes every day; else it is what waited for the end of the quiet hours.
    """
    title = reader.say("Your orders today") if daily else reader.say("While it was quiet")
    lines = [order_news(order, reader, now).html.split("\n")[0] for order in orders]
    rows = order_rows(orders, reader)
    return Message(
        f"<b>{title}</b>\n\n" + "\n".join(lines),
        buttons(*rows, *_questions(orders, reader), [general.orders_button(reader)]),
    )


def _questions(orders: Sequence[Timeline], reader: Reader) -> list[list[InlineKeyboardButton]]:
    there = [order for order in orders if place(order.status) == Status.DELIVERED]
    if len(there) > MOST_ASKED:
        return []
    return [[feedback.ask_button(order, short_number(order), reader)] for order in there]


def reminder(order: Timeline, reader: Reader) -> Message:
    """Said in the morning of the day on which the delivery is expected."""
    show = InlineKeyboardButton(
        reader.say("Show timeline"), callback_data=SHOW + button_key(order.order_id)
    )
    words = _today(f"<b>{number(order)}</b>", order.estimated_delivery or Window(), reader)
    return Message(f"📅 {words}", buttons([show], [general.orders_button(reader)]))


def _today(order: str, window: Window, reader: Reader) -> str:
    first, last = moments(window) or (None, None)
    told = days(window, reader.timezone)
    if len(set(told)) > 1:
        return reader.say(
            "Your order {order} can arrive from today on. It is expected by {last}.",
            order=order,
            last=moment(last, reader) if last else windows.a_day(told[-1], reader),
        )
    if first and last and timedelta() < last - first < WHOLE_DAY:
        return reader.say(
            "Today is the day: your order {order} is expected today between {first} and {last}.",
            order=order,
            first=moment(first, reader, style="t", zone=False),
            last=moment(last, reader, style="t"),
        )
    if last and not first:
        return reader.say(
            "Today is the day: your order {order} is expected today by {last}.",
            order=order,
            last=moment(last, reader, style="t"),
        )
    return reader.say("Today is the day: your order {order} is expected today.", order=order)
