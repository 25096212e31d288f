"""The only caller of Telegram for maps: a live location that is sent, moved and ended."""

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

import structlog
from telegram import Bot, Location, ReplyParameters
from telegram.error import BadRequest, TelegramError

from bot.delivery import metrics
from bot.delivery.lease import is_over
from bot.delivery.pace import Pacer
from bot.delivery.policy import Retry, decide
from bot.delivery.sender import SLOT_TIMEOUT
from bot.services.news.courier_maps import LIVES, STEP
from bot.telegram.sending import carried_out
from bot.texts import courier as texts
from bot.texts.message import Reader
from storage.models import Chat, Courier, Map

MOST_ATTEMPTS = 3
"""Tries to send one map. Each may leave another map in the chat, which nobody moves."""
SAME = re.compile("message is not modified", re.IGNORECASE)

log = structlog.get_logger()


@dataclass(frozen=True)
class Done:
    """Telegram accepted it. ``message_id``: the map's."""

    message_id: int


@dataclass(frozen=True)
class Later:
    """Try again ``after`` this time. ``counts``: the failure counts as an attempt."""

    after: timedelta
    counts: bool = False


@dataclass(frozen=True)
class Gone:
    """There is no such map, or nobody who sees it: do not try again."""


Outcome = Done | Later | Gone


class MapSender:
    """``now``: the clock that all replicas share.

    Every ``until`` is the end of the lease to send under, in seconds on the monotonic clock.
    """

    def __init__(
        self, bot: Bot, reader: Reader, pacer: Pacer, *, now: Callable[[], datetime]
    ) -> None:
        self.now = now
        self._bot = bot
        self._reader = reader
        self._pacer = pacer

    async def show(self, chat: Chat, courier: Courier, each: Map, *, until: float = inf) -> Outcome:
        """Sends a new map, as a reply to the message about its order, and deletes a former one.

        Bot API: sendLocation, deleteMessage.
        """
        keyboard = texts.under_map(courier.id, self._reader.of(chat))

        async def send() -> int | None:
            sent = await carried_out(
                lambda buttons: self._bot.send_location(
                    chat.id,
                    **_place_of(courier),
                    live_period=LIVES,
                    disable_notification=chat.preferences.silent,
                    reply_parameters=_reply_of(each),
                    reply_markup=buttons,
                ),
                keyboard,
            )
            return sent.message_id if sent else None

        outcome = await self._tried(send, chat.id, each, until, spare=None)
        if isinstance(outcome, Later) and each.attempts + 1 >= MOST_ATTEMPTS:
            return Gone()
        if isinstance(outcome, Done):
            metrics.MAPS_SHOWN.inc()
            if each.former:
                with contextlib.suppress(TelegramError):  # it ends by itself
                    await self._bot.delete_message(chat.id, each.former)
        return outcome

    async def move(self, chat: Chat, courier: Courier, each: Map, *, until: float = inf) -> Outcome:
        """Moves the map, if there is a slot that no message needs: the next place comes soon.

        Bot API: editMessageLiveLocation.
        """
        keyboard = texts.under_map(courier.id, self._reader.of(chat))

        async def edit() -> int | None:
            await carried_out(
                lambda buttons: self._bot.edit_message_live_location(
                    chat.id,
                    each.message_id,
                    **_place_of(courier),
                    reply_markup=buttons,
                ),
                keyboard,
            )
            return each.message_id

        outcome = await self._tried(edit, chat.id, each, until, spare=STEP.total_seconds())
        if isinstance(outcome, Done):
            metrics.MAPS_MOVED.inc()
        return outcome

    async def end(self, each: Map, *, until: float = inf) -> Outcome:
        """Ends the live location. Bot API: stopMessageLiveLocation."""
        message_id = each.message_id or each.former

        async def stop() -> int | None:
            await carried_out(
                lambda _: self._bot.stop_message_live_location(each.chat_id, message_id), None
            )
            return message_id

        return await self._tried(stop, each.chat_id, each, until, spare=None)

    async def _tried(
        self,
        do: Callable[[], Awaitable[int | None]],
        chat_id: int,
        each: Map,
        until: float,
        *,
        spare: float | None,
    ) -> Outcome:
        """``spare``:

        seconds to wait for a slot that no message needs. None: waits its turn for one.
        """
        if later := await self._wait_for_a_slot(chat_id, spare):
            return later
        if is_over(until):
            return Later(timedelta())
        try:
            message_id = await do()
        except TelegramError as error:
            return self._failed(error, each)
        return Gone() if message_id is None else Done(message_id)

    async def _wait_for_a_slot(self, chat_id: int, spare: float | None) -> Later | None:
        if not self._pacer.halted_for(chat_id):
            if spare is not None:
                if await self._pacer.take_spare(spare):
                    return None
            else:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(SLOT_TIMEOUT):
                        if await self._pacer.take():
                            return None
        return Later(self._pacer.halted_for(chat_id))

    def _failed(self, error: TelegramError, each: Map) -> Outcome:
        if isinstance(error, BadRequest) and SAME.search(error.message):
            return Done(each.message_id or 0)
        failure = decide(error, each.attempts)
        log.warning("map_failed", chat=each.chat_id, error=error.message, decision=repr(failure))
        if isinstance(failure, Retry):
            return Later(failure.after, counts=failure.counts)
        return Gone()


def _reply_of(each: Map) -> ReplyParameters | None:
    """The map is sent even if the person has deleted that message."""
    if each.answers is None:
        return None
    return ReplyParameters(each.answers, allow_sending_without_reply=True)


def _place_of(courier: Courier) -> dict[str, Any]:
    """python-telegram-bot takes a latitude of 0 for none, but not within a `Location`."""
    place = courier.place
    if place is None:
        raise TypeError("a courier without a known place cannot be shown")
    return {
        "location": Location(place.longitude, place.latitude),
        "horizontal_accuracy": place.accuracy,
        "heading": place.heading,
    }
