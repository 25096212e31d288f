"""Sends pushes and live messages. Nothing else calls Telegram for them."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import inf

import structlog
import telegram
from telegram import Bot, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.delivery import metrics
from bot.delivery.lease import is_over
from bot.delivery.pace import Pacer
from bot.delivery.photos import at_hand
from bot.delivery.policy import TOKEN_WAIT, Failure, GiveUp, Lost, Retry, decide
from bot.photos.fetching import Photos
from bot.photos.sending import NotTaken, send_photo, trace
from bot.services.news.notices import Item
from bot.services.orders.timeline import Timeline
from bot.services.people.sharing import SharedView
from bot.services.shop.staff import Room
from bot.telegram.errors import TOKEN_REFUSED, Unknowable
from bot.telegram.sending import carried_out
from bot.texts import household, notices, sharing
from bot.texts.feedback import asking
from bot.texts.message import Message, Reader, as_plain_text
from bot.texts.news import caption, order_news
from bot.texts.orders import order_timeline
from storage.models import Card, Chat, Link

SEND_TIMEOUT = 15
"""Seconds after which a send has succeeded or failed."""
SLOT_TIMEOUT = 15
"""Seconds that a message may wait for a slot."""
UNREADABLE = re.compile("can't parse entities|too long", re.IGNORECASE)
"""What Telegram answers to a text that it may accept as plain text."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Sent:
    """Telegram has the message. ``message_id``: None if the answer could not be read."""

    message_id: int | None


