"""Opinions: one for a chat and an order, changed for a while, read in the order of being said."""

import asyncio
from datetime import timedelta

import pytest

from storage.feedback import Opinions
from storage.models import Opinion, Rating
from storage.mongo import Mongo
from tests.support.news import NOON, minutes, opinion

ALICE, BOB = 1001, 1002
LONG_AGO = NOON - timedelta(days=7)
LATER = NOON + minutes(9999)


@pytest.fixture
def opinions(mongo: Mongo) -> Opinions:
    return Opinions(mongo)


async def says(opinions: Opinions, said: Opinion) -> bool:
    return await opinions.say(said, since=LONG_AGO)


async def kept(opinions: Opinions, chat_id: int = ALICE) -> Opinion:
    found = await opinions.get(chat_id, "ord_1")
    assert found is not None
    return found


async def test_an_opinion_is_kept_and_changed_in_its_place(opinions: Opinions) -> None:
    first = opinion()
    assert await says(opinions, first)
    assert await kept(opinions) == first
    assert await says(opinions, opinion(rating="bad", after=5))
    changed = await kept(opinions)
    assert changed == first.model_copy(update={"rating": "bad", "at": NOON + minutes(5)})


async def test_one_that_was_given_too_long_ago_stays(opinions: Opinions) -> None:
    await says(opinions, opinion())
    late = opinion(rating="bad", after=5)
    assert not await opinions.say(late, since=NOON)
    assert (await kept(opinions)).rating == "good"
    assert await opinions.say(late, since=NOON - timedelta(milliseconds=1))


async def test_of_many_at_once_one_is_kept(opinions: Opinions, mongo: Mongo) -> None:
    ratings: list[Rating] = ["good", "fair", "bad"]
    said = [opinion(rating=rating) for rating in ratings * 8]
    assert all(await asyncio.gather(*(says(opinions, each) for each in said)))
    assert await mongo.database["feedback"].count_documents({}) == 1


async def test_a_comment_is_kept_if_its_message_asks_for_it(opinions: Opinions) -> None:
    await says(opinions, opinion())
    assert await opinions.asked_by(ALICE, 7, NOON) is None
    assert await opinions.ask(ALICE, "ord_1", prompt=7, until=NOON + minutes(60))
    asked = await opinions.asked_by(ALICE, 7, NOON)
    assert asked == await kept(opinions)
    assert await opinions.asked_by(BOB, 7, NOON) is None
    assert await opinions.asked_by(ALICE, 8, NOON) is None
    assert await opinions.asked_by(ALICE, 7, NOON + minutes(60)) is None
    assert not await opinions.comment(asked, "Late", NOON + minutes(60))
    assert await opinions.comment(asked, "Nice", NOON + minutes(3))
    commented = await kept(opinions)
    assert (commented.comment, commented.at) == ("Nice", NOON + minutes(3))
    assert (commented.prompt, commented.comment_until) == (None, None)
    assert not await opinions.comment(asked, "Again", NOON + minutes(3))


async def test_a_change_of_mind_leaves_the_comment(opinions: Opinions) -> None:
    await says(opinions, opinion())
    await opinions.ask(ALICE, "ord_1", prompt=7, until=LATER)
    await opinions.comment(await kept(opinions), "Nice", NOON)
    await says(opinions, opinion(rating="fair"))
    changed = await kept(opinions)
    assert (changed.rating, changed.comment) == ("fair", "Nice")


async def test_nothing_is_asked_of_who_said_nothing(opinions: Opinions, mongo: Mongo) -> None:
    assert not await opinions.ask(ALICE, "ord_1", prompt=7, until=LATER)
    assert await mongo.database["feedback"].count_documents({}) == 0


async def test_a_comment_is_sealed(opinions: Opinions, mongo: Mongo) -> None:
    await says(opinions, opinion())
    await opinions.ask(ALICE, "ord_1", prompt=7, until=LATER)
    await opinions.comment(await kept(opinions), "Canary comment", NOON)
    assert "Canary" not in repr(await mongo.database["feedback"].find_one({}))


async def test_those_of_an_order_are_told_by_everybody(opinions: Opinions) -> None:
    for said in (opinion(BOB, after=2), opinion(after=1), opinion(BOB, "ord_2")):
        await says(opinions, said)
    assert [found.chat_id for found in await opinions.of_order("ord_1")] == [ALICE, BOB]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_tell_each_once_in_order_also_of_one_moment(
    opinions: Opinions, limit: int
) -> None:
    said = [opinion(n, after=after) for n, after in enumerate([3, 1, 1, 2, 1, 1, 4])]
    for each in said:
        await says(opinions, each)
    found: list[Opinion] = []
    after = None
    for _ in said:
        if page := await opinions.page(after, until=NOON + minutes(3), limit=limit):
            assert len(page) <= limit
            found += page
            after = page[-1].at, page[-1].reference
    settled = [each for each in said if each.at <= NOON + minutes(3)]
    assert found == sorted(settled, key=lambda each: (each.at, each.reference))


async def test_what_is_changed_comes_again_at_the_end(opinions: Opinions) -> None:
    for said in (opinion(1, after=1), opinion(2, after=2)):
        await says(opinions, said)
    [first, second] = await opinions.page(None, until=LATER, limit=9)
    await says(opinions, opinion(1, after=3, rating="bad"))
    [again] = await opinions.page((second.at, second.reference), until=LATER, limit=9)
    assert (again.reference, again.rating) == (first.reference, "bad")
