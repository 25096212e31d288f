"""`/unlink`: ends the chat's connection to the shop account."""

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter

from bot.texts import linking
from handlers.chat.context import Context, Handlers, chat_id, say


async def unlink(update: Update, context: Context) -> None:
    services = context.bot_data
    was_linked = await services.linking.unlink(chat_id(update))
    answer = linking.unlinked if was_linked else linking.was_not_linked
    await say(update, answer(services.reader))


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler("unlink", unlink, where)]