class Sender:
    """``now``: the clock that all replicas share.

    Every ``until`` is the end of the lease to send under, in seconds on the monotonic clock.
    """

    def __init__(
        self,
        bot: Bot,
        reader: Reader,
        pacer: Pacer,
        photos: Photos,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self.now = now
        self._bot = bot
        self._reader = reader
        self.pacer = pacer
        self._photos = photos

    def reader(self, chat: Chat) -> Reader:
        """The reader of this chat: their language and time zone."""
        return self._reader.of(chat)

    # New messages. Bot API: sendMessage, sendPhoto

    async def send(
        self, chat: Chat, order: Timeline, *, photo_url: str | None = None, until: float = inf
    ) -> Sent | Failure:
        """Sends the order's present state: as news, or as a new live message.

        With a photo, the news is its caption. A live message, which is edited later, gets the photo
        as a reply.
        """
        reader, now = self.reader(chat), self.now()
        if chat.preferences.cards:
            card = asking(order_timeline(order, reader, now, is_live=True), order, reader)
            about = caption(order, reader, now)
            async with at_hand(self._photos, photo_url, chat, about) as photo:
                outcome = await self._push(chat, card, until)
                if photo and isinstance(outcome, Sent):
                    await self._reply(chat, outcome, photo, about, until)
                return outcome
        news = order_news(order, reader, now)
        async with at_hand(self._photos, photo_url, chat, news) as photo:
            return await self._push(chat, news, until, photo)

    async def sum_up(
        self, chat: Chat, items: Sequence[Item], *, until: float = inf
    ) -> Sent | Failure:
        """Several orders' news and reminders in one message."""
        reminders = [item.timeline for item in items if item.entry.kind == "reminder"]
        news = [item.timeline for item in items if item.entry.kind == "news"]
        is_of_today = chat.preferences.digest is not None or bool(reminders)
        message = notices.summary(
            news, self.reader(chat), self.now(), of_today=is_of_today, reminders=reminders
        )
        outcome = await self._push(chat, message, until)
        if isinstance(outcome, Sent):
            metrics.REMINDED.inc(len(reminders))
        return outcome

    async def remind(self, chat: Chat, order: Timeline, *, until: float = inf) -> Sent | Failure:
        outcome = await self._push(chat, notices.reminder(order, self.reader(chat)), until)
        if isinstance(outcome, Sent):
            metrics.REMINDED.inc()
        return outcome

    async def send_arrival(
        self, chat: Chat, order: Timeline, *, until: float = inf
    ) -> Sent | Failure:
        """To a person who was given a share of the order: no more than the share shows."""
        reader = self.reader(chat)
        message = sharing.arrived(SharedView.of(order, self.now(), reader.timezone), reader)
        return await self._push(chat, message, until)

    async def announce(self, newcomer: Link, chat: Chat) -> Sent | Failure:
        """That another chat has joined. It is sent whatever the chat's preferences."""
        return await self._push(chat, household.joined(newcomer, self.reader(chat)), inf)

    async def post(self, room: Room, message: Message) -> bool:
        """Posts in the staff's group. False: it did not arrive, or that is not known."""
        if await self.wait_for_a_slot(room.chat_id):
            return False
        send = partial(
            self._bot.send_message,
            room.chat_id,
            message.html,
            message_thread_id=room.topic,
            parse_mode=ParseMode.HTML,
            link_preview_options=message.preview,
        )
        try:
            await carried_out(lambda keyboard: send(reply_markup=keyboard), message.keyboard)
        except TelegramError as error:
            log.warning("staff_not_told", error=error.message)
            return False
        return True

    async def _push(
        self, chat: Chat, message: Message, until: float, photo: bytes | None = None
    ) -> Sent | Failure:
        if later := await self.wait_for_a_slot(chat.id, until):
            return later
        try:
            sent = photo and await self._send_photo(chat, message, photo)
            sent = sent or await self._send(chat, message)
        except TelegramError as error:
            if isinstance(error, Unknowable):
                metrics.UNCERTAIN.inc()
            return await self._failed(error, chat)
        metrics.SENT.inc()
        return sent

    # Live messages

    async def refresh(
        self, chat: Chat, card: Card, order: Timeline, *, until: float = inf
    ) -> Sent | Failure | None:
        """Edits the live message. None: it could not be edited.

        Then it shows the same already, or the person has deleted it. Bot API: editMessageText.
        """
        message = order_timeline(order, self.reader(chat), self.now(), is_live=True)
        if later := await self.wait_for_a_slot(chat.id, until):
            return later
        edit = partial(
            self._bot.edit_message_text,
            message.html,
            chat.id,
            card.message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=message.preview,
        )
        try:
            await carried_out(lambda buttons: edit(reply_markup=buttons), message.buttons)
        except TelegramError as error:
            return await self._failed_on_a_card(error, chat)
        metrics.EDITED.inc()
        return Sent(card.message_id)

    async def take_down(self, chat: Chat, card: Card) -> None:
        """Deletes a live message that another one replaces, if it is not older than two days.

        Bot API: deleteMessage.
        """
        if await self.wait_for_a_slot(chat.id):
            return
        try:
            await self._bot.delete_message(chat.id, card.message_id)
        except TelegramError as error:
            await self._failed_on_a_card(error, chat)

    async def _failed_on_a_card(self, error: TelegramError, chat: Chat) -> Failure | None:
        if isinstance(decide(error, chat.attempts), GiveUp):
            return None
        return await self._failed(error, chat)

    # How

    async def wait_for_a_slot(self, chat_id: int, until: float = inf) -> Retry | Lost | None:
        """Waits for a slot, to be used at once: saved slots would leave as a burst. None: go on.

        Checks the lease last, as this process may have been paused for longer than that.
        """
        if not self.pacer.halted_for(chat_id):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SLOT_TIMEOUT):
                    if await self.pacer.take():
                        return Lost() if is_over(until) else None
        return Retry(self.pacer.halted_for(chat_id), counts=False)

    async def _send(self, chat: Chat, message: Message) -> Sent:
        """Sends HTML; if Telegram cannot parse that, plain text."""
        try:
            return await self._send_text(chat, message, message.html, ParseMode.HTML)
        except BadRequest as error:
            if not UNREADABLE.search(error.message):
                raise
            log.warning("message_unreadable", error=error.message)
            return await self._send_text(chat, message, as_plain_text(message.html), None)

    async def _send_photo(
        self, chat: Chat, caption: Message, photo: bytes, reply_to: int | None = None
    ) -> Sent | None:
        """None: Telegram does not accept the photo. Other errors are those of the chat."""
        how: dict[str, object] = {"disable_notification": chat.preferences.silent}
        if reply_to:
            how["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
        try:
            sent = await send_photo(self._bot, chat.id, photo, caption, **how)
        except NotTaken as why:
            trace("refused", chat.id, error=str(why))
            return None
        trace("sent", chat.id)
        return self._sent(sent)

    async def _reply(
        self, chat: Chat, card: Sent, photo: bytes, caption: Message, until: float
    ) -> None:
        """Sends the photo as a reply to the live message, which stays without it if that fails.

        The live message has still to be marked under the lease: if there is no time for both, no
        photo is sent.
        """
        has_time = not is_over(until - SLOT_TIMEOUT - SEND_TIMEOUT)
        if not has_time or await self.wait_for_a_slot(chat.id, until):
            trace("failed", chat.id)
            return
        try:
            await self._send_photo(chat, caption, photo, card.message_id)
        except TelegramError:
            trace("failed", chat.id)

    async def _send_text(
        self, chat: Chat, message: Message, text: str, parse_mode: ParseMode | None
    ) -> Sent:
        send = partial(
            self._bot.send_message,
            chat.id,
            text,
            parse_mode=parse_mode,
            disable_notification=chat.preferences.silent,
            link_preview_options=message.preview,
        )
        return self._sent(
            await carried_out(lambda keyboard: send(reply_markup=keyboard), message.keyboard)
        )

    @staticmethod
    def _sent(message: telegram.Message | None) -> Sent:
        if message is None:
            metrics.UNCERTAIN.inc()
        return Sent(message.message_id if message else None)

    async def _failed(self, error: TelegramError, chat: Chat) -> Failure:
        failure = decide(error, chat.attempts)
        if isinstance(error, InvalidToken):
            await self.pacer.halt(TOKEN_WAIT)
            log.error("token_refused", **TOKEN_REFUSED)
        log.warning("send_failed", chat=chat.id, error=error.message, decision=repr(failure))
        return failure
