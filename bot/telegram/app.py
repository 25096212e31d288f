"""python-telegram-bot's application, and how it connects to Telegram."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes

from bot.delivery.sender import SEND_TIMEOUT
from bot.settings import Settings
from bot.telegram.bot import Flooded, TelegramBot
from bot.telegram.errors import TOKEN_REFUSED
from bot.telegram.presentation import present
from bot.telegram.reading import understood
from bot.telegram.transport import AiohttpRequest, is_unanswered
from bot.telegram.updates import KINDS, POLL, Inbox, Poller
from bot.texts.message import Reader
from storage.updates import Updates

POOL_TIMEOUT, CONNECT_TIMEOUT = 1, 4
"""Seconds to wait for a free connection, and to connect. The rest of `SEND_TIMEOUT` is for the
answer."""
WAITS = (1, 2, 5, 10, 30)
"""Seconds between two tries to reach Telegram at the start."""
CONNECTIONS = 256

log = structlog.get_logger()
App = Application[Any, Any, Any, Any, Any, Any]


class TokenRefused(Exception):
    """Telegram does not know the token."""


@dataclass(frozen=True)
class Talk:
    """The handlers of updates. ``register``: adds them to the application. ``services``: what they
    find as `context.bot_data`. ``is_question``: an update only asks, and may be answered twice."""

    services: object
    register: Callable[[App], None]
    is_question: Callable[[Update], bool]


class TelegramApp:
    """``bot`` can send once ``is_in_touch``. Updates are handled while `run` runs."""

    def __init__(
        self,
        settings: Settings,
        talk: Talk,
        reader: Reader,
        updates: Updates,
        *,
        flooded: Flooded,
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._listens = "bot" in settings.roles
        self.bot = _bot(settings, flooded)
        self._application = _application(self.bot, talk.services)
        talk.register(self._application)
        self.inbox = Inbox(self._application.process_update, updates, is_question=talk.is_question)
        self._poller = Poller(self.bot, self.inbox)
        self._presenting: asyncio.Task[None] | None = None
        self.is_in_touch = False
        self._settled = asyncio.Event()  # in touch, or stopping: either way, no more waiting

    @property
    def webhook_secret(self) -> str | None:
        """The secret in Telegram's webhook calls, the same on every replica.

        None: no webhook here.
        """
        if self._settings.public_url is None or not self._listens:
            return None
        token = self._settings.bot_token.get_secret_value()
        return hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()

    async def start(self) -> None:
        """Tries once to reach Telegram. Raises `TokenRefused`."""
        try:
            await self._introduce()
        except TelegramError as error:
            log.warning("telegram_away", error=error.message)

    async def run(self) -> None:
        """Reaches Telegram, however long that takes, and then takes updates until `stop`."""
        tries = 0
        while not await self._reached(within=WAITS[min(tries, len(WAITS) - 1)]):
            try:
                await self.start()
            except TokenRefused:
                log.error("token_refused", **TOKEN_REFUSED)  # noqa: TRY400
            tries += 1
        if not (self.is_in_touch and self._listens):
            return  # `stop` came first, or other replicas take them
        self._presenting = asyncio.create_task(present(self.bot, self._reader))
        if self._settings.public_url is None:
            await self._poller.run()
        await asyncio.wait({self._presenting})

    def stop(self) -> None:
        self._settled.set()
        self._poller.stop()
        if self._presenting:
            self._presenting.cancel()

    async def in_touch(self) -> bool:
        """Waits until Telegram is reached. False: `stop` came first."""
        await self._settled.wait()
        return self.is_in_touch

    async def ask_again(self) -> None:
        """Asks Telegram for any answer, if the latest call got none.

        A replica that has nothing to send would look out of touch until it has.
        """
        if self.is_in_touch and is_unanswered():
            with contextlib.suppress(TelegramError), understood():
                await self.bot.get_me()

    async def _reached(self, *, within: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), within)
        return self._settled.is_set()

    async def close(self) -> None:
        await self._application.shutdown()
        await self.bot.shutdown()  # it has a session even if Telegram was never reached

    async def _introduce(self) -> None:
        """Bot API: getMe, and setWebhook or deleteWebhook."""
        try:
            with understood():
                await self._application.initialize()
        except InvalidToken:  # its text holds the token
            raise TokenRefused from None
        if self._listens:
            await self._hear()
        self.is_in_touch = True
        self._settled.set()

    async def _hear(self) -> None:
        """Sets or deletes the webhook."""
        if self._settings.public_url is None:
            await self.bot.delete_webhook()
            return
        await self.bot.set_webhook(
            f"{self._settings.public_url}/telegram",
            secret_token=self.webhook_secret,
            allowed_updates=KINDS,
        )


def _application(bot: TelegramBot, services: object) -> App:
    # python-telegram-bot calls this type without arguments, which is the way to bring our own.
    as_bot_data = cast("type[Any]", lambda: services)
    context_types = ContextTypes(bot_data=as_bot_data)
    return Application.builder().bot(bot).context_types(context_types).updater(None).build()


def _bot(settings: Settings, flooded: Flooded) -> TelegramBot:
    return TelegramBot(
        settings.bot_token.get_secret_value(),
        api_url=settings.bot_api_url,
        request=_request(read_timeout=SEND_TIMEOUT - CONNECT_TIMEOUT - POOL_TIMEOUT),
        updates_request=_request(read_timeout=POLL + CONNECT_TIMEOUT),
        flooded=flooded,
    )


def _request(read_timeout: float) -> AiohttpRequest:
    return AiohttpRequest(
        connection_pool_size=CONNECTIONS,
        pool_timeout=POOL_TIMEOUT,
        connect_timeout=CONNECT_TIMEOUT,
        write_timeout=0,  # requests are small: to write one is part of the wait for an answer
        read_timeout=read_timeout,
    )
