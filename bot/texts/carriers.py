"""The carrier of an order: in words, and as buttons to its page and to the tracking number."""

from collections.abc import Sequence

from telegram import CopyTextButton, InlineKeyboardButton

from bot.services.orders.timeline import Parcel, Timeline
from bot.texts.message import Reader, foreign, plain
from storage.models import Carrier

Row = Sequence[InlineKeyboardButton]

MOST_COPIED = 256
"""Characters that a button can copy (Bot API: CopyTextButton)."""
MOST_PARCELS = 3
"""How many parcels get buttons of their own."""


def line(carrier: Carrier | None, reader: Reader) -> str:
    """The carrier and the tracking number, as HTML; empty if nothing is known."""
    if carrier is None:
        return ""
    number = foreign(carrier.tracking_number or "", 100)
    parts = [
        carrier.name and reader.say("With {carrier}", carrier=foreign(carrier.name, 100)),
        number and f"<code>{number}</code>",
    ]
    return reader.side_by_side(*filter(None, parts))


def link_rows(order: Timeline, reader: Reader) -> list[Row]:
    """Links to the carrier's page: of the order, or of each open parcel."""
    if len(order.parcels) > 1:
        return [_parcel_link(parcel, order, reader) for parcel in _with_buttons(order)]
    return [_link(order.carrier, reader)] if order.is_open else []


def copy_rows(order: Timeline, reader: Reader) -> list[Row]:
    """Buttons that copy a tracking number. Carriers ask for it after a missed delivery."""
    if len(order.parcels) > 1:
        return [_parcel_copy(parcel, order, reader) for parcel in _with_buttons(order)]
    return [_copy(order.carrier, reader.say("Copy the tracking number"))]


def copy_row(order: Timeline, reader: Reader) -> Row:
    """The same for an order with a single open number, on a button that shares its row."""
    if len(order.parcels) > 1 or not order.is_open:
        return []
    return _copy(order.carrier, "📋 " + reader.say("Copy the number"))


def _with_buttons(order: Timeline) -> list[Parcel]:
    return [parcel for parcel in order.parcels if parcel.is_open][:MOST_PARCELS]


def _link(carrier: Carrier | None, reader: Reader) -> Row:
    if carrier is None or carrier.tracking_url is None:
        return []
    if name := plain(carrier.name or "", 40):
        label = reader.say("Track with {carrier}", carrier=name)
    else:
        label = reader.say("Track the parcel")
    return [InlineKeyboardButton(label, url=carrier.tracking_url)]


def _parcel_link(parcel: Parcel, order: Timeline, reader: Reader) -> Row:
    if parcel.carrier is None or parcel.carrier.tracking_url is None:
        return []
    label = reader.say("Track parcel {parcel}", parcel=plain(order.called(parcel.name), 24))
    return [InlineKeyboardButton(label, url=parcel.carrier.tracking_url)]


def _parcel_copy(parcel: Parcel, order: Timeline, reader: Reader) -> Row:
    label = reader.say(
        "Copy the number of parcel {parcel}", parcel=plain(order.called(parcel.name), 24)
    )
    return _copy(parcel.carrier, label)


def _copy(carrier: Carrier | None, label: str) -> Row:
    number = plain((carrier and carrier.tracking_number) or "", MOST_COPIED)
    if not number:
        return []
    return [InlineKeyboardButton(label, copy_text=CopyTextButton(number))]
