"""`/privacy`: what is held about a person, and the question whether to delete it."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.texts import privacy
from handlers.chat.context import Context, Handlers, acknowledge, chat_id, replace, say


async def tell(update: Update, context: Context) -> None:
    held = await context.bot_data.privacy.held(chat_id(update))
    await say(update, privacy.held(held, context.bot_data.reader))


async def ask(update: Update, context: Context) -> None:
    held = await context.bot_data.privacy.held(chat_id(update))
    await replace(update, privacy.ask(held, context.bot_data.reader))
    await acknowledge(update)


async def delete(update: Update, context: Context) -> None:
    await context.bot_data.privacy.forget(chat_id(update))
    await replace(update, privacy.deleted(context.bot_data.reader))
    await acknowledge(update)


async def keep(update: Update, _: Context) -> None:
    await replace(update, privacy.kept())
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("privacy", tell, where),
        CallbackQueryHandler(ask, pattern=f"^{privacy.ASK}$"),
        CallbackQueryHandler(delete, pattern=f"^{privacy.DELETE}$"),
        CallbackQueryHandler(keep, pattern=f"^{privacy.KEEP}$"),
    ]
