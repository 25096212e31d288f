"""The shop's photo of an order, as a proof of its delivery."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts import general, support
from bot.texts.message import Message, Reader, buttons, foreign

PHOTO = "photo:"


def row(order: Timeline, reader: Reader) -> Sequence[InlineKeyboardButton]:
    """The button that shows the photo, if there is one."""
    if order.photo_url is None:
        return []
    label = "📷 " + reader.say("Show the photo")
    return [InlineKeyboardButton(label, callback_data=PHOTO + button_key(order.order_id))]


def not_there(order: Timeline, reader: Reader) -> Message:
    """The photo cannot be shown, now or later."""
    said = reader.say(
        "I can't show you this photo. If you need it, please ask {shop}.", shop=foreign(reader.shop)
    )
    message = Message(said, buttons([general.orders_button(reader)]))
    return support.under(message, reader, order.order_id)


def not_now(reader: Reader) -> Message:
    said = reader.say("Sorry, I can't get the photo just now. Please try again in a minute.")
    return Message(said, buttons([general.orders_button(reader)]))
