"""Conversations with the shop's staff: what each side reads, and what the customer is asked.

The staff reads English, as in all of `bot.texts.staff`.
"""

from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.services.shop.staff import Found
from bot.texts import staff, support
from bot.texts.message import Message, Reader, buttons, foreign, plain
from bot.texts.numbers import called, number
from bot.texts.orders import show_button
from storage.models import Conversation

NAMELESS, NAMED = "talk:nameless:", "talk:named:"
NOT_NOW = "talk:not_now:"
END = "talk:end:"
AMONG_US = "//"
"""A message of the staff that begins with this is not passed on to the customer."""
TITLE = 128
"""Characters that a topic's name may have (Bot API: createForumTopic)."""


# What the customer is asked and told


def question(order: Timeline, name: str | None, reader: Reader) -> Message:
    """``name``: the customer's first name, which the shop may be allowed to know."""
    lines = [
        reader.say(
            "Somebody at {shop} reads what you write here about order {order}, and answers you in "
            "this chat. They see the order, and neither your number nor your Telegram name.",
            shop=_shop(reader),
            order=number(order),
        )
    ]
    key = button_key(order.order_id)
    rows = [[InlineKeyboardButton("💬 " + reader.say("Write"), callback_data=NAMELESS + key)]]
    if name:
        lines += ["", reader.say("May they know that you are called {name}?", name=_bold(name))]
        label = reader.say("Write as {name}", name=plain(name, 30))
        rows[0][0] = InlineKeyboardButton(
            "💬 " + reader.say("Write without my name"), callback_data=NAMELESS + key
        )
        rows.append([InlineKeyboardButton(label, callback_data=NAMED + key)])
    rows.append([InlineKeyboardButton(reader.say("Not now"), callback_data=NOT_NOW + key)])
    return Message("\n".join(lines), buttons(*rows))


def begun(order: Timeline, reader: Reader) -> Message:
    words = reader.say(
        "What you write here goes to {shop} now, about order {order}: words, photos, whatever it "
        "takes. What you edit afterwards stays there as it was. Commands like /orders work as "
        "ever.",
        shop=_shop(reader),
        order=number(order),
    )
    return Message(words, _end(order, reader))


def not_begun(reader: Reader) -> Message:
    return Message(reader.say("All right. The button stays where it was."))


def came_too_late(order: Timeline, reader: Reader) -> Message:
    """The answer to a message that came long after the question, so that it was not passed on."""
    words = reader.say(
        "That came a while after my question, so {shop} has not got it. Do you still want to write "
        "to them about order {order}? Tap below, then send it again.",
        shop=_shop(reader),
        order=number(order),
    )
    return Message(words, buttons(*support.rows(reader, order.order_id)))


def closed(reader: Reader) -> Message:
    """Nobody can be written to at the moment."""
    words = reader.say(
        "Nobody can be written to here just now. Please ask {shop} another way.", shop=_shop(reader)
    )
    return support.under(Message(words), reader)


def taken(order: Timeline, reader: Reader) -> Message:
    words = reader.say(
        "This goes to {shop}, about order {order}. You get the answer here.",
        shop=_shop(reader),
        order=number(order),
    )
    return Message(words, _end(order, reader))


def went_to_shop(meant: Timeline, reader: Reader) -> Message:
    """``meant``: an order that the message names. Perhaps they wanted to see it."""
    words = reader.say(
        "This went to {shop}. To see order {order} yourself, tap below.",
        shop=_shop(reader),
        order=number(meant),
    )
    return Message(words, buttons([show_button(meant, reader)]))


def too_much(reader: Reader) -> Message:
    words = reader.say(
        "That was more at once than I can bring to {shop}. Please send the last of it again in a "
        "few minutes.",
        shop=_shop(reader),
    )
    return Message(words)


def left(reader: Reader) -> Message:
    """The customer has ended the conversation."""
    words = reader.say(
        "The conversation has ended: {shop} gets nothing more of what you write.",
        shop=_shop(reader),
    )
    return Message(words)


def ended(order: Timeline, reader: Reader, *, by_silence: bool) -> Message:
    if by_silence:
        words = reader.say(
            "Nobody has written about order {order} for a while, so the conversation with {shop} "
            "has ended.",
            shop=_shop(reader),
            order=number(order),
        )
    else:
        words = reader.say(
            "{shop} has ended the conversation about order {order}.",
            shop=_shop(reader),
            order=number(order),
        )
    return Message(words, buttons(*support.rows(reader, order.order_id)))


def lost(order: Timeline, reader: Reader) -> Message:
    words = reader.say(
        "I'm sorry: something that you wrote about order {order} didn't get through. Please"
        " send it again, or ask {shop} another way.",
        shop=_shop(reader),
        order=number(order),
    )
    return support.under(Message(words), reader)


def from_shop(text: str, order: Timeline, reader: Reader, *, is_writing: bool) -> Message:
    """``is_writing``: what the customer writes next is passed to the shop anyway."""
    head = reader.say("{shop} writes about order {order}:", shop=_shop(reader), order=number(order))
    answer = InlineKeyboardButton(
        "💬 " + reader.say("Answer"), callback_data=support.WRITE + button_key(order.order_id)
    )
    return Message(_said(f"🗣 <b>{head}</b>", text), None if is_writing else buttons([answer]))


def _end(order: Timeline, reader: Reader) -> InlineKeyboardMarkup | None:
    label = reader.say("End the conversation")
    data = END + button_key(order.order_id)
    return buttons([InlineKeyboardButton(label, callback_data=data)])


def _shop(reader: Reader) -> str:
    return foreign(reader.shop)


def _bold(name: str) -> str:
    return f"<b>{foreign(name, 64)}</b>"


# What the staff reads

NOT_A_MEMBER = Message("Not sent: only those in STAFF_MEMBERS answer customers.")
HAS_LEFT = Message("Not sent: the customer has ended the conversation.")
TOO_MUCH = Message("Not sent: too much waits to be sent already. Please try again soon.")
UNHEARD = Message(
    "Not delivered: the customer has blocked the bot, or is not on Telegram any more. What you "
    "wrote last did not reach them."
)
LOST = Message("Not delivered: what you wrote last cannot be sent to the customer.")
ENDED = Message("<i>The customer has ended the conversation.</i>")
SILENT = Message("<i>Nobody has written for days: the conversation has ended.</i>")


def title(order: Timeline, conversation: Conversation) -> str:
    return plain(" · ".join(filter(None, (called(order.order_number), conversation.name))), TITLE)


def sheet(found: Found, conversation: Conversation, reader: Reader) -> Message:
    """The first message of a topic."""
    reader = staff.in_english(reader)
    order = staff.order_sheet(found, reader)
    lines = [
        f"{_writer(conversation)} writes about this order:",
        "",
        order.html,
        "",
        "<i>What you write here goes to them; not what begins with //. /order shows how it stands, "
        "/resend tells them its state again, /close (or closing the topic) ends the conversation."
        "</i>",
    ]
    return Message("\n".join(lines), order.keyboard)


def from_customer(text: str, conversation: Conversation) -> Message:
    return Message(_said(f"👤 <b>{_writer(conversation)}:</b>", text))


def _writer(conversation: Conversation) -> str:
    return foreign(conversation.name, 64) if conversation.name else "The customer"


def _said(head: str, text: str) -> str:
    """Line breaks are kept."""
    return f"{head}\n{escape(text, quote=False)}" if text else head
