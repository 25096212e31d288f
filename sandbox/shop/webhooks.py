"""Posts the sample shop's events: signed, retried, and kept for the panel to show."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from standardwebhooks import Webhook

from sandbox.shop.data import iso, opaque_id

RETRY_DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each retry. A real shop retries for days; the demo gives up after a minute."""

_TIMEOUT = aiohttp.ClientTimeout(total=15)


@dataclass
class Event:
    """One event and the service's answer. `id` is the `webhook-id` of every attempt.

    `status` is the new state of the order or of its `parcel`; `answer` is the last HTTP status, or
    None if there was none; `result` says in a few words how the last attempt went.
    """

    type: str
    order_id: str
    status: str
    parcel: str | None
    body: str
    id: str = field(default_factory=lambda: opaque_id("msg"))
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    attempts: int = 0
    answer: int | None = None
    answer_body: str = ""
    result: str = "waiting"
    retry_after: float = 0.0

    @property
    def worth_a_retry(self) -> bool:
        return self.answer is None or self.answer == 429 or self.answer >= 500

    def as_json(self) -> dict[str, Any]:
        """What the panel shows: the headers with the signature, but not the secret."""
        return {
            "id": self.id,
            "type": self.type,
            "status": self.status,
            "parcel": self.parcel,
            "at": iso(self.at),
            "attempts": self.attempts,
            "answer": self.answer,
            "answer_body": self.answer_body,
            "result": self.result,
            "url": self.url,
            "headers": self.headers,
            "body": self.body,
        }


def new_event(kind: str, data: dict[str, Any]) -> Event:
    """An event of this `type` about the order in `data` (see `Order.move`), not yet posted."""
    body = {"type": kind, "timestamp": iso(datetime.now(UTC)), "data": data}
    text = json.dumps(body, ensure_ascii=False, indent=2)
    return Event(kind, data["order_id"], data.get("status", ""), data.get("parcel"), text)


class Webhooks:
    """Posts events to `{service_url}/webhooks/orders` as Standard Webhooks 1.0.

    `on_change` is called whenever something that the panel shows has changed.
    """

    def __init__(
        self, secret: str, on_change: Callable[[], None], retry_delays: Sequence[float]
    ) -> None:
        self._signer = Webhook(secret)
        self._on_change = on_change
        self._retry_delays = retry_delays

    async def post(self, session: aiohttp.ClientSession, service_url: str, event: Event) -> None:
        """Post until there is a final answer or no retries are left; `event` has the outcome."""
        for delay in (*self._retry_delays, None):
            await self.attempt(session, service_url, event)
            self._on_change()
            if delay is None or not event.worth_a_retry:
                return
            await asyncio.sleep(max(delay, event.retry_after))

    async def attempt(self, session: aiohttp.ClientSession, service_url: str, event: Event) -> None:
        """Post once, and note the outcome."""
        url = f"{service_url}/webhooks/orders"
        event.url, event.headers = url, self.sign(event)
        event.at = datetime.now(UTC)
        event.attempts += 1
        event.retry_after = 0.0
        try:
            async with session.post(
                url, data=event.body.encode(), headers=event.headers, timeout=_TIMEOUT
            ) as answer:
                event.answer_body = (await answer.text(errors="replace"))[:2000]
                event.answer = answer.status
                event.result = _in_words(event.answer_body) or (answer.reason or "")
                event.retry_after = _seconds(answer.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError):
            event.answer, event.answer_body, event.result = None, "", "no answer"

    def sign(self, event: Event) -> dict[str, str]:
        """The headers for posting the event now. The service accepts them for five minutes."""
        now = datetime.now(UTC)
        return {
            "content-type": "application/json",
            "webhook-id": event.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(event.id, now, event.body),
        }


def _in_words(body: str) -> str:
    """`result` of an answer, or the `title` of a problem (RFC 9457)."""
    with contextlib.suppress(ValueError):
        answer = json.loads(body)
        if isinstance(answer, dict):
            return str(answer.get("result") or answer.get("title") or "")
    return ""


def _seconds(retry_after: str | None) -> float:
    """The delta-seconds form of `Retry-After`; anything else counts as none given."""
    return float(retry_after) if retry_after and retry_after.isdecimal() else 0.0
