"""One soak test from beginning to end: calm, faults, quiet, checks."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bench.soak.backup import restored
from bench.soak.faults import Trouble, Troublemaker
from bench.soak.phones import Received, fullest_second, is_ok, news
from bench.soak.reckoning import Reckoning, p50_p95, waits
from bench.soak.shop import TIMEOUT, Event, Shop
from bench.soak.stage import AHEAD, RATE, Stage, stage
from sandbox import Call
from storage.mongo import Mongo
from tests.reliability.state import State

SETTLING = timedelta(seconds=80)
"""The part of the time for the start and the quiet end: a killed sender's lease lasts 60 s."""
LONGEST_QUIET = 120.0
"""Seconds after which an unsent message counts as lost."""
LOOK = 0.5
"""Seconds between two checks whether all is quiet."""


@dataclass(frozen=True)
class Report:
    """``broken``: every promise that was not kept. ``table``: the figures, in their order.

    ``troubles``: the faults and their times. ``logs``: by replica, the lines of all its processes.
    """

    broken: list[str]
    table: dict[str, str]
    troubles: list[str]
    logs: list[list[dict[str, Any]]]


@dataclass(frozen=True)
class Ran:
    """The results of a run, to be checked. ``received``: by person."""

    scene: Stage
    events: list[Event]
    log: list[Trouble]
    received: Mapping[str, list[Received]]
    began: datetime
    ended_calm: datetime
    quiet: float

    @property
    def sends(self) -> list[Call]:
        """Every attempt to send a message, whatever its outcome."""
        return [c for c in self.scene.sandbox.calls_of("sendMessage") if c.at > self.began]


async def soak(minutes: float, seed: int, rate: float) -> Report:
    """Posts ``rate`` events per second. Raises ValueError for less than two minutes."""
    active = (timedelta(minutes=minutes) - SETTLING).total_seconds()
    if minutes < 2:
        raise ValueError("a soak takes two minutes at least: a dead sender's lease lasts for one")
    chance = random.Random(seed)  # noqa: S311 - repeatable by its seed, not a secret
    async with stage(chance) as scene:
        shop = Shop(list(scene.homes), lambda: [r.url for r in scene.replicas], chance)
        troubles = Troublemaker(scene.replicas, scene.cable, scene.sandbox, scene.people, chance)
        calm = min(active / 4, 30)
        began = datetime.now(UTC)
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            trading = asyncio.create_task(shop.trade(session, rate, active))
            await asyncio.sleep(calm)
            third = (active - calm) / 3
            backup = restored(scene, troubles, shop, session, third)
            await asyncio.gather(troubles.make(active - calm), backup)
            await trading
            await shop.acknowledged(within=60)
        quiet = await _settled(scene)
        received = {person.name: news(person, scene.sandbox) for person in scene.people}
        ended_calm = began + timedelta(
            seconds=calm - 1
        )  # a wait that ends during the faults is caused by them
        ran = Ran(scene, shop.events, troubles.log, received, began, ended_calm, quiet)
        return await _reckoned(ran, shop.refusals)


async def _settled(scene: Stage) -> float:
    """Waits until nothing is left to send. Returns the seconds, at most `LONGEST_QUIET`."""
    loop, state = asyncio.get_running_loop(), State(scene.mongo)
    began = loop.time()
    with suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_QUIET):
            while True:
                if await state.is_settled():
                    break
                await asyncio.sleep(LOOK)
    return loop.time() - began


async def _reckoned(ran: Ran, refusals: list[str]) -> Report:
    scene, reckoning = ran.scene, Reckoning(list(refusals))
    reckoning.events(ran.events, await _stored(scene.mongo))
    for customer, home in scene.homes.items():
        steps = _progress(ran.events, customer)
        for person in home:
            received = ran.received[person.name]
            reckoning.phone(person.name, received, steps, ran.log)
            reckoning.repeats(person.name, received, ran.log)
    most, at = fullest_second([call.at for call in ran.sends])
    reckoning.rate(most, at, RATE)
    p50, p95 = p50_p95(list(_waits_undisturbed(ran)))
    reckoning.delays(p95)
    return Report(
        reckoning.broken,
        _of_the_shop(ran.events)
        | {
            "messages": str(reckoning.messages),
            "most in one second": f"{most} of {RATE}",
        }
        | _of_troubles(ran)
        | {
            "uncertain": f"{_uncertain(scene)} sends, {reckoning.unknowable} of which arrived",
            "told twice": _listed(reckoning.duplicates),
            "losses": str(reckoning.losses),
            "quiet after": f"{ran.quiet:.0f} s",
            "2xx to message": f"p50 {p50:.0f} ms, p95 {p95:.0f} ms while one chat is limited",
            "clocks": f"one {AHEAD} s ahead" if scene.has_clocks_apart else "right: no C compiler",
            "errors logged": _listed(_errors(scene)),
        },
        [f"{t.began:%X.%f} to {t.ended:%X.%f} {t.kind}" for t in ran.log],
        [replica.logs for replica in scene.replicas],
    )


def _of_the_shop(events: list[Event]) -> dict[str, str]:
    answers = Counter(answer for event in events for answer in event.answers)
    return {
        "events": str(len(events)),
        "posted": f"{sum(event.posts for event in events)} times",
        "recorded": str(answers["recorded"]),
        "duplicates answered": str(answers["duplicate"]),
    }


def _of_troubles(ran: Ran) -> dict[str, str]:
    kinds = Counter(trouble.kind for trouble in ran.log)
    failed = Counter(str(call.status or "no answer") for call in ran.sends if not is_ok(call))
    return {
        "kills": str(kinds["kill"]),
        "pauses": str(kinds["pause"]),
        "database": _listed({k: n for k, n in kinds.items() if k.startswith("database")}),
        "blocks": str(kinds["block"]),
        "Telegram failed": _listed(failed),
    }


def _waits_undisturbed(ran: Ran) -> Iterator[float]:
    """The waits in milliseconds, except for the chat that is always limited."""
    for name, received in ran.received.items():
        if name != ran.scene.limited.name:
            yield from waits(ran.events, received, ran.ended_calm)


async def _stored(mongo: Mongo) -> Mapping[str, int]:
    """How often each event's id is in the database."""
    found = await mongo.database["orders"].find({}, {"events.id": 1}).to_list(None)
    return Counter(event["id"] for order in found for event in order["events"])


def _progress(events: list[Event], customer: str) -> Mapping[str, int]:
    """The furthest step of each of the customer's orders that the service accepted."""
    taken = [e for e in events if e.order.customer_id == customer and e.acknowledged_at]
    return {event.order.id: event.step for event in sorted(taken, key=lambda event: event.step)}


def _uncertain(scene: Stage) -> int:
    lines = [line for replica in scene.replicas for line in replica.logs]
    return sum(str(line.get("error")).startswith("Outcome unknown") for line in lines)


def _errors(scene: Stage) -> Mapping[str, int]:
    lines = [line for replica in scene.replicas for line in replica.logs]
    errors = (str(line["event"]) for line in lines if line.get("level") == "error")
    return Counter(
        error.partition(" (")[0] for error in errors
    )  # APScheduler adds a date in parentheses


def _listed(counts: Mapping[str, int]) -> str:
    kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
    return f"{sum(counts.values())} ({kinds})" if kinds else "0"
