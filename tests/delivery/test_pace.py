"""The pace of the pushes: shares of the rate, and halts, across replicas."""

import asyncio
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest

from bot.delivery.pace import LOOK, Pacer
from storage.errors import DatabaseError
from storage.mongo import Mongo, connect
from storage.pace import Pace
from tests.support.commands import COMMANDS
from tests.support.drivers import BOTH, one
from tests.support.news import NOON
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until

pytestmark = pytest.mark.own_database

RATE = 28
SECOND = timedelta(seconds=1)

on_both_drivers = pytest.mark.parametrize("driver", BOTH)


@pytest.fixture
def pace(mongo: Mongo) -> Pace:
    return Pace(mongo)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A larger share counts at once: what was sent in the last second is not what is tested."""
    monkeypatch.setattr("bot.delivery.pace.SETTLING", 1)


@asynccontextmanager
async def running(pace: Pace, rate: float = RATE) -> AsyncIterator[Pacer]:
    pacer = Pacer(pace, rate=rate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(pacer.run())
        yield pacer
        pacer.stop()


async def has_share(pacer: Pacer, share: float) -> None:
    async def it_has() -> bool:
        return pacer.share == share

    await until(it_has)


async def takes(pacer: Pacer) -> bool:
    return pacer.try_take()


async def halted(pacer: Pacer) -> bool:
    return pacer.halted_for() > timedelta()


# In the database


@on_both_drivers
async def test_a_beat_tells_who_else_is_there_by_the_databases_clock(pace: Pace) -> None:
    await pace.beat("alice", 14, NOON)
    state = await pace.beat("bob", 9, NOON)
    assert {name: replica.share for name, replica in state.replicas.items()} == {
        "alice": 14,
        "bob": 9,
    }
    assert timedelta() <= state.replicas["bob"].seen_at - state.replicas["alice"].seen_at < SECOND
    assert await pace.look() == state


@on_both_drivers
async def test_who_leaves_or_is_forgotten_goes_from_the_document(pace: Pace) -> None:
    for name in ("alice", "bob", "charlie"):
        await pace.beat(name, 9, NOON)
    await pace.leave("bob")
    state = await pace.beat("alice", 9, NOON, forget=["charlie"])
    assert set(state.replicas) == {"alice"}


@on_both_drivers
async def test_of_two_halts_the_later_end_holds(pace: Pace) -> None:
    assert (await pace.look()).halted_until is None
    await pace.halt(NOON + timedelta(seconds=30))
    until = (await pace.look()).halted_until
    await pace.halt(NOON + timedelta(seconds=5))
    assert (await pace.look()).halted_until == until == NOON + timedelta(seconds=30)
    await pace.halt(NOON + timedelta(seconds=60))
    assert (await pace.look()).halted_until == NOON + timedelta(seconds=60)


# Replicas


async def test_one_that_is_alone_has_the_whole_rate_with_its_first_beat(
    pace: Pace, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.pace.BEAT", 60)
    with COMMANDS.of(mongo.database.name) as commands:
        async with running(pace) as pacer:
            await has_share(pacer, RATE)
            await pacer.take()
            sent = [next(iter(command)) for command in commands]
    assert sent.count("update") == 1


async def test_replicas_share_the_rate_and_inherit_from_one_that_leaves(pace: Pace) -> None:
    async with running(pace) as alice:
        await has_share(alice, RATE)
        async with running(pace) as bob:
            await has_share(bob, 14)
            assert alice.share == 14
            left = time.monotonic()
        assert not bob.try_take()
        assert len((await pace.look()).replicas) == 1
        await has_share(alice, RATE)
        assert time.monotonic() - left >= 1


async def test_one_that_finds_room_beside_others_still_waits_for_their_last_second_to_pass(
    pace: Pace,
) -> None:
    began = time.monotonic()
    async with running(pace) as alice:

        async def she_has_half_of_it() -> bool:
            await pace.beat("bob", 14, NOON)
            return alice.share == 14

        await pace.beat("bob", 14, NOON)
        await until(she_has_half_of_it)
    assert time.monotonic() - began >= 1


async def test_one_that_died_long_ago_is_not_counted_and_goes(pace: Pace, mongo: Mongo) -> None:
    await pace.beat("bob", RATE, NOON)
    hour_ago = {"replicas.bob.seen_at": (await pace.look()).replicas["bob"].seen_at - 3600 * SECOND}
    await mongo.database["pace"].update_one({}, {"$set": hour_ago})
    async with running(pace) as alice:
        await has_share(alice, RATE)

        async def bob_is_gone() -> bool:
            return "bob" not in (await pace.look()).replicas

        await until(bob_is_gone)


async def test_a_message_costs_no_database_operation(pace: Pace, mongo: Mongo) -> None:
    async with running(pace, rate=1000) as pacer:
        await pacer.take()
        began = time.monotonic()
        with COMMANDS.of(mongo.database.name) as commands:
            for _ in range(300):
                await pacer.take()
            took = time.monotonic() - began
            assert len(commands) <= 2 + took / LOOK


async def test_while_the_database_is_away_a_share_is_kept_until_its_lease_ends(
    mongodb_uri: str, pace: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", 0.5)
    monkeypatch.setattr("bot.delivery.pace.BEAT", LOOK)
    monkeypatch.setattr("bot.delivery.pace.LEASE", 5)

    async def shares_with_bob() -> bool:
        await pace.beat("bob", 14, NOON)
        return pacer.share == 14

    async with cable_to(mongodb_uri) as (cable, far), running(Pace(far)) as pacer:
        await has_share(pacer, RATE)
        cable.cut()
        for _ in range(2):
            with pytest.raises(DatabaseError):
                await Pace(far).look()
        assert pacer.share == RATE
        await has_share(pacer, 0)
        cable.mend()
        await until(shares_with_bob)


# Halts


@pytest.mark.usefixtures("hasty")
async def test_a_halt_holds_here_at_once_and_elsewhere_soon_and_ends_in_time(pace: Pace) -> None:
    async with running(pace) as alice, running(pace) as bob:
        await has_share(alice, 14)
        await has_share(bob, 14)
        began = time.monotonic()
        await alice.halt(3 * SECOND)
        assert not alice.try_take()
        await until(lambda: halted(bob))
        assert not bob.try_take()
        assert not await alice.take()
        assert not await bob.take()
        for pacer in (alice, bob):
            await until(partial(takes, pacer))
        assert time.monotonic() - began >= 3
        assert alice.halted_for() == bob.halted_for() == timedelta()


async def test_a_shorter_halt_does_not_end_a_longer_one(pace: Pace) -> None:
    pacer = Pacer(pace, rate=RATE)
    await pacer.halt(timedelta(seconds=30))
    await pacer.halt(SECOND)
    assert pacer.halted_for() > 29 * SECOND


async def test_a_halt_that_cannot_be_written_holds_here_and_is_told_later(
    mongodb_uri: str, pace: Pace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.mongo.OPERATION_TIMEOUT", 0.5)
    async with cable_to(mongodb_uri) as (cable, far), running(Pace(far)) as pacer:
        await has_share(pacer, RATE)
        cable.cut()
        await pacer.halt(timedelta(minutes=1))
        assert not pacer.try_take()
        assert (await pace.look()).halted_until is None
        cable.mend()

        async def others_know() -> bool:
            return (await pace.look()).halted_until is not None

        await until(others_know)


@asynccontextmanager
async def cable_to(uri: str) -> AsyncIterator[tuple[TcpProxy, Mongo]]:
    """Another connection to the same database, over a cable that can be cut."""
    parts = urlsplit(uri)
    assert parts.hostname
    assert parts.port
    with TcpProxy(parts.hostname, parts.port) as cable:
        address = parts.netloc.replace(f":{parts.port}", f":{cable.port}")
        mongo = connect(parts._replace(netloc=address).geturl(), one("motor"))
        try:
            yield cable, mongo
        finally:
            await mongo.close()


# Processes


class Sending:
    """A process that takes every slot it can get (`tests.support.paced`)."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.taken: list[tuple[float, float]] = []  # moments between which a slot was taken

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            if line.endswith(b"\n"):
                before, after = map(float, line.split())
                self.taken.append((before, after))

    def within(self, start: float, end: float) -> int:
        return sum(start <= after < end for _, after in self.taken)


