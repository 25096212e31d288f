"""What the shop offers with an order: a way to pay, a place to fetch it, buttons of its own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from telegram import CopyTextButton, InlineKeyboardButton

from bot.services.orders.offers import ShopButton, WaitingPickup
from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts import parcels, windows
from bot.texts.carriers import MOST_COPIED
from bot.texts.message import Reader, foreign, length, moment, plain
from storage.models import Pickup

Row = Sequence[InlineKeyboardButton]

CHOOSE = "choose:"
"""Followed by the order's key, a colon and the action's key."""
MOST_ROWS = 3
"""More rows of buttons would bury the message. What the shop posted last is left out."""
SHORT = 17
"""Characters of a label that fits beside another, with its own ✅."""
LABEL = 40
MOST_PLACES = 3
ROOM = 1000
"""UTF-16 code units for the places; the first is shown in any case."""
MOST_NAMED = 4
"""Parcels that are named if they wait in the same place."""


def pressing_rows(order: Timeline, reader: Reader) -> list[Row]:
    """What to do now, the most urgent first: pay, then fetch it."""
    return [row for row in (_pay(order, reader), *fetch_rows(order, reader)) if row][:MOST_ROWS]


def pickup_lines(order: Timeline, reader: Reader, *, says_until: bool = True) -> list[str]:
    """Where each parcel waits, until when, and the code to collect it; as HTML. Of many places the
    first are shown, while there is `ROOM`.

    The code is a spoiler: Telegram shows it after a tap, and never on a locked phone.
    """
    found: list[str] = []
    for waiting in order.offers.pickups[:MOST_PLACES]:
        lines = [*found, *_pickup(waiting, order, reader, says_until)]
        if found and length("\n".join(lines)) > ROOM:
            break
        found = lines
    return found


def _pickup(
    waiting: WaitingPickup, order: Timeline, reader: Reader, says_until: bool
) -> Iterable[str]:
    place = waiting.place
    if waiting.parcels and parcels.are_several(order):
        names = [parcels.name(parcel, order) for parcel in waiting.parcels[:MOST_NAMED]]
        yield "📦 " + ", ".join(reader.say("Parcel {parcel}", parcel=name) for name in names)
    name = place.name and f"<b>{foreign(place.name, 100)}</b>"
    if where := ", ".join(filter(None, [name, place.address and foreign(place.address, 160)])):
        yield f"📍 {where}"
    if place.hours:
        yield f"🕘 {foreign(place.hours, 120)}"
    if place.until and says_until:
        yield "⌛ " + reader.say("It waits for you until {until}", until=until(place.until, reader))
    if code := foreign(place.code or "", 64):
        hidden = f"<tg-spoiler><b>{code}</b></tg-spoiler>"
        yield "🔑 " + reader.say("Your code: {code}", code=hidden)


def until(end: date, reader: Reader) -> str:
    """``end``: a moment, or a day."""
    return moment(end, reader) if isinstance(end, datetime) else windows.a_day(end, reader)


def _pay(order: Timeline, reader: Reader) -> Row:
    url = order.offers.payment_url
    return [InlineKeyboardButton("💳 " + reader.say("Pay now"), url=url)] if url else []


def fetch_rows(order: Timeline, reader: Reader) -> list[Row]:
    """Buttons for the map and the code of each place where something waits."""
    return [row for each in order.offers.pickups if (row := _fetch(each.place, reader))]


def _fetch(place: Pickup, reader: Reader) -> Row:
    code, row = plain(place.code or "", MOST_COPIED), list[InlineKeyboardButton]()
    if place.map_url:
        row.append(InlineKeyboardButton("🗺️ " + reader.say("On the map"), url=place.map_url))
    if code:
        copy = CopyTextButton(code)
        row.append(InlineKeyboardButton("🔑 " + reader.say("Copy the code"), copy_text=copy))
    return row


def own_rows(order: Timeline, reader: Reader) -> Sequence[Row]:
    """The shop's own buttons. Two short labels share a row, with or without a ✅."""
    rows, has_room = list[list[InlineKeyboardButton]](), False
    for action in order.offers.actions:
        label = plain(action.label, LABEL)
        is_of_use = action.url is not None or reader.shop_listens
        if not (is_of_use and label):
            continue  # Telegram takes no message with a button that nobody can read
        button, is_short = _button(action, label, order), len(label) <= SHORT
        if is_short and has_room:
            rows[-1].append(button)
            has_room = False
        else:
            rows.append([button])
            has_room = is_short
    return rows[:MOST_ROWS]


def _button(action: ShopButton, label: str, order: Timeline) -> InlineKeyboardButton:
    if action.url:
        return InlineKeyboardButton(label, url=action.url)
    data = f"{CHOOSE}{button_key(order.order_id)}:{action.key}"
    return InlineKeyboardButton(f"✅ {label}" if action.is_chosen else label, callback_data=data)
