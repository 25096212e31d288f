"""What is asked for while a call is on its way goes out together with the next one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextvars import ContextVar

import pytest

from sandbox.waiting import TIMEOUT
from storage.errors import Overloaded, is_passing
from storage.rounds import MOST_WAITING, Rounds
from tests.support.waiting import until

whose = ContextVar("whose", default="nobody's")
Answer = int | Exception


class Desk:
    """Answers a number with ten times as much, one call after the other, each when it is let go."""

    def __init__(self) -> None:
        self.calls: list[Sequence[int]] = []
        self.seen_by: list[str] = []
        self.wrong: dict[int, Exception] = {}
        self.failure: Exception | None = None
        self._let_go = asyncio.Semaphore(0)

    async def call(self, questions: Sequence[int]) -> list[Answer]:
        self.calls.append(questions)
        self.seen_by.append(whose.get())
        await self._let_go.acquire()
        if self.failure:
            raise self.failure
        return [self.wrong.get(each, each * 10) for each in questions]

    async def is_at(self, call: int) -> None:
        """Waits until so many calls have been made."""

        async def look() -> bool:
            return len(self.calls) == call

        await until(look)

    def let_go(self, calls: int = 1) -> None:
        for _ in range(calls):
            self._let_go.release()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def rounds(desk: Desk) -> AsyncIterator[Rounds[int, int]]:
    """Afterwards nobody is left who waits."""
    yield Rounds(desk.call, largest=3)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def asked(rounds: Rounds[int, int], *questions: int) -> list[asyncio.Task[int]]:
    """Each by somebody of their own, who has asked and waits."""
    askers = [asyncio.create_task(rounds.ask(each)) for each in questions]
    await asyncio.sleep(0)
    return askers


async def outcomes(*askers: asyncio.Task[int]) -> list[int | BaseException]:
    """What each got, be it an error; nobody waits for ever."""
    async with asyncio.timeout(TIMEOUT):
        return await asyncio.gather(*askers, return_exceptions=True)


async def test_where_nothing_is_on_its_way_a_question_goes_out_at_once(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    for n in (1, 2):
        (asker,) = await asked(rounds, n)
        await desk.is_at(n)
        desk.let_go()
        assert await outcomes(asker) == [n * 10]
    assert desk.calls == [[1], [2]]


async def test_what_is_asked_meanwhile_goes_out_together_and_each_gets_its_own_answer(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    first = await asked(rounds, 1)
    await desk.is_at(1)
    later = await asked(rounds, 2, 3)
    desk.let_go(2)
    assert await outcomes(*first, *later) == [10, 20, 30]
    assert desk.calls == [[1], [2, 3]]


async def test_what_is_asked_at_the_same_moment_goes_out_together(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    askers = await asked(rounds, 1, 2, 2)
    desk.let_go()
    assert await outcomes(*askers) == [10, 20, 20]
    assert desk.calls == [[1, 2, 2]]


async def test_a_call_asks_for_no_more_than_the_most_and_those_who_came_first_come_first(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    askers = await asked(rounds, *range(7))
    desk.let_go(3)
    assert await outcomes(*askers) == [n * 10 for n in range(7)]
    assert desk.calls == [[0, 1, 2], [3, 4, 5], [6]]


async def test_one_call_is_on_its_way_at_a_time(desk: Desk, rounds: Rounds[int, int]) -> None:
    await asked(rounds, 1)
    await desk.is_at(1)
    await asked(rounds, 2)
    await asked(rounds, 3)
    assert desk.calls == [[1]]


async def test_an_error_in_the_place_of_an_answer_is_that_asker_s_alone(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    desk.wrong[2] = ValueError("two")
    one, two, three = await asked(rounds, 1, 2, 3)
    desk.let_go()
    assert await outcomes(one, three) == [10, 30]
    assert two.exception() is desk.wrong[2]


async def test_a_call_that_fails_fails_for_all_who_are_in_it_and_for_nobody_else(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    desk.failure = ConnectionError("away")
    askers = await asked(rounds, 1, 2)
    await desk.is_at(1)
    later = await asked(rounds, 3)
    desk.let_go()
    assert await outcomes(*askers) == [desk.failure] * 2
    await desk.is_at(2)
    desk.failure = None
    desk.let_go()
    assert await outcomes(*later) == [30]


@pytest.mark.parametrize("is_on_its_way", [True, False], ids=["on its way", "waiting"])
async def test_who_is_cancelled_takes_nothing_from_the_others(
    desk: Desk, rounds: Rounds[int, int], is_on_its_way: bool
) -> None:
    """Not even who came first, and with whom it all began."""
    one, two = await asked(rounds, 1, 2)
    if is_on_its_way:
        await desk.is_at(1)
    one.cancel()
    (three,) = await asked(rounds, 3)
    desk.let_go(2)
    assert await outcomes(two, three) == [20, 30]
    assert one.cancelled()


async def test_who_is_cancelled_needs_no_error_either(desk: Desk, rounds: Rounds[int, int]) -> None:
    desk.failure = ConnectionError("away")
    one, two = await asked(rounds, 1, 2)
    await desk.is_at(1)
    one.cancel()
    desk.let_go()
    assert await outcomes(two) == [desk.failure]


async def test_beyond_the_most_that_may_wait_who_asks_is_refused_at_once(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    """What is on its way does not wait any more."""
    on_their_way = await asked(rounds, 0)
    await desk.is_at(1)
    waiting = await asked(rounds, *range(MOST_WAITING))
    assert not any(asker.done() for asker in waiting)
    (refused,) = await outcomes(*await asked(rounds, 1))
    assert isinstance(refused, Overloaded)
    assert is_passing(refused)

    desk.let_go()
    await outcomes(*on_their_way)
    await desk.is_at(2)  # so there is room again
    again = await asked(rounds, 7)
    desk.let_go(MOST_WAITING)
    assert await outcomes(*waiting, *again) == [n * 10 for n in [*range(MOST_WAITING), 7]]


async def test_what_happens_on_the_way_is_nobody_s_in_particular(
    desk: Desk, rounds: Rounds[int, int]
) -> None:
    """Or else what is logged then would be logged as the first one's."""
    token = whose.set("alice's")
    askers = await asked(rounds, 1)
    whose.reset(token)
    desk.let_go()
    await outcomes(*askers)
    assert desk.seen_by == ["nobody's"]
