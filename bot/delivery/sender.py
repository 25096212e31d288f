"""The only caller of Telegram for pushes."""

import time
from datetime import UTC, datetime, timedelta

import structlog
from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.delivery import metrics
from bot.delivery.policy import Decision, Retry, decide
from bot.services.timeline import timeline
from bot.texts.message import Reader
from bot.texts.orders import order_news
from bot.transport import FloodControl, Unknowable
from storage.models import Chat, Order

SEND_TIMEOUT = 15
"""Seconds after which a send is over, one way or the other."""

log = structlog.get_logger()


class Sender:
    def __init__(self, bot: Bot, reader: Reader) -> None:
        self._bot = bot
        self._reader = reader
        self._halted_until = 0.0  # on the monotonic clock: Telegram told us to wait

    async def tell(self, chat: Chat, order: Order) -> Decision | None:
        """Sends the order's state as it is. None: Telegram has it. Bot API: sendMessage."""
        if (wait := self._halted_until - time.monotonic()) > 0:
            return Retry(timedelta(seconds=wait), counts=False)
        message = order_news(timeline(order), self._reader, datetime.now(UTC))
        try:
            await self._bot.send_message(
                chat.id,
                message.html,
                parse_mode=ParseMode.HTML,
                reply_markup=message.keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except TelegramError as error:
            return self._failed(error, chat)
        metrics.SENT.inc()
        return None

    def _failed(self, error: TelegramError, chat: Chat) -> Decision:
        if isinstance(error, FloodControl):
            until = time.monotonic() + error.retry_after.total_seconds()
            self._halted_until = max(self._halted_until, until)
        if isinstance(error, Unknowable):
            metrics.UNCERTAIN.inc()
        decision = decide(error, chat.attempts)
        log.warning("send_failed", chat=chat.id, error=error.message, decision=repr(decision))
        return decision
