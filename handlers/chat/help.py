"""`/help`, and an answer to whatever else is said or pressed: nobody is left without one."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.texts import general
from handlers.chat.context import Context, Handlers, acknowledge, reader, say


async def explain(update: Update, context: Context) -> None:
    await say(update, general.help_text(await reader(update, context)))
    await acknowledge(update)


_said = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("help", explain, where),
        MessageHandler(_said & where, explain),
        CallbackQueryHandler(explain),
    ]
