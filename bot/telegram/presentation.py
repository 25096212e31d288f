"""How the bot presents itself in Telegram: its menu of commands and its profile, by language."""

import asyncio
from dataclasses import replace

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    MenuButtonDefault,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.error import TelegramError

from bot.services.people.mini_app import is_ours
from bot.telegram.reading import understood
from bot.texts.general import COMMANDS, description, menu_button, short_description
from bot.texts.message import Reader

log = structlog.get_logger()


async def present(bot: Bot, reader: Reader) -> None:
    """Sets menu and profile in each language, and once for people who speak none of them.

    A refusal is only logged: the next start tries again.
    Bot API: setMyCommands, setMyDescription, setMyShortDescription.
    """
    texts: list[tuple[str | None, Reader]] = [(None, reader)]
    texts += [(language, replace(reader, language=language)) for language in reader.texts.languages]
    try:
        await asyncio.gather(*(_present(bot, code, reader) for code, reader in texts))
    except TelegramError as error:
        log.warning("not_presented", error=error.message)


async def _present(bot: Bot, code: str | None, reader: Reader) -> None:
    await bot.set_my_commands(_commands(reader), language_code=code)
    await bot.set_my_description(description(reader), language_code=code)
    await bot.set_my_short_description(short_description(reader), language_code=code)


async def present_in(bot: Bot, chat_id: int, chosen: Reader | None) -> None:
    """Sets the menu of one chat in the language ``chosen`` there. None: as in all other chats.

    A refusal is only logged: the menu stays as it was.
    Bot API: setMyCommands, deleteMyCommands; "Determining list of commands".
    """
    there = BotCommandScopeChat(chat_id)
    try:
        if chosen:
            await bot.set_my_commands(_commands(chosen), there)
        else:
            await bot.delete_my_commands(there)
    except TelegramError as error:
        log.warning("menu_not_changed", chat=chat_id, error=error.message)


async def offer_mini_app(bot: Bot, reader: Reader, address: str | None) -> None:
    """Makes the menu button open the Mini App. None: makes it the default again.

    A button that opens another page stays: somebody has set it at @BotFather. Its text is in the
    shop's language only. Bot API: getChatMenuButton, setChatMenuButton.
    """
    try:
        with understood():
            shown = await bot.get_chat_menu_button()
        opens = shown.web_app.url if isinstance(shown, MenuButtonWebApp) else None
        if opens and not is_ours(opens):
            log.warning("menu_button_left", why="it opens a page of somebody else's")
        elif address:
            button = MenuButtonWebApp(menu_button(reader), WebAppInfo(address))
            await bot.set_chat_menu_button(menu_button=button)
        elif opens:
            await bot.set_chat_menu_button(menu_button=MenuButtonDefault())
    except TelegramError as error:
        log.warning("menu_button_not_set", error=error.message)


def _commands(reader: Reader) -> list[BotCommand]:
    return [BotCommand(name, reader.say(text)) for name, text in COMMANDS.items()]
