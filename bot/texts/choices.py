"""The shop's own buttons: the question after a press, what the shop was told, and its answer."""

from telegram import InlineKeyboardButton

from bot.services.orders.offers import ShopButton
from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts import numbers, orders, support
from bot.texts.message import Message, Reader, buttons, foreign, plain

TELL = "chosen:"
LEAVE = "unchoose:"
"""Followed by the same as `offers.CHOOSE`."""


def question(action: ShopButton, order: Timeline, reader: Reader) -> Message:
    """Asked before the shop is told anything."""
    words = reader.say(
        "Shall I tell {shop}: “{choice}”? It is about your order {order}.",
        **_said(action, reader),
        order=f"<b>{numbers.number(order)}</b>",
    )
    data = f"{button_key(order.order_id)}:{action.key}"
    agree = InlineKeyboardButton(reader.say("Yes, tell them"), callback_data=TELL + data)
    decline = InlineKeyboardButton(reader.say("No, rather not"), callback_data=LEAVE + data)
    return Message(f"💬 {words}", buttons([agree, decline]))


def passed_on(action: ShopButton, order: Timeline, reader: Reader) -> Message:
    words = reader.say(
        "I have told {shop}: “{choice}”. Their answer will come here.", **_said(action, reader)
    )
    return Message(f"✅ {words}", buttons([_back(order, reader)]))


def already_passed_on(action: ShopButton, order: Timeline, reader: Reader) -> Message:
    """The choice was made before, perhaps by another chat of the household."""
    words = reader.say("{shop} knows already: “{choice}”.", **_said(action, reader))
    return Message(f"✅ {words}", buttons([_back(order, reader)]))


def known_already(reader: Reader) -> str:
    """Shown at the top of the chat for a moment."""
    return reader.say("Told already: {shop} knows.", shop=plain(reader.shop, 100))


def left(order: Timeline, reader: Reader) -> Message:
    return Message(
        reader.say("All right, I have told {shop} nothing.", shop=foreign(reader.shop)),
        buttons([_back(order, reader)]),
    )


def over(order: Timeline, reader: Reader) -> Message:
    """The shop has withdrawn the button, or the order is in another state."""
    words = reader.say(
        "Sorry, it is too late for that now, and I have told {shop} nothing. The timeline shows "
        "what you can still choose.",
        shop=foreign(reader.shop),
    )
    return Message(words, buttons([_back(order, reader)]))


def not_heard(order: Timeline, reader: Reader) -> Message:
    words = reader.say(
        "I can't pass that on at the moment. Please write to {shop} directly.",
        shop=foreign(reader.shop),
    )
    return support.under(Message(words, buttons([_back(order, reader)])), reader, order.order_id)


def _said(action: ShopButton, reader: Reader) -> dict[str, str]:
    return {"shop": foreign(reader.shop), "choice": foreign(action.label, 100)}


def _back(order: Timeline, reader: Reader) -> InlineKeyboardButton:
    return orders.show_button(order, reader)
