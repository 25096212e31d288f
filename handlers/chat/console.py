"""`/console`: sends the listed staff a link that signs them in, in a private chat. In a group, the
bot only says to ask in private. For everybody else the command does not exist."""

from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import BaseFilter, User

from bot.services.console.sessions import Sessions
from bot.texts import staff
from handlers.chat.context import Context, Handlers, say


async def give_link(update: Update, context: Context) -> None:
    sessions = context.bot_data.console.sessions
    if update.effective_user and sessions.admits(update.effective_user.id):
        await say(update, staff.console_link(sessions.link(update.effective_user.id)))


async def send_to_private_chat(update: Update, context: Context) -> None:
    chat, person = update.effective_chat, update.effective_user
    admits = context.bot_data.staff.admits
    if chat and person and admits(chat.id, person.id):
        await say(update, staff.console_in_private(context.bot.username))


def handlers(where: BaseFilter, sessions: Sessions) -> Handlers:
    """``where``: private chats."""
    listed = User(list(sessions.members), allow_empty=False)
    return [CommandHandler("console", give_link, where & listed)]


def handlers_in_groups(where: BaseFilter) -> Handlers:
    return [CommandHandler("console", send_to_private_chat, where)]
