"""What a person follows: a screen of the settings that ends each, and `/unlink` for all of it."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.telegram.presentation import present_in
from bot.texts import following, linking
from bot.texts.message import Message
from bot.texts.settings import FOLLOWS, SCREEN
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    acknowledge,
    caller,
    pressed,
    replace,
    say,
)
from handlers.chat.settings import for_linked, show
from storage.models import Chat

_ASK = f"{SCREEN}{FOLLOWS}:{following.ASK}:"
_END = f"{SCREEN}{FOLLOWS}:{following.END}"


async def unlink(update: Update, context: Context) -> None:
    """Who follows one thing means that."""
    who = await caller(update, context)
    if who.chat and len(who.chat.links) > 1:
        follows = await context.bot_data.following.of(who.chat)
        await say(update, following.which(follows, who.reader))
    else:
        await say(update, await _unlinked(context, who))


@for_linked
async def end_all(update: Update, context: Context, who: Caller, _: Chat) -> None:
    await replace(update, await _unlinked(context, who))
    await acknowledge(update)


async def _unlinked(context: Context, who: Caller) -> Message:
    was_linked = await context.bot_data.linking.unlink(who.id)
    if who.chat and who.chat.preferences.language:
        await present_in(context.bot, who.id, None)
    answer = linking.unlinked if was_linked else linking.was_not_linked
    return answer(who.reader)


@for_linked
async def tell(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    follows = await context.bot_data.following.of(chat)
    await show(update, following.follows_screen(follows, who.reader))


@for_linked
async def ask(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    followed = await context.bot_data.following.named(chat, pressed(update, _ASK))
    if followed is None:
        await tell(update, context)
    else:
        await show(update, following.ask_end(followed, who.reader))


@for_linked
async def end(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    services = context.bot_data
    await services.following.end(chat, pressed(update, f"{_END}:"))
    left = await services.people.find(chat.id)
    if left is None:
        await end_all(update, context)
        return
    follows = await services.following.of(left)
    told = following.ended(who.reader)
    await show(update, following.follows_screen(follows, who.reader), told)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("unlink", unlink, where),
        CallbackQueryHandler(tell, pattern=f"^{SCREEN}{FOLLOWS}$"),
        CallbackQueryHandler(ask, pattern=f"^{_ASK}"),
        CallbackQueryHandler(end_all, pattern=f"^{_END}$"),
        CallbackQueryHandler(end, pattern=f"^{_END}:"),
    ]