@asynccontextmanager
async def sending(uri: str) -> AsyncIterator[Sending]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.paced", uri, str(RATE)),
        stdout=asyncio.subprocess.PIPE,
    )
    replica = Sending(process)
    reading = asyncio.create_task(replica.read())
    try:
        yield replica
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await reading


async def has_had_a_second_of(share: float, *replicas: Sending, since: float) -> None:
    """Waits for a second in which each of them took nine tenths of its share or more.

    That is what a share is good for, however long a busy machine keeps them from using it.
    """

    async def they_have() -> bool:
        ends = [after for _, after in replicas[0].taken if after >= since + 1]
        return any(
            all(replica.within(end - 1, end) >= 0.9 * share for replica in replicas) for end in ends
        )

    await until(they_have, within=60)


async def test_processes_together_keep_the_rate_and_use_it_as_they_come_and_are_killed(
    mongodb_uri: str,
) -> None:
    async with sending(mongodb_uri) as alice:
        await has_had_a_second_of(RATE, alice, since=0)
        async with sending(mongodb_uri) as bob:
            await has_had_a_second_of(RATE / 2, alice, bob, since=0)
            bob.process.kill()
            await bob.process.wait()
        await has_had_a_second_of(RATE, alice, since=time.monotonic())
    taken = sorted(alice.taken + bob.taken)
    assert len(taken) > 3 * RATE
    for (earliest, _), (_, latest) in zip(taken, taken[RATE:], strict=False):
        assert latest - earliest >= 1


async def test_a_spare_slot_is_taken_only_while_nobody_waits_for_one(
    hasty: None, pace: Pace
) -> None:
    async with running(pace, rate=4) as pacer:
        await has_share(pacer, 4)
        assert await pacer.take_spare(1)
        order: list[str] = []

        async def news(count: int) -> None:
            for _ in range(count):
                assert await pacer.take()
                order.append("news")

        async def a_move() -> None:
            order.append("move" if await pacer.take_spare(20) else "none")

        await asyncio.gather(news(4), a_move(), a_move())
        assert order == ["news"] * 4 + ["move"] * 2
        waiting = asyncio.create_task(news(8))
        await asyncio.sleep(0)
        assert not await pacer.take_spare(0.3)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_there_is_no_spare_slot_in_a_halt(hasty: None, pace: Pace) -> None:
    async with running(pace) as pacer:
        await has_share(pacer, RATE)
        await pacer.halt(30 * SECOND)
        assert not await pacer.take_spare(10)
