"""What a person can do with one order: mute it, follow it, share it."""

from telegram import InlineKeyboardButton

from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts import numbers, orders, sharing
from bot.texts.message import Message, Reader, buttons
from storage.models import Chat

MUTE, FOLLOW, USUAL = "mute:", "follow:", "usual:"


def options(order: Timeline, chat: Chat, reader: Reader, *, is_shared: bool = False) -> Message:
    """``is_shared``: the order has a link that can be stopped."""
    key = button_key(order.order_id)
    muted, followed = order.order_id in chat.muted, order.order_id in chat.followed
    mute = (
        _button(reader.say("Unmute"), USUAL, key)
        if muted
        else _button(reader.say("Mute this order"), MUTE, key)
    )
    follow = (
        _button(reader.say("Follow as usual"), USUAL, key)
        if followed
        else _button(reader.say("Follow every step"), FOLLOW, key)
    )
    title = reader.say("Options for order {order}", order=numbers.number(order))
    return Message(
        "\n".join([f"<b>{title}</b>", "", _state(muted=muted, followed=followed, reader=reader)]),
        buttons(
            [mute],
            [follow],
            [
                _button("📤 " + reader.say("Share"), sharing.SHARE, key),
                *([sharing.stop_button(order, reader)] if is_shared else []),
            ],
            *orders.all_rows(order, reader),
            [_button("‹ " + reader.say("Back to the order"), orders.REFRESH, key)],
        ),
    )


def _state(*, muted: bool, followed: bool, reader: Reader) -> str:
    if muted:
        return "🔕 " + reader.say(
            "This order is muted: I send you no news of it. You can still look at it any time."
        )
    if followed:
        return "🔔 " + reader.say(
            "You follow this order: I tell you of every step, whatever else you want to hear of."
        )
    return reader.say("You get the usual updates for this order (/settings).")


def muted(reader: Reader) -> str:
    return reader.say("Muted")


def followed(reader: Reader) -> str:
    return reader.say("You will hear of every step")


def as_usual(reader: Reader) -> str:
    return reader.say("You will hear of it as usual")


def _button(label: str, prefix: str, key: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=prefix + key)
