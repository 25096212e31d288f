"""What happens if answering fails: the person gets an apology, and the error is logged."""

import re

import structlog
from telegram import Update
from telegram.constants import InlineKeyboardButtonLimit
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.services.orders.references import mentioned
from bot.services.people.codes import bare_code
from bot.texts import following, general, orders
from bot.texts.lists import LIST
from handlers.chat.context import Context, acknowledge, say, stranger

MOST_CARRIED = InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
"""Bytes that a button can carry."""
_OTHER_COMMAND = re.compile(r"/(?!track\b|orders\b)(\w+)")
_BUTTONS = {"settings": general.SETTINGS, "help": general.HELP, "unlink": following.UNLINK}

log = structlog.get_logger()


async def apologise(update: object, context: Context) -> None:
    """Raises `ApplicationHandlerStop`: no other handler answers the same update."""
    error = context.error
    log.error("update_failed", error=type(error).__name__, exc_info=error)
    if not isinstance(update, Update) or update.effective_user is None:
        return
    if not isinstance(error, TelegramError):  # that would not take our apology either
        await say(update, general.try_again(_again(update), stranger(update, context)))
    await acknowledge(update)
    raise ApplicationHandlerStop


def _again(update: Update) -> str | None:
    """What a "Try again" button carries. None: a button cannot ask the same question."""
    if update.callback_query:
        return update.callback_query.data
    text = (update.message and update.message.text) or ""
    if command := _OTHER_COMMAND.match(text):
        return _BUTTONS.get(command[1])
    if bare_code(text):
        return None
    data = orders.SHOW + next(iter(mentioned(text)), "")
    is_one = data != orders.SHOW and len(data.encode()) <= MOST_CARRIED
    return data if is_one else LIST
