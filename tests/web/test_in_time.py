"""Requests that wait for the database: not for long, and not too many."""

import asyncio
from importlib import import_module

import pytest

from handlers.web.problems import MOST_LATE, TryLater, in_time
from sandbox.waiting import TIMEOUT


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = import_module("handlers.web.problems")  # the package names a function so
    monkeypatch.setattr(problems, "LONGEST_WAIT", 0.05)


async def test_beside_many_that_are_late_nothing_is_begun_until_some_have_ended() -> None:
    database_is_back = asyncio.Event()
    begun = []

    async def work(number: int) -> int:
        begun.append(number)
        await database_is_back.wait()
        return number

    asked = await asyncio.gather(
        *(in_time(work(number)) for number in range(MOST_LATE)), return_exceptions=True
    )
    assert {type(answer) for answer in asked} == {TryLater}
    with pytest.raises(TryLater):
        await in_time(work(MOST_LATE))
    assert begun == list(range(MOST_LATE))

    database_is_back.set()
    await asyncio.sleep(0.01)
    assert await in_time(work(MOST_LATE)) == MOST_LATE


async def test_what_is_late_is_not_broken_off() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.1)
        ended.set()

    with pytest.raises(TryLater):
        await in_time(work())
    await asyncio.wait_for(ended.wait(), TIMEOUT)
