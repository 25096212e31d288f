"""The courier on the map: the buttons, and what is said if there is no map (yet)."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.news.courier_maps import is_out
from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts.message import Reader

SHOW = "map:"
END = "unmap:"


def row(order: Timeline, reader: Reader) -> list[InlineKeyboardButton]:
    """The button below an order that is out for delivery."""
    if not (reader.fleet.is_shown and is_out(order)):
        return []
    show = reader.say("Show on the map")
    return [InlineKeyboardButton(show, callback_data=SHOW + button_key(order.order_id))]


def under_map(order_id: str, reader: Reader) -> InlineKeyboardMarkup:
    end = reader.say("Stop the map")
    button = InlineKeyboardButton(end, callback_data=END + button_key(order_id))
    return InlineKeyboardMarkup([[button]])


# Shown at the top of the chat for a moment: 200 characters at most


def coming(reader: Reader) -> str:
    return reader.say("Here comes the map. It moves with your courier.")


def waiting(reader: Reader) -> str:
    return reader.say(
        "I don't know yet where your courier is. As soon as I do, the map comes here."
    )


def over(reader: Reader) -> str:
    return reader.say("There is nothing to see on the map now: your order is not with the courier.")


def ended(reader: Reader) -> str:
    return reader.say("All right, the map has stopped.")
