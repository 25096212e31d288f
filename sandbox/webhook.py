"""Posting updates to the bot's webhook."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from sandbox.updates import Update, UpdateQueue, Webhook

_FIRST_DELAY = 0.1
_LONGEST_DELAY = 10.0


class WebhookDeliverer:
    """Delivers updates: each chat's in order, different chats concurrently, each until accepted.

    A failed post is repeated after 0.1 s, then twice as long each time up to 10 s, or after the
    answer's `Retry-After` (the real server's delays are longer). An answer may itself call a
    method. Source: Bot API, "Making requests when getting updates".
    """

    def __init__(
        self, updates: UpdateQueue, call: Callable[[str, Mapping[str, Any]], Awaitable[object]]
    ) -> None:
        self._updates = updates
        self._call = call
        self._busy: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="sandbox webhook")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            while True:
                due = await self._updates.changed.until(self._next)
                if due:
                    hook, update = due
                    self._busy.add(update.chat_id)
                    tasks.create_task(self._deliver(session, hook, update))

    def _next(self) -> tuple[Webhook, Update] | None:
        hook = self._updates.webhook
        if hook is None or len(self._busy) >= hook.max_connections:
            return None
        for update in self._updates:
            if update.chat_id not in self._busy:
                return hook, update
        return None

    async def _deliver(self, session: aiohttp.ClientSession, hook: Webhook, update: Update) -> None:
        delay = _FIRST_DELAY
        try:
            while self._updates.webhook is hook:
                wanted = await self._post(session, hook, update)
                if wanted == 0:
                    break
                await self._updates.changed.until(
                    lambda: self._updates.webhook is not hook, wanted or delay
                )
                delay = min(2 * delay, _LONGEST_DELAY)
        finally:
            self._busy.discard(update.chat_id)
            self._updates.changed.fire()

    async def _post(
        self, session: aiohttp.ClientSession, hook: Webhook, update: Update
    ) -> float | None:
        """0 if accepted; otherwise the seconds that the bot asked to wait, or None."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": hook.secret_token} if hook.secret_token else {}
        try:
            async with session.post(hook.url, json=update.as_json(), headers=secret) as response:
                if response.status // 100 == 2:
                    self._updates.remove(update)
                    await self._call_back(response.content_type, await response.read())
                    return 0
                hook.failed(f"Wrong response from the webhook: {response.status} {response.reason}")
                asked = response.headers.get("Retry-After", "")
                return float(asked) if asked.isdecimal() else None
        except (aiohttp.ClientError, TimeoutError) as error:
            hook.failed(f"{type(error).__name__}: {error}")
            return None

    async def _call_back(self, content_type: str, body: bytes) -> None:
        """Call the method in the answer's body. The bot does not get its result."""
        if content_type != "application/json":
            return
        with contextlib.suppress(ValueError):
            found = json.loads(body)
            if isinstance(found, dict) and isinstance(found.get("method"), str):
                await self._call(found.pop("method"), found)
