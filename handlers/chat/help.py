"""`/help`, and the answer to everything that no other handler has understood."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.texts import general
from handlers.chat.context import Context, Handlers, acknowledge, reader, say


async def explain(update: Update, context: Context) -> None:
    await acknowledge(update)
    await say(update, general.help_text(await reader(update, context)))


async def wonder(update: Update, context: Context) -> None:
    await acknowledge(update)
    await say(update, general.not_understood(await reader(update, context)))


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("help", explain, where),
        CallbackQueryHandler(explain, pattern=f"^{general.HELP}$"),
    ]


def of_the_rest(where: BaseFilter) -> Handlers:
    return [
        MessageHandler(~filters.StatusUpdate.ALL & where, wonder),
        CallbackQueryHandler(wonder),
    ]
