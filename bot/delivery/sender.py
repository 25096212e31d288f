"""The only caller of Telegram for pushes."""

import asyncio
import contextlib
import re
from datetime import UTC, datetime

import structlog
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.delivery import metrics
from bot.delivery.pace import Pacer
from bot.delivery.policy import TOKEN_WAIT, Decision, Retry, decide
from bot.services.timeline import timeline
from bot.texts.message import Message, Reader, as_plain_text
from bot.texts.orders import order_news
from bot.transport import FloodControl, Unknowable
from storage.models import Chat, Order

SEND_TIMEOUT = 15
"""Seconds after which a send is over, one way or the other."""

SLOT_TIMEOUT = 15
"""Seconds that a mailbox is held while its message waits for its turn."""
UNREADABLE = re.compile("can't parse entities|too long", re.IGNORECASE)
"""What Telegram says of a text that it would take in a plainer form."""

log = structlog.get_logger()


class Sender:
    def __init__(self, bot: Bot, reader: Reader, pacer: Pacer) -> None:
        self._bot = bot
        self._reader = reader
        self._pacer = pacer

    async def tell(self, chat: Chat, order: Order) -> Decision | None:
        """Sends the order's state as it is. None: Telegram has it. Bot API: sendMessage."""
        message = order_news(timeline(order), self._reader.of(chat), datetime.now(UTC))
        if later := await self._wait_for_a_slot():
            return later
        try:
            await self._send(chat, message)
        except TelegramError as error:
            return await self._failed(error, chat)
        metrics.SENT.inc()
        return None

    async def _wait_for_a_slot(self) -> Retry | None:
        """Taken last, and spent at once: slots that were saved up would leave as a burst."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SLOT_TIMEOUT):
                if await self._pacer.take():
                    return None
        return Retry(self._pacer.halted_for(), counts=False)

    async def _send(self, chat: Chat, message: Message) -> None:
        """As HTML; if Telegram cannot read that, once more as plain text."""
        try:
            await self._send_text(chat, message, message.html, ParseMode.HTML)
        except BadRequest as error:
            if not UNREADABLE.search(error.message):
                raise
            log.warning("message_unreadable", error=error.message)
            await self._send_text(chat, message, as_plain_text(message.html), None)

    async def _send_text(
        self, chat: Chat, message: Message, text: str, parse_mode: ParseMode | None
    ) -> None:
        try:
            await self._bot.send_message(
                chat.id,
                text,
                parse_mode=parse_mode,
                reply_markup=message.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except (AttributeError, KeyError, TypeError) as error:
            # python-telegram-bot could not make a message of what came with a 200
            raise Unknowable(f"the answer is no message ({type(error).__name__})") from None

    async def _failed(self, error: TelegramError, chat: Chat) -> Decision:
        decision = decide(error, chat.attempts)
        if isinstance(error, FloodControl):
            await self._pacer.halt(error.retry_after)
        if isinstance(error, InvalidToken):
            await self._pacer.halt(TOKEN_WAIT)
            log.error("token_refused", why="Telegram does not know BOT_TOKEN: nothing is sent")
        if isinstance(error, Unknowable):
            metrics.UNCERTAIN.inc()
        log.warning("send_failed", chat=chat.id, error=error.message, decision=repr(decision))
        return decision
