"""The way to the shop's own people, below every text that says to ask the shop.

A button cannot hold a phone number, as Telegram takes no ``tel:`` there. So the number is in the
text, where Telegram makes it a link (docs/decisions/0032-asking-the-shop.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.orders.references import button_key
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Timeline
from bot.texts.message import Message, Reader, buttons, foreign

ASK_THE_SHOP = frozenset(
    {
        Status.ATTEMPT_FAILED,
        Status.NO_NEWS,
        Status.ON_HOLD,
        Status.PROBLEM,
        Status.RETURNED,
        Status.CANCELLED,
    }
)
"""States whose text says to ask the shop."""

WRITE = "write:"
"""Begins a conversation with the staff about this order."""

Row = Sequence[InlineKeyboardButton]


@dataclass(frozen=True)
class Link:
    label: str
    url: str


def rows(reader: Reader, order_id: str | None = None) -> list[Row]:
    """The buttons to the shop. ``order_id``: the order in question, if it is about one."""
    if reader.door.is_open and order_id:
        label, data = reader.say("Write to the shop"), WRITE + button_key(order_id)
        return [[InlineKeyboardButton(f"💬 {label}", callback_data=data)]]
    if reader.support is None or _is_phone(reader.support):
        return []
    return [[InlineKeyboardButton(f"💬 {_label(reader)}", url=reader.support)]]


def link(reader: Reader) -> Link | None:
    """The way to the shop on a web page, which can call a phone number. None: there is none."""
    if reader.support is None:
        return None
    if _is_phone(reader.support):
        return Link(f"📞 {reader.side_by_side(reader.support)}", f"tel:{reader.support}")
    return Link(f"💬 {_label(reader)}", reader.support)


def line(reader: Reader) -> str:
    """The shop's phone number, as HTML; empty where there is a button."""
    if reader.support is None or not _is_phone(reader.support):
        return ""
    return f"📞 {reader.side_by_side(reader.support)}"


def is_there(reader: Reader) -> bool:
    """Whether there is a way to the shop."""
    return reader.door.is_open or reader.support is not None


def of_timeline(order: Timeline, reader: Reader, now: datetime) -> tuple[list[Row], str]:
    """The way to the shop, if it is wanted: buttons, and the end of the text."""
    return _way(order, reader) if is_wanted(order, reader, now) else ([], "")


def is_wanted(order: Timeline, reader: Reader, now: datetime) -> bool:
    """Whether the order is late, or it or an open parcel of it is in such a state."""
    states = {order.status, *(parcel.status for parcel in order.parcels if parcel.is_open)}
    return order.is_late(now, reader.timezone) or bool(ASK_THE_SHOP & states)


def of_news(order: Timeline, reader: Reader) -> tuple[list[Row], str]:
    """The same for news, if it tells of such a state."""
    asks = not order.news.expected and order.news.step.status in ASK_THE_SHOP
    return _way(order, reader) if asks else ([], "")


def _way(order: Timeline, reader: Reader) -> tuple[list[Row], str]:
    said = line(reader)
    return rows(reader, order.order_id), f"\n\n{said}" if said else ""


def under(said: Message, reader: Reader, order_id: str | None = None) -> Message:
    """The message with the way to the shop, below its first row of buttons.

    A message with a reply keyboard has no buttons: it gets a link in the text.
    """
    parts = [said.html, line(reader)]
    keyboard = said.keyboard
    if keyboard is None or isinstance(keyboard, InlineKeyboardMarkup):
        below = keyboard.inline_keyboard if keyboard else ()
        keyboard = buttons(*below[:1], *rows(reader, order_id), *below[1:])
    elif reader.support and not _is_phone(reader.support):
        parts.append(f'💬 <a href="{foreign(reader.support, 2048)}">{_label(reader)}</a>')
    return replace(said, html="\n\n".join(filter(None, parts)), keyboard=keyboard)


def _is_phone(support: str) -> bool:
    return support.startswith("+")


def _label(reader: Reader) -> str:
    return reader.say("Ask the shop")
