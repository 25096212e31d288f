"""The limits themselves."""

from datetime import UTC, datetime, timedelta

import bson
import pytest

from bot.services.people.throttle import (
    CODES,
    LOOKUPS,
    TYPED,
    Limit,
    Throttle,
    TooManyTries,
    is_reached,
)
from storage.mongo import Mongo
from storage.throttles import Throttles
from tests.support.news import NOON

LIMIT = Limit("test", 3, timedelta(minutes=10))


def test_the_limits_are_five_codes_in_fifteen_minutes_and_twenty_orders_in_ten() -> None:
    assert (TYPED.misses, TYPED.within) == (60, timedelta(minutes=1))
    assert (CODES.misses, CODES.within) == (5, timedelta(minutes=15))
    assert (LOOKUPS.misses, LOOKUPS.within) == (20, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("minutes_ago", "reached"),
    [
        ([], False),
        ([0, 0], False),
        ([9, 5, 0], True),
        ([10, 5, 0], False),
        ([30, 20, 10], False),
        ([9, 9, 9, 9], True),
    ],
)
def test_only_misses_of_late_count(minutes_ago: list[float], reached: bool) -> None:
    misses = [NOON - timedelta(minutes=ago) for ago in minutes_ago]
    assert is_reached(LIMIT, misses, NOON) is reached


async def test_misses_are_known_to_every_replica(mongo: Mongo) -> None:
    one, other = (Throttle(Throttles(mongo), LIMIT) for _ in range(2))
    for throttle in (one, other, one):
        with pytest.raises(KeyError):
            async with throttle.trying(1001, miss=KeyError):
                raise KeyError
    for throttle in (one, other):
        with pytest.raises(TooManyTries) as caught:
            async with throttle.trying(1001, miss=KeyError):
                raise AssertionError("it was looked at")
        assert caught.value.wait == LIMIT.within
    async with other.trying(1002, miss=KeyError):
        pass


async def test_what_is_no_miss_counts_for_nothing(mongo: Mongo) -> None:
    throttle = Throttle(Throttles(mongo), LIMIT)
    for _ in range(4):
        with pytest.raises(ValueError, match="trouble"):
            async with throttle.trying(1001, miss=KeyError):
                raise ValueError("trouble")
        async with throttle.trying(1001, miss=KeyError):
            pass
    assert await mongo.database["throttles"].count_documents({}) == 0


async def test_a_ceiling_counts_the_misses_of_all_together(mongo: Mongo) -> None:
    throttle, ceiling = Throttle(Throttles(mongo), LIMIT), Limit("all", 5, timedelta(minutes=1))

    async def misses(person: int, ceiling: Limit | None) -> None:
        with pytest.raises(KeyError):
            async with throttle.trying(person, miss=KeyError, ceiling=ceiling):
                raise KeyError

    for person in range(1, 6):
        await misses(person, ceiling)
    with pytest.raises(TooManyTries) as caught:
        async with throttle.trying(6, miss=KeyError, ceiling=ceiling):
            raise AssertionError("it was looked at")
    assert caught.value.wait == ceiling.within
    await misses(6, None)


async def test_whose_misses_they_are_stands_nowhere(mongo: Mongo) -> None:
    await Throttle(Throttles(mongo), LIMIT).missed(1001)
    [kept] = await mongo.database["throttles"].find({}).to_list(None)
    assert kept.keys() == {"_id", "misses", "expires_at"}
    assert b"1001" not in bson.encode(kept)


async def test_no_more_is_kept_than_the_limit_needs_and_not_for_ever(mongo: Mongo) -> None:
    throttles, now = Throttles(mongo), datetime.now(UTC).replace(microsecond=0)
    for n in range(5):
        at, ends = now + timedelta(minutes=n), now + timedelta(hours=1 + n)
        await throttles.add(("test", 1001), at, keep=3, expires_at=ends)
    latest = [now + timedelta(minutes=n) for n in (2, 3, 4)]
    assert await throttles.misses(("test", 1001)) == [latest]
    [kept] = await mongo.database["throttles"].find({}).to_list(None)
    assert kept["expires_at"] == now + timedelta(hours=5)
    indexes = await mongo.database["throttles"].index_information()
    assert indexes["expiry"]["expireAfterSeconds"] == 0
