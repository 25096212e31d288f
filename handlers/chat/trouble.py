"""When answering failed: the person is told, and the operator too."""

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.texts import general
from handlers.chat.context import Context, acknowledge, say, stranger

log = structlog.get_logger()


async def apologise(update: object, context: Context) -> None:
    """Raises `ApplicationHandlerStop`: nobody else answers what failed."""
    error = context.error
    log.error("update_failed", error=type(error).__name__, exc_info=error)
    if not isinstance(update, Update) or update.effective_user is None:
        return
    if not isinstance(error, TelegramError):  # that would not take our apology either
        await say(update, general.try_again(stranger(update, context)))
    await acknowledge(update)
    raise ApplicationHandlerStop
