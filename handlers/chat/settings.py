"""`/settings`: the current settings, and a screen for each that can be changed."""

import re
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.people import zones
from bot.telegram.presentation import present_in
from bot.texts import quiet, screens, settings, waiting
from bot.texts.languages import Texts
from bot.texts.message import Message
from bot.texts.zones import zone_screen
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    Services,
    acknowledge,
    caller,
    how_to_link,
    pressed,
    replace,
    say,
)
from storage.models import Chat, Preferences

Answer = Callable[[Update, Context], Coroutine[Any, Any, None]]
Screen = Callable[[Update, Context, Caller, Chat], Coroutine[Any, Any, None]]


def for_linked(screen: Screen) -> Answer:
    """The caller's chat. A person who is not linked has no settings and is told how to connect."""

    async def answer(update: Update, context: Context) -> None:
        who = await caller(update, context)
        if who.chat is None:
            await show(update, await of_a_stranger(context.bot_data, who))
        else:
            await screen(update, context, who, who.chat)

    return answer


async def of_a_stranger(services: Services, who: Caller) -> Message:
    if awaited := await services.waiting.of(who.id):
        return waiting.screen_of(awaited, who.reader, is_linked=False)
    return settings.not_linked(await how_to_link(services, who), who.reader)


async def show(update: Update, message: Message, toast: str | None = None) -> None:
    """Replaces the last screen, if a button was pressed; else sends a new message."""
    if update.callback_query is None:
        await say(update, message)
        return
    await replace(update, message)
    await acknowledge(update, toast)


def screen_of(name: str, chat: Chat, who: Caller, context: Context) -> Message:
    """The screen of this name, or `screens.MAIN` if there is none, for this person now. A screen
    that depends on the time zone asks for that first."""
    now, chosen = datetime.now(UTC), chat.preferences
    reader = context.bot_data.reader.of(chat, who.phone)
    if name == screens.ZONE or _lacks_zone(name, chosen):
        shop = context.bot_data.reader.timezone.key
        offered = zones.likely(reader.language, who.phone, shop)
        return zone_screen(chosen, offered, reader, now, then=name)
    if name in settings.CHOICES:
        return settings.choice_screen(settings.CHOICES[name], chosen, reader)
    if name in {screens.QUIET, screens.PROBLEMS}:
        return quiet.quiet_screen(chosen, reader, now)
    if name == screens.LANGUAGE:
        return settings.language_screen(chosen, reader)
    return settings.overview(chosen, reader, now)


@for_linked
async def open_settings(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    await show(update, screen_of(screens.MAIN, chat, who, context))


@for_linked
async def open_screen(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    await show(update, screen_of(pressed(update, screens.SCREEN), chat, who, context))


@for_linked
async def choose(update: Update, context: Context, who: Caller, chat: Chat) -> None:
    """Shows the same screen with the new choice. Forged data changes nothing."""
    name, _, option = pressed(update, screens.SCREEN).partition(":")
    changes = _changes(name, option, chat.preferences, who.reader.texts)
    if changes is None:
        await show(update, screen_of(name, chat, who, context))
        return
    before = chat.preferences.language
    chat = await context.bot_data.people.prefer(chat, **changes)
    reader, language = context.bot_data.reader.of(chat, who.phone), chat.preferences.language
    await show(update, screen_of(name, chat, who, context), settings.saved(reader))
    if reader.language != who.reader.language:
        await say(update, settings.language_changed(reader))
    if language != before:
        await present_in(context.bot, chat.id, reader if language else None)


@for_linked
async def choose_quiet_hours(update: Update, _: Context, who: Caller, __: Chat) -> None:
    """Asks for the start, then for the end."""
    start = _hour(pressed(update, f"{screens.SCREEN}{screens.QUIET}:{quiet.FROM}:"))
    if start is None:
        await show(update, quiet.quiet_from(who.reader))
    else:
        await show(update, quiet.quiet_until(start, who.reader))


def _changes(name: str, option: str, chosen: Preferences, texts: Texts) -> dict[str, object] | None:
    """The fields of `Preferences` that the button sets. None: nothing that we offer, or the time
    zone is not known yet."""
    if _lacks_zone(name, chosen):
        return None
    if name in settings.CHOICES:
        known = settings.CHOICES[name].options.get(option)
        return {name: known[0]} if known else None
    if name == screens.LANGUAGE and option in {*texts.languages, settings.LIKE_MY_PHONE}:
        return {"language": None if option == settings.LIKE_MY_PHONE else option}
    if name == screens.PROBLEMS and option in {"yes", "no"}:
        return {"problems_break_quiet": option == "yes"}
    return _quiet(option) if name == screens.QUIET else None


def _quiet(option: str) -> dict[str, object] | None:
    if option == quiet.OFF:
        return {"quiet": None}
    start, end = (_hour(hour) for hour in option.partition("-")[::2])
    return None if None in {start, end} or start == end else {"quiet": (start, end)}


def _lacks_zone(name: str, chosen: Preferences) -> bool:
    return name in {screens.QUIET, settings.DIGEST.field} and chosen.timezone is None


def _hour(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,2}", text) and int(text) < 24 else None


def handlers(where: BaseFilter) -> Handlers:
    main, screen, by_hour = screens.MAIN, screens.SCREEN, f"{screens.QUIET}:{quiet.FROM}"
    return [
        CommandHandler("settings", open_settings, where),
        CallbackQueryHandler(open_settings, pattern=f"^{main}$"),
        CallbackQueryHandler(choose_quiet_hours, pattern=f"^{screen}{by_hour}(:|$)"),
        CallbackQueryHandler(open_screen, pattern=f"^{screen}[^:]*$"),
        CallbackQueryHandler(choose, pattern=f"^{screen}"),
    ]
