"""The time zone: chosen from a keyboard, or found by a location that is never stored."""

import asyncio
import re
from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.people import zones
from bot.services.people.people import is_location_expected
from bot.texts import screens, settings
from bot.texts import zones as texts
from bot.texts.languages import Texts
from handlers.chat import conversation
from handlers.chat.context import Caller, Context, Handlers, acknowledge, caller, pressed, say
from handlers.chat.settings import for_linked, screen_of, show
from storage.models import Chat

_PRESSED = f"{screens.SCREEN}{screens.ZONE}:"


@for_linked
async def choose(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    """``then``: the screen that was opened and needs the time zone first."""
    then, _, zone = pressed(update, _PRESSED).partition(":")
    if not zones.is_known(zone):
        await show(update, screen_of(screens.ZONE, chat, who, context))
        return
    chat = await context.bot_data.people.prefer(chat, timezone=zone)
    toast = settings.saved(context.bot_data.reader.of(chat, who.phone))
    await show(update, screen_of(then, chat, who, context), toast)


@for_linked
async def ask(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    then = pressed(update, _PRESSED).partition(":")[0]
    await context.bot_data.people.expect_location(chat, then, datetime.now(UTC))
    await say(update, texts.ask_location(who.reader))
    await acknowledge(update)


@for_linked
async def browse(update: Update, _: Context, who: Caller, __: Chat) -> None:
    """Shows the regions, then the places of a region, page by page."""
    then, _regions, region, page, *_more = [*pressed(update, _PRESSED).split(":"), "", ""]
    if region not in zones.REGIONS:
        await show(update, texts.regions_screen(who.reader, then=then))
        return
    number = int(page) if re.fullmatch("[0-9]{1,3}", page) else 0
    now = datetime.now(UTC)
    await show(update, texts.region_screen(region, number, who.reader, now, then=then))


async def locate(update: Update, context: Context) -> None:
    """A location that we asked for. Any other location is treated like anything that we do not
    understand."""
    who, now = await caller(update, context), datetime.now(UTC)
    location = update.message.location if update.message else None
    if location is None or who.chat is None or not is_location_expected(who.chat, now):
        await conversation.take(update, context)
        return
    zone = zones.at(location.latitude, location.longitude)
    if zone is None:
        await say(update, texts.not_located(who.reader))
        await say(update, screen_of(who.chat.location_for or screens.ZONE, who.chat, who, context))
        return
    people = context.bot_data.people
    chat = await people.prefer(who.chat, timezone=zone)
    await people.has_answered(chat)
    await say(update, texts.located(zone, who.reader, now))
    await say(update, screen_of(_after(chat), chat, who, context))


def _after(chat: Chat) -> str:
    """The screen to show next: the one that needed the time zone, else the overview."""
    wanted = chat.location_for or screens.ZONE
    return screens.MAIN if wanted == screens.ZONE else wanted


async def understood(update: Update, context: Context, who: Caller, text: str) -> bool:
    """If the text is just the name of a place, asks whether they live there."""
    if who.chat is None:
        return False
    languages = context.bot_data.reader.texts.languages
    found = await asyncio.to_thread(zones.called, text, languages)
    if found:
        await say(update, texts.is_it_there(found, who.reader, datetime.now(UTC)))
    return bool(found)


@for_linked
async def leave(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    """They do not want to share their location."""
    await context.bot_data.people.has_answered(chat)
    await say(update, texts.not_shared(who.reader))
    await say(update, screen_of(chat.location_for or screens.ZONE, chat, who, context))


def handlers(where: BaseFilter, said: Texts) -> Handlers:
    """“Not now” is understood in every language: the keyboard may have been sent in another one."""
    then, not_now = "[^:]*", sorted(said.in_all(texts.NOT_NOW))
    return [
        CallbackQueryHandler(ask, pattern=f"^{_PRESSED}{then}:{texts.PHONE}$"),
        CallbackQueryHandler(browse, pattern=f"^{_PRESSED}{then}:{texts.REGIONS}(:|$)"),
        CallbackQueryHandler(choose, pattern=f"^{_PRESSED}"),
        MessageHandler(filters.LOCATION & where, locate),
        MessageHandler(filters.Text(not_now) & where, leave),
    ]
