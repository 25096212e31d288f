"""`/unlink`: ends the chat's connection to the shop account."""

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter

from bot.telegram.presentation import present_in
from bot.texts import linking
from handlers.chat.context import Context, Handlers, caller, say


async def unlink(update: Update, context: Context) -> None:
    who = await caller(update, context)
    was_linked = await context.bot_data.linking.unlink(who.id)
    answer = linking.unlinked if was_linked else linking.was_not_linked
    await say(update, answer(who.reader))
    if who.chat and who.chat.preferences.language:
        await present_in(context.bot, who.id, None)


def handlers(where: BaseFilter) -> Handlers:
    return [CommandHandler("unlink", unlink, where)]
