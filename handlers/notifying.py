"""Sends a chat a message that nobody there has asked for."""

import structlog
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.telegram.presentation import present_in
from bot.texts.message import Message
from storage.models import Chat

log = structlog.get_logger()


async def notify(bot: Bot, chat_id: int, message: Message) -> None:
    """Tries once: the person may have blocked the bot. Bot API: sendMessage."""
    try:
        await bot.send_message(
            chat_id, message.html, parse_mode=ParseMode.HTML, reply_markup=message.keyboard
        )
    except (
        TelegramError,
        AttributeError,
        KeyError,
        TypeError,
    ) as error:  # the last: unreadable
        log.warning("not_told", error=type(error).__name__)


async def notify_ended(bot: Bot, chat: Chat, message: Message) -> None:
    """That another has ended a link of this chat, which forgets its language with the last one.

    ``chat``: as it was before.
    """
    await notify(bot, chat.id, message)
    if chat.preferences.language and len(chat.links) == 1:
        await present_in(bot, chat.id, None)
