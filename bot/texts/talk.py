"""Answers to what people say in their own words."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts import following, general, lists, screens, settings, support
from bot.texts.message import DANGER, Message, Reader, buttons, foreign


def hello(reader: Reader) -> Message:
    return Message(
        "👋 " + reader.say("Hello! Ask me where your order is, or send me its number."),
        buttons([general.orders_button(reader)]),
    )


def press(reader: Reader) -> Message:
    """To a "yes" or "no" that is typed."""
    return Message(
        reader.say(
            "Did I ask you something? Then please press one of the buttons below my question."
        )
    )


def any_time(reader: Reader) -> Message:
    """To thanks."""
    return Message("😊 " + reader.say("Happy to help!"))


def fewer(reader: Reader) -> Message:
    """To "stop": they choose what they mean."""
    some = screens.option("📣 " + reader.say("Choose my updates"), settings.HEAR.field)
    none = InlineKeyboardButton(
        reader.say("Disconnect this chat"),
        callback_data=following.UNLINK,
        style=DANGER,
    )
    return Message(
        reader.say("Would you like fewer messages from me, or none at all?"),
        buttons([some], [none]),
    )


def nothing_to_stop(reader: Reader) -> Message:
    return Message(reader.say("I send you nothing: this chat is not connected."))


def only_the_shop(theirs: Sequence[Timeline], reader: Reader) -> Message:
    """To a wish that only the shop can fulfil. ``theirs``: the orders that it may be about."""
    only = reader.say("Only {shop} can do that: please ask them.", shop=foreign(reader.shop))
    if reader.door.is_open and len(theirs) > 1:
        which = reader.say("Which order is it about?")
        return Message(
            f"{only}\n\n{which}", buttons(*([_about(order, reader)] for order in theirs))
        )
    return support.under(Message(only), reader, theirs[0].order_id if theirs else None)


def _about(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    data = support.WRITE + button_key(order.order_id)
    return InlineKeyboardButton(lists.order_label(order, reader), callback_data=data)
