"""Lists of a customer's orders, with a button for each, and the answer if none is found."""

from collections.abc import Sequence
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.services.orders.expecting import days
from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.services.orders.tracking import Page
from bot.services.orders.urgency import by_urgency
from bot.texts import general, goods, parcels, statuses, support, windows
from bot.texts.message import Message, Reader, buttons, foreign, length, plain
from bot.texts.numbers import number, short_number
from bot.texts.orders import SHOW, headline, when

LIST = general.ORDERS
PAGE = "orders:"

LABEL = 40
"""Characters of a button that a phone shows."""


def order_list(page: Page, reader: Reader, now: datetime) -> Message:
    if not page.orders and not page.number:
        return Message(nothing_yet(reader), buttons([general.help_button(reader)]))
    orders = by_urgency(page.orders, now, reader.timezone)
    keyboard = buttons(
        *([_order_button(order, reader, now)] for order in orders), _turning(page, reader)
    )
    title = reader.say("Your earlier orders") if page.number else reader.say("Your latest orders")
    hint = reader.say("Tap one to see where it is.") if orders else reader.say("There are no more.")
    urgent = [] if page.number else [*_urgent(orders[0], reader, now), ""]
    lines = [*urgent, f"<b>{title}</b>", hint, *_recognised(orders, reader)]
    return Message("\n".join(lines), keyboard)


def _urgent(order: Timeline, reader: Reader, now: datetime) -> list[str]:
    """The most urgent order's state and time, so that nobody looks for them among the buttons."""
    state = headline(order, reader, number(order))
    if parcels.are_expected_apart(order):
        return [state, *parcels.lines(order, number(order), reader, now)[:1]]
    return [state, *when(order, reader, now)]


def nothing_yet(reader: Reader) -> str:
    return reader.say(
        "No orders here yet. As soon as {shop} has one for you, you will hear of it.",
        shop=foreign(reader.shop),
    )


def _recognised(orders: Sequence[Timeline], reader: Reader) -> list[str]:
    """A line for each order whose contents are known."""
    rooms = ((order, LABEL - length(number(order)) - len(" · ")) for order in orders)
    both = ((number(o), goods.recognised_by(o, reader, room=room)) for o, room in rooms)
    return [reader.side_by_side(name, *known) for name, known in both if known]


def _turning(page: Page, reader: Reader) -> list[InlineKeyboardButton]:
    newer = InlineKeyboardButton(reader.say("Newer"), callback_data=f"{PAGE}{page.number - 1}")
    older = InlineKeyboardButton(reader.say("Older"), callback_data=f"{PAGE}{page.number + 1}")
    return [newer] * (page.number > 0) + [older] * page.has_older


def several_orders(orders: Sequence[Timeline], reader: Reader) -> Message:
    return Message(
        reader.say("More than one of your orders fits. Which one is it?"),
        buttons(*order_rows(orders, reader)),
    )


def not_found(reader: Reader) -> Message:
    """The same answer for somebody else's order and for one that does not exist."""
    said = Message(
        reader.say(
            "I can't find that one among your orders. Is the number right? It is in the shop's "
            "confirmation, like <b>#1001</b>."
        ),
        buttons([general.orders_button(reader)]),
    )
    return support.under(said, reader)


def order_rows(
    orders: Sequence[Timeline], reader: Reader, now: datetime | None = None
) -> list[list[InlineKeyboardButton]]:
    """A button for each order, with its state; it opens the timeline. ``now``: to show the day,
    too."""
    return [[_order_button(order, reader, now)] for order in orders]


def _order_button(order: Timeline, reader: Reader, now: datetime | None) -> InlineKeyboardButton:
    label = order_label(order, reader, now)
    return InlineKeyboardButton(label, callback_data=SHOW + button_key(order.order_id))


def order_label(order: Timeline, reader: Reader, now: datetime | None = None) -> str:
    """Which order it is, on a button: ``🚚 #1006 · On its way``. ``now``: to show the day, too."""
    state = plain(statuses.name(order.status, reader, is_pickup=order.is_pickup), 24)
    parts, emoji = [short_number(order), state], statuses.emoji(order.status, reader)
    for day in _days(order, reader, now) if now else ():
        if len(f"{emoji} {' · '.join([*parts, day])}") <= LABEL:
            parts.append(day)
            break
    return f"{emoji} {reader.side_by_side(*parts)}"


def _days(order: Timeline, reader: Reader, now: datetime) -> Sequence[str]:
    """The day on which it is or was expected; if that is unknown, or the order has come, the day of
    its latest step. The longest form comes first."""
    awaited = order.awaited
    if awaited is None:
        return windows.short_days(order.steps[-1].at, reader, now)
    shown = windows.short_days(days(awaited.window, reader.timezone)[-1], reader, now)
    if order.is_late(now, reader.timezone):
        return [windows.was_due(day, reader) for day in shown]
    return [reader.say("→ {day}", day=day) for day in shown]


def number_button(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    """A short button, for several in a row."""
    label = f"{statuses.emoji(order.status, reader)} {reader.apart(short_number(order))}"
    return InlineKeyboardButton(label, callback_data=SHOW + button_key(order.order_id))
