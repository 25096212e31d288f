"""A bot for commands that ask Telegram something and end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot

from bot.settings import Settings
from bot.telegram.reading import understood
from bot.telegram.transport import AiohttpRequest


@asynccontextmanager
async def introduced(settings: Settings) -> AsyncIterator[Bot]:
    """The bot, once Telegram has accepted its token. Raises `InvalidToken`, `TelegramError`."""
    bot = Bot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    try:
        with understood():
            await bot.initialize()
        yield bot
    finally:
        await bot.shutdown()
