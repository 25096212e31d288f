"""Inline mode: what is offered if somebody types the bot's name in a chat, and what is sent."""

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode

from bot.services.orders.references import button_key
from bot.services.orders.timeline import Timeline
from bot.texts import numbers, statuses
from bot.texts.message import Reader, foreign, plain, preview
from bot.texts.sharing import invitation

START = "inline"
"""The payload of `/start` from the button above the offers."""


def offer(
    order: Timeline, url: str, reader: Reader, *, picture: str | None = None
) -> InlineQueryResultArticle:
    """Only the sender sees which order it is: the sent message says no more than a shared link.

    ``picture``: the address of the order's present state, which stays with the message.
    """
    state = statuses.name(order.status, reader, is_pickup=order.is_pickup)
    see = InlineKeyboardButton(reader.say("See where it is"), url=url)
    return InlineQueryResultArticle(
        id=button_key(order.order_id),
        title=reader.say("Order {order}", order=numbers.short_number(order)),
        description=plain(f"{statuses.emoji(order.status, reader)} {state}", 100),
        input_message_content=InputTextMessageContent(
            f"{invitation(reader)}\n{foreign(url)}",
            parse_mode=ParseMode.HTML,
            link_preview_options=preview(picture),
        ),
        reply_markup=InlineKeyboardMarkup([[see]]),
    )


def connect(reader: Reader) -> InlineQueryResultsButton:
    """For somebody who follows nothing yet."""
    return InlineQueryResultsButton(reader.say("Connect your orders first"), start_parameter=START)


def none_fits(reader: Reader) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(reader.say("No such order: see yours"), start_parameter=START)
