"""People with a shared link who want to be told when the order arrives: the buttons, and a screen
of the settings."""

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.texts import sharing, waiting
from bot.texts.screens import SCREEN, WAITS
from handlers.chat.context import Context, Handlers, acknowledge, caller, pressed, replace
from handlers.chat.settings import show
from handlers.chat.share import ending, look

_END = f"{SCREEN}{WAITS}:"


async def begin(update: Update, context: Context) -> None:
    services, who = context.bot_data, await caller(update, context)
    token, toast = pressed(update, sharing.TELL_ME), None
    async with ending(update, who):
        await services.waiting.begin(token, who.id, who.phone)
        await replace(update, await look(services, who, token))
        toast = sharing.will_tell(who.reader)
    await acknowledge(update, toast)


async def end(update: Update, context: Context) -> None:
    services, who = context.bot_data, await caller(update, context)
    token = pressed(update, sharing.DO_NOT)
    await services.waiting.end(token, who.id)
    async with ending(update, who):
        await replace(update, await look(services, who, token))
    await acknowledge(update)


async def tell(update: Update, context: Context) -> None:
    """Works for people who are not linked, too."""
    who = await caller(update, context)
    awaited = await context.bot_data.waiting.of(who.id)
    await show(update, waiting.screen_of(awaited, who.reader, is_linked=who.chat is not None))


async def end_named(update: Update, context: Context) -> None:
    who = await caller(update, context)
    await context.bot_data.waiting.end_named(who.id, pressed(update, _END))
    await tell(update, context)


def handlers() -> Handlers:
    return [
        CallbackQueryHandler(begin, pattern=f"^{sharing.TELL_ME}"),
        CallbackQueryHandler(end, pattern=f"^{sharing.DO_NOT}"),
        CallbackQueryHandler(tell, pattern=f"^{SCREEN}{WAITS}$"),
        CallbackQueryHandler(end_named, pattern=f"^{_END}"),
    ]
