"""`/start [token]`: the first thing that a person sends, often by a deep link."""

from dataclasses import replace

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.people.sharing import is_shared
from bot.texts import general, inline
from handlers.chat.context import Context, Handlers, caller, how_to_link, say
from handlers.chat.link import ask_consent
from handlers.chat.orders import list_orders
from handlers.chat.share import open_shared


async def start(update: Update, context: Context) -> None:
    if not context.args or context.args == [inline.START]:
        await _greet(update, context)
    elif is_shared(context.args[0]):
        await open_shared(update, context, context.args[0])
    else:
        await ask_consent(update, context, context.args[0])


async def _greet(update: Update, context: Context) -> None:
    who = await caller(update, context)
    if who.chat:
        await say(update, general.welcome(who.reader))
        await list_orders(update, context)
    else:
        how = await how_to_link(context.bot_data, who)
        await say(update, replace(how, keyboard=how.keyboard or general.keyboard(who.reader)))


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler("start", start, where)]
