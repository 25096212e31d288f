"""The queue of updates that the bot has not received yet."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import conflict
from sandbox.waiting import Signal

JsonObject = dict[str, Any]

_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True)
class Update:
    """Bot API: Update. Updates with the same `chat_id` are delivered in order."""

    id: int
    kind: str
    payload: JsonObject
    chat_id: int

    def as_json(self) -> JsonObject:
        return {"update_id": self.id, self.kind: self.payload}


@dataclass(slots=True)
class Webhook:
    """Bot API: WebhookInfo, and the secret, which is not shown."""

    url: str
    secret_token: str = ""
    max_connections: int = 40
    ip_address: str = ""
    last_error_date: int = 0
    last_error_message: str = ""

    def failed(self, message: str) -> None:
        self.last_error_date = int(time.time())
        self.last_error_message = message


@dataclass(slots=True)
class UpdateQueue:
    """Updates in order of arrival, until confirmed by an offset or accepted by a webhook."""

    allowed: tuple[str, ...] = ()
    webhook: Webhook | None = None
    changed: Signal = field(default_factory=Signal)
    _pending: dict[int, Update] = field(default_factory=dict)
    _next_id: int = field(default_factory=lambda: int(time.time()))
    """Starts with the time, so that no id is used again after a restart."""
    _poller: object = None
    _closed: bool = False

    def __len__(self) -> int:
        return len(self._pending)

    def __iter__(self) -> Iterator[Update]:
        return iter(self._pending.values())

    def put(self, kind: str, payload: JsonObject, chat_id: int) -> None:
        """Kinds that the bot did not request are dropped, as on the real server."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if wanted:
            self._pending[self._next_id] = Update(self._next_id, kind, payload, chat_id)
            self._next_id += 1
            self.changed.fire()

    def remove(self, update: Update) -> None:
        self._pending.pop(update.id, None)

    def clear(self) -> None:
        self._pending.clear()

    def close(self) -> None:
        """End waiting polls with no updates."""
        self._closed = True
        self.changed.fire()

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Setting a webhook ends a waiting poll."""
        self.webhook = webhook
        self.changed.fire()

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """Bot API: getUpdates. `seconds` is its `timeout`.

        Raises ApiError 409 when a webhook is set, or when another poller takes over. The real
        server also delays repeated 409s by three seconds.
        """
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._confirm(offset)
        batch = self._first(limit)
        if batch or not seconds:
            return batch
        return await self._wait(limit, seconds)

    @property
    def polled(self) -> bool:
        """Whether a poll is waiting."""
        return self._poller is not None

    async def _wait(self, limit: int, seconds: float) -> list[Update]:
        me = self._poller = object()
        self.changed.fire()
        try:
            await self.changed.until(lambda: self._poller is not me or self._has_news(), seconds)
            if self._poller is not me:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
        finally:
            if self._poller is me:
                self._poller = None
        if self.webhook:
            raise conflict("terminated by setWebhook request")
        return self._first(limit)

    def _has_news(self) -> bool:
        return bool(self._pending) or self._closed or self.webhook is not None

    def _confirm(self, offset: int) -> None:
        ids = list(self._pending)
        gone = ids[:offset] if offset < 0 else [i for i in ids if i < offset]
        for update_id in gone:
            del self._pending[update_id]

    def _first(self, limit: int) -> list[Update]:
        return [update for update, _ in zip(self._pending.values(), range(limit), strict=False)]
