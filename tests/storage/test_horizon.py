"""Reading a backlog bit by bit: nothing is missed, and little is read that is not wanted yet."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from storage.horizon import Horizon
from tests.support.news import NOON

LIMIT = 200
WAITING = 10_000


class Backlog:
    """Served as the dispatcher does: the oldest few are read, and half of them leave.

    ``read``: by look, how many were read for it, and in how many queries.
    """

    def __init__(self, since: list[datetime]) -> None:
        self.since = sorted(since)
        self.read: list[tuple[int, int]] = []
        self._horizon = Horizon()

    def look(self, now: datetime) -> list[datetime]:
        read = queries = 0
        while True:
            until = self._horizon.next(now)
            matched = [moment for moment in self.since if moment <= until]
            read, queries, found = read + len(matched), queries + 1, matched[:LIMIT]
            if len(found) == LIMIT:
                self._horizon.found_enough(found[0], found[-1])
            else:
                self._horizon.found_little()
            if len(found) == LIMIT or until == now:
                self.read.append((read, queries))
                return found

    def serve(self) -> None:
        del self.since[: LIMIT // 2]


SPANS: dict[str, Callable[[int], timedelta]] = {
    "an hour": lambda n: timedelta(hours=1) * n / WAITING,
    "a second": lambda n: timedelta(seconds=1) * n / WAITING,
    "a year": lambda n: timedelta(days=365) * n / WAITING,
    "fewer and fewer": lambda n: timedelta(hours=1) * (n / WAITING) ** 4,
    "more and more": lambda n: timedelta(hours=1) * (1 - (1 - n / WAITING) ** 4),
}


@pytest.mark.parametrize("span", SPANS)
def test_a_look_into_a_backlog_reads_little_more_than_it_wants(span: str) -> None:
    backlog = Backlog([NOON - SPANS[span](n) for n in range(1, WAITING + 1)])
    now = NOON
    while backlog.since:
        now += timedelta(seconds=4)
        assert backlog.look(now) == backlog.since[:LIMIT]
        backlog.serve()
    (_, first_queries), *later = backlog.read
    assert first_queries < 20
    reads = [read for read, _ in later]
    assert sum(reads) / len(reads) < 4 * LIMIT
    assert max(queries for _, queries in later) < 60


def test_when_nothing_waits_a_look_is_one_query() -> None:
    idle = Backlog([])
    for second in range(10):
        assert idle.look(NOON + timedelta(seconds=second)) == []
    (_, first_queries), *later = idle.read
    assert first_queries < 15
    assert [queries for _, queries in later] == [1] * 9


def test_what_comes_later_and_is_older_is_found_all_the_same() -> None:
    chance = random.Random(1)
    backlog = Backlog([])
    now = NOON
    for _ in range(300):
        now += timedelta(seconds=chance.expovariate(1))
        many = chance.choice([0, 1, 300])
        backlog.since += [now - timedelta(days=chance.expovariate(3)) for _ in range(many)]
        backlog.since.sort()
        assert backlog.look(now) == backlog.since[:LIMIT]
        if chance.random() < 0.7:
            backlog.serve()


def test_a_clock_that_is_set_back_hides_nothing() -> None:
    backlog = Backlog([NOON, NOON + timedelta(hours=2)])
    assert backlog.look(NOON + timedelta(hours=3)) == backlog.since
    assert backlog.look(NOON + timedelta(hours=1)) == backlog.since[:1]
