"""`/start [token]`: the first thing that a person says, often by a deep link."""

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.tracking import NotLinked
from bot.texts import linking, orders
from handlers.chat.context import Context, Handlers, chat_id, say
from handlers.chat.link import ask_consent


async def start(update: Update, context: Context) -> None:
    if context.args:
        await ask_consent(update, context, context.args[0])
        return
    services = context.bot_data
    try:
        recent = await services.tracking.recent(chat_id(update))
    except NotLinked:
        await say(update, linking.not_linked(services.reader))
    else:
        await say(update, orders.order_list(recent, services.reader))


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler("start", start, where)]
