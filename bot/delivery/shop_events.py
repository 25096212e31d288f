"""Posts events back to the shop's webhook until it accepts them.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp
import structlog
from standardwebhooks import Webhook

from bot.delivery import metrics
from bot.delivery.guarding import guarded
from bot.delivery.policy import backoff
from storage.models import ShopEvent
from storage.shop_events import ShopEvents

DEADLINE = 15
"""Seconds that the shop may take for an answer."""
LEASE = timedelta(seconds=4 * DEADLINE)
"""How long a replica may try to post an event."""
TICK = 1.0
"""Seconds between two looks for events that are due: retries, and what other replicas left."""
AT_ONCE = 16
"""Events that are posted at the same time."""
KEPT = timedelta(days=3)
"""An event that is older is given up with the next failure."""
LONGEST_REST = timedelta(minutes=1)
"""A shop that is down is tried again after this time at the latest."""
GONE = timedelta(hours=1)
"""How long nothing is posted to a shop that has answered 410."""

FAILED = "shop_sender_failed"

log = structlog.get_logger()


class ShopSender:
    """Works from `run` until `stop`. `wake`: an event was just added."""

    def __init__(
        self, events: ShopEvents, *, url: str, secret: str, now: Callable[[], datetime]
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
        """Claims no more events. `run` returns when the work in hand is done."""
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
        """Posts the events that are due, at most `AT_ONCE`.

        Returns the shop's answers (`_attend`).
        """
        due = await guarded(self._events.due(self._now(), AT_ONCE), FAILED) or []
        attending = (guarded(self._attend(session, event), FAILED) for event in due)
        return await asyncio.gather(*attending)

    def _rest(self, answers: list[int | None]) -> timedelta | None:
        """How long to pause. None: the shop has accepted an event, or there was none."""
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
        """The status that the shop answered; 0: no answer. None: the event was not posted."""
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
        """The status; 0: no answer. Redirects are not followed: the operator chose the address."""
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


def _is_taken(answer: int) -> bool:
    return 200 <= answer < 300


async def _wait(happens: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(happens.wait(), seconds)
