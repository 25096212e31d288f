"""What a person follows: a screen of the settings that can end each, and `/unlink` for all."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.telegram.presentation import present_in
from bot.texts import following, linking
from bot.texts.message import Message
from bot.texts.screens import FOLLOWS, SCREEN
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    acknowledge,
    caller,
    pressed,
    say,
)
from handlers.chat.settings import for_linked, show
from storage.models import Chat

_ASK = f"{SCREEN}{FOLLOWS}:{following.ASK}"
_END = f"{SCREEN}{FOLLOWS}:{following.END}"
_KEEP = f"{SCREEN}{FOLLOWS}:{following.KEEP}"


async def unlink(update: Update, context: Context) -> None:
    """Asks for confirmation. Somebody who follows several accounts or orders chooses first."""
    who = await caller(update, context)
    await acknowledge(update)
    if who.chat is None:
        await say(update, await _unlinked(context, who))
        return
    follows = await context.bot_data.following.of(who.chat)
    ask = following.which if len(follows) > 1 else following.ask_unlink
    await say(update, ask(follows, who.reader))


@for_linked
async def ask_all(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    follows = await context.bot_data.following.of(chat)
    await show(update, following.ask_unlink(follows, who.reader))


@for_linked
async def keep(update: Update, _: Context, who: Caller, __: Chat) -> None:
    await show(update, following.kept(who.reader))


@for_linked
async def end_all(update: Update, context: Context, who: Caller, _: Chat) -> None:
    await show(update, await _unlinked(context, who))


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
    followed = await context.bot_data.following.named(chat, pressed(update, f"{_ASK}:"))
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
    toast = following.ended(who.reader)
    await show(update, following.follows_screen(follows, who.reader), toast)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("unlink", unlink, where),
        CallbackQueryHandler(unlink, pattern=f"^{following.UNLINK}$"),
        CallbackQueryHandler(tell, pattern=f"^{SCREEN}{FOLLOWS}$"),
        CallbackQueryHandler(ask_all, pattern=rf"^{_ASK}$"),
        CallbackQueryHandler(ask, pattern=f"^{_ASK}:"),
        CallbackQueryHandler(keep, pattern=f"^{_KEEP}$"),
        CallbackQueryHandler(end_all, pattern=f"^{_END}$"),
        CallbackQueryHandler(end, pattern=f"^{_END}:"),
    ]
