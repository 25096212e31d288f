"""Telling a chat something that it has not asked for, once."""

import structlog
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.texts.message import Message

log = structlog.get_logger()


async def tell(bot: Bot, chat_id: int, message: Message) -> None:
    """As well as it goes: they may have blocked us. Bot API: sendMessage."""
    try:
        await bot.send_message(
            chat_id, message.html, parse_mode=ParseMode.HTML, reply_markup=message.keyboard
        )
    except (TelegramError, AttributeError, KeyError, TypeError) as error:  # the latter: garbage
        log.warning("not_told", error=type(error).__name__)
