"""`/start [token]`: the first thing that a person says, often by a deep link."""

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter

from bot.texts import general
from handlers.chat.context import Context, Handlers, reader, say
from handlers.chat.link import ask_consent
from handlers.chat.orders import list_orders


async def start(update: Update, context: Context) -> None:
    if context.args:
        await ask_consent(update, context, context.args[0])
        return
    await say(update, general.welcome(await reader(update, context)))
    await list_orders(update, context)


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler("start", start, where)]
