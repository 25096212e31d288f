"""The household: who is connected to the same account, and how one ends another's connection."""

from telegram import Update
from telegram.ext import CallbackQueryHandler
from telegram.ext.filters import BaseFilter

from bot.texts import household
from bot.texts.screens import HOUSEHOLD, SCREEN
from handlers.chat.context import Caller, Context, Handlers, pressed
from handlers.chat.settings import for_linked, show
from handlers.notifying import notify_ended
from storage.models import Chat

_ASK = f"{SCREEN}{HOUSEHOLD}:{household.ASK}:"
_PAGE = f"{SCREEN}{HOUSEHOLD}:{household.PAGE}:"
_END = f"{SCREEN}{HOUSEHOLD}:{household.END}:"


@for_linked
async def tell(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    await _show(update, context, who, chat)


@for_linked
async def turn(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    await _show(update, context, who, chat)


@for_linked
async def ask(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    member = await context.bot_data.household.member(chat, pressed(update, _ASK))
    if member is None:
        await _show(update, context, who, chat, household.gone(who.reader))
    else:
        await show(update, household.ask_end(member, who.reader))


@for_linked
async def end(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    """Answers the person who pressed first. Telling the other chat may fail independently."""
    other = await context.bot_data.household.end(chat, pressed(update, _END))
    toast = household.ended if other else household.gone
    await _show(update, context, who, chat, toast(who.reader))
    if other:
        message = household.disconnected(other, context.bot_data.reader.of(other))
        await notify_ended(context.bot, other, message)


async def _show(
    update: Update,
    context: Context,
    who: Caller,
    chat: Chat,
    toast: str | None = None,
) -> None:
    """Shows the page that was turned to, else the first."""
    page = pressed(update, _PAGE)
    members = await context.bot_data.household.members(chat)
    follows = await context.bot_data.following.of(chat)
    number = int(page) if page.isdecimal() else 0
    await show(update, household.household_screen(members, follows, who.reader, number), toast)


def handlers(_: BaseFilter) -> Handlers:
    return [
        CallbackQueryHandler(tell, pattern=f"^{SCREEN}{HOUSEHOLD}$"),
        CallbackQueryHandler(turn, pattern=rf"^{_PAGE}\d{{1,4}}$"),
        CallbackQueryHandler(ask, pattern=f"^{_ASK}"),
        CallbackQueryHandler(end, pattern=f"^{_END}"),
    ]
