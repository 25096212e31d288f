"""How the bot presents itself in Telegram: its menu of commands and its profile, by language."""

import asyncio
from dataclasses import replace

import structlog
from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.texts.general import COMMANDS, description, short_description
from bot.texts.languages import LANGUAGES
from bot.texts.message import Reader

log = structlog.get_logger()


async def present(bot: Bot, reader: Reader) -> None:
    """Says it once for every language, and once for whoever speaks none of them.

    Nobody misses an order for want of a menu: what Telegram refuses is logged, and is said again at
    the next start. Bot API: setMyCommands, setMyDescription, setMyShortDescription.
    """
    texts: list[tuple[str | None, Reader]] = [(None, reader)]
    texts += [(language, replace(reader, language=language)) for language in LANGUAGES]
    try:
        await asyncio.gather(*(_present(bot, code, reader) for code, reader in texts))
    except TelegramError as error:
        log.warning("not_presented", error=error.message)


async def _present(bot: Bot, code: str | None, reader: Reader) -> None:
    commands = [BotCommand(name, reader.say(text)) for name, text in COMMANDS.items()]
    await bot.set_my_commands(commands, language_code=code)
    await bot.set_my_description(description(reader), language_code=code)
    await bot.set_my_short_description(short_description(reader), language_code=code)
