"""The way back: brings what the shop is to know to its webhook, until it has taken it.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import structlog
from standardwebhooks import Webhook

from bot.delivery import metrics
from bot.delivery.policy import backoff
from storage.errors import DatabaseError
from storage.models import ShopEvent
from storage.shop_events import ShopEvents

DEADLINE = 15
"""Seconds that the shop may take for an answer."""
LEASE = timedelta(seconds=4 * DEADLINE)
TICK = 1.0
"""Seconds between looks for what other replicas, retries and expired leases left to do."""
AT_ONCE = 16
KEPT = timedelta(days=3)
"""How old an event is when one more failure is its last."""
LONGEST_REST = timedelta(minutes=1)
"""A shop that is down is asked again that soon, whatever waits for it."""
GONE = timedelta(hours=1)
"""How long a shop is left alone that has answered 410."""

log = structlog.get_logger()
T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


class ShopSender:
    """Runs from `run` to `stop`; `wake` it for an event that was just added."""

    def __init__(
        self, events: ShopEvents, *, url: str, secret: str, now: Callable[[], datetime] = _now
    ) -> None:
        self._events = events
        self._url = url
        self.sign_with(secret)
        self._now = now
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._failures = 0  # rounds in a row in which the shop took nothing

    def sign_with(self, secret: str) -> None:
        self._webhook = Webhook(secret)

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Claims nothing more; `run` returns when what is in hand is done."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        timeout = aiohttp.ClientTimeout(total=DEADLINE)
        async with aiohttp.ClientSession(
            timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
        ) as session:
            while not self._stopping.is_set():
                self._woken.clear()
                answers = await self._round(session)
                if rest := self._rest(answers):
                    await _wait(self._stopping, rest.total_seconds())
                elif len(answers) < AT_ONCE:
                    await _wait(self._woken, TICK)

    async def _round(self, session: aiohttp.ClientSession) -> list[int | None]:
        """Sends what is due, `AT_ONCE` at most: what the shop answered to each."""
        due = await _guarded(self._events.due(self._now(), AT_ONCE)) or []
        attending = (_guarded(self._attend(session, event)) for event in due)
        return await asyncio.gather(*attending)

    def _rest(self, answers: list[int | None]) -> timedelta | None:
        """How long the shop is left alone. Who takes one event is well."""
        statuses = [answer for answer in answers if answer is not None]
        if not statuses:
            return None
        if any(_is_taken(status) for status in statuses):
            self._failures = 0
            return None
        if HTTPStatus.GONE in statuses:
            log.error("shop_is_gone", why="SHOP_WEBHOOK_URL answers 410: tried again in an hour")
            return GONE
        self._failures += 1
        return min(backoff(self._failures), LONGEST_REST)

    async def _attend(self, session: aiohttp.ClientSession, event: ShopEvent) -> int | None:
        """The shop's answer, 0 for none. None: another replica has the event."""
        lease = secrets.token_hex(8)
        if not await self._events.claim(event, lease=lease, until=self._now() + LEASE):
            return None
        if event.body is None:
            await self._drop(event, "the key that it was sealed with is missing")
            return None
        answer = await self._post(session, event, event.body)
        if _is_taken(answer):
            await self._events.finish(event)
            metrics.SHOP_TOLD.inc()
        elif self._now() - event.at >= KEPT:
            await self._drop(event, f"it was refused for too long, at last with {answer}")
        else:
            log.warning("shop_not_told", shop_event=event.type, id=event.id, answer=answer)
            metrics.SHOP_RETRIED.inc()
            until = self._now() + backoff(event.attempts)
            await self._events.postpone(event, lease=lease, until=until)
        return answer

    async def _post(self, session: aiohttp.ClientSession, event: ShopEvent, body: str) -> int:
        """A redirection is an answer like others: what is signed goes where the operator said."""
        at = self._now()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._webhook.sign(event.id, at, body),
        }
        try:
            async with session.post(
                self._url, data=body.encode(), headers=headers, allow_redirects=False
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
            log.warning("shop_unreachable", error=type(error).__name__)
            return 0

    async def _drop(self, event: ShopEvent, why: str) -> None:
        await self._events.finish(event)
        metrics.SHOP_DROPPED.inc()
        log.error("shop_event_dropped", shop_event=event.type, id=event.id, why=why)


async def _guarded(work: Awaitable[T]) -> T | None:
    """One failure ends one piece of work. What it left undone is due when its lease has run out."""
    try:
        return await work
    except DatabaseError as error:
        log.warning("database_failed", error=type(error).__name__)
    except Exception:
        log.exception("shop_sender_failed")
    return None


def _is_taken(answer: int) -> bool:
    return 200 <= answer < 300


async def _wait(happens: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(happens.wait(), seconds)
