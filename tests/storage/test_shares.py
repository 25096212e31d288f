"""Shares: found while they last, ended together for a chat and an order."""

from datetime import UTC, datetime

import pytest

from storage.models import Share
from storage.mongo import Mongo
from storage.shares import Shares
from storage.whose import account
from tests.support.news import minutes

ALICE, BOB = 1001, 1002
NOW = datetime.now(UTC).replace(microsecond=0)
EXPIRY = NOW + minutes(60)
"""By the database's own clock: an index ends what is over."""


def share(
    share_id: str, *, chat_id: int = ALICE, order_id: str = "ord_1", after: float = 0
) -> Share:
    return Share(
        id=share_id,
        chat_id=chat_id,
        order_id=order_id,
        whose=account("customer-1"),
        created_at=NOW + minutes(after),
        expires_at=EXPIRY,
    )


@pytest.fixture
async def shares(mongo: Mongo) -> Shares:
    """Two of alice's to one order, told in no order, one of hers to another, and one of bob's."""
    shares = Shares(mongo)
    for made in (
        share("a1"),
        share("a2", after=2),
        share("other", order_id="ord_2"),
        share("bob", chat_id=BOB),
    ):
        await shares.add(made)
    return shares


async def left(mongo: Mongo) -> set[str]:
    found = await mongo.database["shares"].find({}).to_list(None)
    return {document["_id"] for document in found}


async def test_a_share_is_found_until_it_expires(shares: Shares) -> None:
    assert await shares.find("a1", NOW) == share("a1")
    assert await shares.find("a1", EXPIRY) is None
    assert await shares.find("a3", NOW) is None


async def test_those_of_a_chat_and_an_order_are_told_the_latest_first(shares: Shares) -> None:
    assert [found.id for found in await shares.of_order(ALICE, "ord_1")] == ["a2", "a1"]
    assert await shares.of_order(BOB, "ord_2") == []


async def test_only_those_that_are_named_are_removed(shares: Shares, mongo: Mongo) -> None:
    await shares.remove([])
    await shares.remove(["a1", "bob", "nobody"])
    assert await left(mongo) == {"a2", "other"}
