"""`/start [token]`: the first thing that a person says, often by a deep link."""

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.sharing import is_shared
from bot.texts import general
from handlers.chat.context import Context, Handlers, reader, say
from handlers.chat.link import ask_consent
from handlers.chat.orders import list_orders
from handlers.chat.share import open_shared


async def start(update: Update, context: Context) -> None:
    if context.args and is_shared(context.args[0]):
        await open_shared(update, context, context.args[0])
        return
    if context.args:
        await ask_consent(update, context, context.args[0])
        return
    await say(update, general.welcome(await reader(update, context)))
    await list_orders(update, context)


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler("start", start, where)]
