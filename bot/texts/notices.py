"""Messages at a set time: the summary of what was held back, and the day's reminder."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from telegram import InlineKeyboardButton

from bot.services.orders import pickup_reminders
from bot.services.orders.expecting import days, moments
from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from bot.services.orders.urgency import by_urgency
from bot.texts import feedback, general, offers, windows
from bot.texts.lists import number_button
from bot.texts.message import Message, Reader, buttons, few_rows, moment
from bot.texts.news import order_news
from bot.texts.numbers import number, short_number
from bot.texts.orders import expected, show_button
from storage.models import Window

WHOLE_DAY = timedelta(hours=12)
"""A window longer than this is shown as the day only."""
A_ROW = 4
"""Buttons of orders in one row."""
MOST_ASKED = 2
"""Deliveries that a summary asks feedback for: the buttons fit into one row."""


def summary(
    news: Sequence[Timeline],
    reader: Reader,
    now: datetime,
    *,
    of_today: bool,
    reminders: Sequence[Timeline] = (),
) -> Message:
    """A line for each order, the most urgent first: today's delivery, or the present state and
    time. Below are buttons for the timelines, and for feedback on what has arrived.

    ``of_today``: the message comes in the morning, or every day; else at the end of the quiet
    hours.
    """
    title = reader.say("Your orders today") if of_today else reader.say("While it was quiet")
    today = {order.order_id for order in reminders}
    known = {order.order_id: order for order in [*news, *reminders]}
    orders = by_urgency(known.values(), now, reader.timezone)
    lines = [
        line
        for order in orders
        for line in (
            _first(reminder(order, reader))
            if order.order_id in today
            else [*_first(order_news(order, reader, now)), *expected(order, reader, now)]
        )
    ]
    rows = [*_numbers(orders, reader), _questions(orders, reader)]
    return Message(
        f"<b>{title}</b>\n\n" + "\n".join(lines), few_rows(rows, [general.orders_button(reader)])
    )


def _first(said: Message) -> list[str]:
    return said.html.split("\n")[:1]


def _numbers(orders: Sequence[Timeline], reader: Reader) -> list[list[InlineKeyboardButton]]:
    """A short button for each order, in the order of the lines."""
    found = [number_button(order, reader) for order in orders]
    return [found[start : start + A_ROW] for start in range(0, len(found), A_ROW)]


def _questions(orders: Sequence[Timeline], reader: Reader) -> list[InlineKeyboardButton]:
    there = [order for order in orders if place(order.status) == Status.DELIVERED]
    if len(there) > MOST_ASKED:
        return []
    return [feedback.ask_button(order, short_number(order), reader) for order in there]


def reminder(order: Timeline, reader: Reader) -> Message:
    """Sent in the morning of the expected day, or before a pick-up period ends."""
    if end := pickup_reminders.until(order.offers.pickups):
        return _still_waiting(order, end, reader)
    words = _today(f"<b>{number(order)}</b>", order.estimated_delivery or Window(), reader)
    return Message(f"📅 {words}", buttons([show_button(order, reader)]))


def _still_waiting(order: Timeline, end: Window, reader: Reader) -> Message:
    words = reader.say(
        "Your order {order} is still waiting for you to pick it up, until {until}.",
        order=f"<b>{number(order)}</b>",
        until=offers.until(end.latest, reader) if end.latest else "",
    )
    lines = [f"🏪 {words}", *offers.pickup_lines(order, reader, says_until=False)]
    rows = offers.fetch_rows(order, reader)
    return Message("\n".join(lines), few_rows(rows, [show_button(order, reader)]))


def _today(order: str, window: Window, reader: Reader) -> str:
    first, last = moments(window) or (None, None)
    dates = days(window, reader.timezone)
    if len(set(dates)) > 1:
        return reader.say(
            "Your order {order} can arrive from today on. It is expected by {last}.",
            order=order,
            last=moment(last, reader) if last else windows.a_day(dates[-1], reader),
        )
    if first and last and timedelta() < last - first < WHOLE_DAY:
        return reader.say(
            "Arriving today, {hours}: order {order}",
            order=order,
            hours=windows.hours(first, last, reader),
        )
    if last and not first:
        return reader.say(
            "Arriving today, by {last}: order {order}",
            order=order,
            last=moment(last, reader, style="t"),
        )
    return reader.say("Arriving today: order {order}", order=order)
