"""Personal text: sealed in the database, whole in the hands of who has a key."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic_core import PydanticSerializationError

from storage.chats import Chats
from storage.link_tokens import LinkTokens
from storage.models import Chat, Event, Item, LinkToken, Pickup
from storage.mongo import Driver, Mongo, connect
from storage.orders import Orders
from storage.phones import Phones
from storage.sealing import Seal, SealedWithAnotherKey
from storage.whose import account
from tests.conftest import ENCRYPTION_KEY
from tests.support.news import chat as a_chat
from tests.support.news import record

NEW_KEY = "q5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
GOODS, CODE, PHOTO, PAY = "Surprise ring", "pickup-4711", "https://p.test/1", "https://p.test/2"
NOTE, HINT = "Left with the neighbour", "alice@example.com"


@pytest.fixture
async def rotated(mongodb_uri: str, driver: Driver) -> AsyncIterator[Mongo]:
    """The same database for a program that seals with a new key and still has the old one."""
    mongo = connect(mongodb_uri, driver, Seal([NEW_KEY, ENCRYPTION_KEY]))
    yield mongo
    await mongo.close()


async def store(mongo: Mongo, order_id: str = "ord_1") -> None:
    event = Event(
        id=order_id,
        digest=b"",
        occurred_at=NOW,
        recorded_at=NOW,
        rank=1,
        status="placed",
        note=NOTE,
        goods=[Item(name=GOODS)],
        pickup=Pickup(code=CODE),
        photo_url=PHOTO,
        payment_url=PAY,
    )
    await record(Orders(mongo), order_id, event, customer_id="cus_1")


async def everything_in(mongo: Mongo) -> str:
    names = await mongo.database.list_collection_names()
    return repr([await mongo.database[name].find({}).to_list(100) for name in names])


async def note_of(mongo: Mongo, order_id: str = "ord_1") -> str | None:
    order = await Orders(mongo).get(order_id)
    assert order is not None
    return order.events[0].note


async def test_no_personal_text_stands_in_the_database(mongo: Mongo) -> None:
    await store(mongo)
    await Chats(mongo).link(a_chat(1, "cus_1", hint=HINT))
    await LinkTokens(mongo).add(
        LinkToken(id="t", code_hash="c", whose=account("cus_1"), account_hint=HINT, expires_at=NOW)
    )

    stored = await everything_in(mongo)

    assert "cus_1" in stored
    assert [told for told in (NOTE, HINT, GOODS, CODE, PHOTO, PAY) if told in stored] == []
    chat = await Chats(mongo).get(1)
    assert chat is not None
    assert (await note_of(mongo), chat.links[0].account_hint) == (NOTE, HINT)


async def test_after_a_rotation_old_text_is_read_and_new_text_needs_the_new_key(
    mongo: Mongo, rotated: Mongo
) -> None:
    await store(mongo)
    assert await note_of(rotated) == NOTE
    await store(rotated, "ord_2")
    assert await note_of(rotated, "ord_2") == NOTE
    assert await note_of(mongo, "ord_2") is None  # has the old key only


def test_an_unknown_key_and_a_changed_text_open_nothing() -> None:
    sealed = Seal([ENCRYPTION_KEY]).close(NOTE)
    for key, text in [(NEW_KEY, sealed), (ENCRYPTION_KEY, sealed[:-9] + b"AAAAAAAA=")]:
        with pytest.raises(SealedWithAnotherKey):
            Seal([key]).open(text)


def test_personal_text_is_neither_written_nor_read_without_a_seal() -> None:
    link = {"whose": "of cus_1", "reference": "link", "since": NOW}
    with pytest.raises(PydanticSerializationError, match="without a seal"):
        a_chat(hint=HINT).to_mongo()
    with pytest.raises(TypeError, match="without a seal"):
        Chat.from_mongo({"_id": 1, "links": [link | {"account_hint": b"sealed"}]})


# Fingerprints


NUMBER = "+256700000000"


async def test_a_number_is_found_by_whichever_key_it_was_kept_with(
    mongo: Mongo, rotated: Mongo
) -> None:
    await Phones(mongo).put("cus_1", NUMBER, HINT, NOW)
    await Phones(rotated).put("cus_2", NUMBER, HINT, NOW)
    found = await Phones(rotated).of_number(NUMBER, 10)
    assert [(phone.id, phone.account_hint) for phone in found] == [("cus_1", HINT), ("cus_2", HINT)]
    assert [phone.id for phone in await Phones(mongo).of_number(NUMBER, 10)] == ["cus_1"]
    assert NUMBER[1:] not in await everything_in(mongo)


def test_a_fingerprint_is_of_the_text_and_the_first_key() -> None:
    old, new = Seal([ENCRYPTION_KEY]), Seal([NEW_KEY, ENCRYPTION_KEY])
    assert old.fingerprint(NUMBER) == old.fingerprint(NUMBER) != old.fingerprint(NUMBER + "1")
    assert new.fingerprints(NUMBER) == [new.fingerprint(NUMBER), old.fingerprint(NUMBER)]
    assert len({*new.fingerprints(NUMBER)}) == 2
    assert hashlib.sha256(NUMBER.encode()).digest() not in new.fingerprints(NUMBER)
