"""Link tokens: taken by one chat, finished once."""

import asyncio

import pytest
from pymongo.errors import DuplicateKeyError

from storage.link_tokens import LinkTokens
from storage.models import LinkToken
from storage.mongo import Mongo
from storage.whose import account
from tests.support.news import NOON, minutes

ALICE, BOB = 1001, 1002
EXPIRY = NOON + minutes(15)
TOKEN = LinkToken(id="hash-1", code_hash="code-1", whose=account("customer-1"), expires_at=EXPIRY)


@pytest.fixture
async def tokens(mongo: Mongo) -> LinkTokens:
    tokens = LinkTokens(mongo)
    await tokens.add(TOKEN)
    return tokens


async def test_a_token_is_found_by_either_of_its_secrets(tokens: LinkTokens) -> None:
    assert await tokens.find({"_id": "hash-1"}, NOON) == TOKEN
    assert await tokens.find({"code_hash": "code-1"}, NOON) == TOKEN
    assert await tokens.find({"_id": "code-1"}, NOON) is None


async def test_a_token_that_is_taken_is_refused(tokens: LinkTokens) -> None:
    with pytest.raises(DuplicateKeyError):
        await tokens.add(TOKEN.model_copy(update={"code_hash": "code-2"}))
    assert await tokens.find({"_id": "hash-1"}, NOON) == TOKEN


async def test_a_code_that_two_tokens_have_opens_neither_while_both_last(
    tokens: LinkTokens,
) -> None:
    """It does not say whom to link. Each is found by its own token as ever."""
    later = TOKEN.model_copy(
        update={"id": "hash-2", "customer_id": "customer-2", "expires_at": EXPIRY + minutes(1)}
    )
    await tokens.add(later)
    assert await tokens.find({"code_hash": "code-1"}, NOON) is None
    assert await tokens.find({"_id": "hash-1"}, NOON) == TOKEN
    assert await tokens.find({"_id": "hash-2"}, NOON) == later
    assert await tokens.find({"code_hash": "code-1"}, EXPIRY) == later


async def test_an_expired_token_is_neither_found_nor_used(tokens: LinkTokens) -> None:
    assert await tokens.find({"_id": "hash-1"}, EXPIRY) is None
    assert not await tokens.use(TOKEN, ALICE, EXPIRY)


async def test_a_used_token_is_the_same_chat_s_until_it_is_finished(tokens: LinkTokens) -> None:
    assert await tokens.use(TOKEN, ALICE, NOON)
    assert await tokens.use(TOKEN, ALICE, NOON)
    assert not await tokens.use(TOKEN, BOB, NOON)
    await tokens.finish(TOKEN)
    assert not await tokens.use(TOKEN, ALICE, NOON)


async def test_a_finished_token_is_found_as_finished(tokens: LinkTokens) -> None:
    await tokens.use(TOKEN, ALICE, NOON)
    await tokens.finish(TOKEN)
    found = await tokens.find({"_id": "hash-1"}, NOON)
    assert found is not None
    assert (found.done, found.used_by) == (True, ALICE)


async def test_a_token_that_was_finished_unused_is_nobody_s(tokens: LinkTokens) -> None:
    await tokens.finish(TOKEN)
    assert not await tokens.use(TOKEN, ALICE, NOON)


async def test_of_fifty_chats_at_once_one_gets_the_token(tokens: LinkTokens) -> None:
    won = await asyncio.gather(*(tokens.use(TOKEN, ALICE + n, NOON) for n in range(50)))
    assert sum(won) == 1
    found = await tokens.find({"_id": "hash-1"}, NOON)
    assert found is not None
    assert found.used_by == ALICE + won.index(True)


async def test_only_what_expired_before_is_purged(tokens: LinkTokens) -> None:
    later = TOKEN.model_copy(
        update={"id": "hash-2", "code_hash": "code-2", "expires_at": EXPIRY + minutes(1)}
    )
    await tokens.add(later)
    assert await tokens.purge(EXPIRY) == 0
    assert [await tokens.purge(EXPIRY + minutes(1)) for _ in range(2)] == [1, 0]
    assert await tokens.find({"_id": "hash-2"}, NOON) == later


async def test_no_secret_stands_in_the_database(mongo: Mongo, tokens: LinkTokens) -> None:
    names = set(TOKEN.to_mongo())
    assert names == {
        *("_id", "reference", "code_hash", "whose", "many"),
        *("confirm", "expires_at", "tries", "done"),
    }
