"""python-telegram-bot's bot, with two additions: unparsed updates, and reports of 429s."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

from telegram.ext import ExtBot

from bot.telegram.errors import FloodControl, Unknowable
from bot.telegram.transport import AiohttpRequest

MOVES = frozenset({"editMessageLiveLocation"})
"""Calls that are repeated to many chats anyway. A 429 to one says nothing about other chats."""


class Flooded(Protocol):
    """Is called for each 429 of a chat, with the time for which nothing may be sent there.

    ``alone``: it says nothing about other chats.
    """

    async def __call__(self, chat_id: int, wait: timedelta, *, alone: bool = False) -> None: ...


async def _unheard(chat_id: int, wait: timedelta, *, alone: bool = False) -> None:
    """Does nothing."""


class TelegramBot(ExtBot[None]):
    """``flooded``: is called for each 429 of a chat, before the call raises it."""

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        request: AiohttpRequest,
        updates_request: AiohttpRequest,
        flooded: Flooded = _unheard,
    ) -> None:
        super().__init__(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=request,
            get_updates_request=updates_request,
        )
        self._flooded = flooded

    async def updates(
        self, *, offset: int | None, wait: int, kinds: Sequence[str] | None = None
    ) -> list[object]:
        """Unparsed updates: `get_updates` parses all of them or none. Raises `TelegramError`.

        Bot API: getUpdates.
        """
        asked = {"offset": offset, "timeout": wait, "allowed_updates": kinds}
        updates = await self._post("getUpdates", asked)
        if not isinstance(updates, list):
            raise Unknowable("Outcome unknown: the answer is no list of updates")
        return updates

    async def _do_post(self, endpoint: str, data: dict[str, Any], **how: Any) -> Any:
        try:
            return await super()._do_post(endpoint, data, **how)
        except FloodControl as flood:
            if isinstance(chat_id := data.get("chat_id"), int):
                await self._flooded(chat_id, flood.retry_after, alone=endpoint in MOVES)
            raise
