"""`/privacy`: what is held about a person, and the question whether to delete it."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.telegram.presentation import present_in
from bot.texts import privacy
from handlers.chat.context import Context, Handlers, acknowledge, caller, reader, replace, say


async def tell(update: Update, context: Context) -> None:
    who = await caller(update, context)
    services = context.bot_data
    follows = await services.following.of(who.chat) if who.chat else []
    held = await services.privacy.held(who.chat)
    await say(update, privacy.held(held, follows, who.reader))


async def ask(update: Update, context: Context) -> None:
    who = await caller(update, context)
    await replace(update, privacy.ask(await context.bot_data.privacy.held(who.chat), who.reader))
    await acknowledge(update)


async def delete(update: Update, context: Context) -> None:
    who = await caller(update, context)
    await context.bot_data.privacy.forget(who.id)
    await replace(update, privacy.deleted(who.reader))
    await acknowledge(update)
    if who.chat and who.chat.preferences.language:
        await present_in(context.bot, who.id, None)


async def keep(update: Update, context: Context) -> None:
    await replace(update, privacy.kept(await reader(update, context)))
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("privacy", tell, where),
        CallbackQueryHandler(ask, pattern=f"^{privacy.ASK}$"),
        CallbackQueryHandler(delete, pattern=f"^{privacy.DELETE}$"),
        CallbackQueryHandler(keep, pattern=f"^{privacy.KEEP}$"),
    ]
