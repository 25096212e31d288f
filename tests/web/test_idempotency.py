"""`Idempotency-Key`: a write that bears one is done once, however often it is sent."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.shop.idempotency import PATIENCE
from storage.mongo import Mongo
from tests.support.shop import API_KEY, Answer, ShopBackend
from tests.web.conftest import on_both_drivers

PATH = "/api/v1/links"
GOOD = {"customer_id": "customer-1", "account_hint": "a•••@example.com"}


async def ask(shop: ShopBackend, key: str, body: dict[str, Any] = GOOD) -> Answer:
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": key}
    return await shop.request("POST", PATH, json=body, headers=headers)


@on_both_drivers
async def test_a_repeat_gets_the_first_answer(shop: ShopBackend, mongo: Mongo) -> None:
    first, repeat = await ask(shop, "order-page-1"), await ask(shop, "order-page-1")
    assert first.status == repeat.status == 201
    assert repeat.body == first.body
    assert await mongo.database["link_tokens"].count_documents({}) == 1


async def test_without_a_key_every_request_is_a_new_one(shop: ShopBackend) -> None:
    assert (await shop.connect("customer-1")) != (await shop.connect("customer-1"))


@pytest.mark.usefixtures("patient")
async def test_of_many_at_once_one_is_done(shop: ShopBackend, mongo: Mongo) -> None:
    answers = await asyncio.gather(*(ask(shop, "k") for _ in range(20)))
    assert {answer.status for answer in answers} <= {201, 409}
    assert len({answer.body["url"] for answer in answers if answer.status == 201}) == 1
    assert await mongo.database["link_tokens"].count_documents({}) == 1
    assert all(a.headers["Retry-After"] == "1" for a in answers if a.status == 409)


async def test_a_key_that_came_with_another_request_is_refused(shop: ShopBackend) -> None:
    await ask(shop, "k")
    answer = await ask(shop, "k", GOOD | {"customer_id": "customer-2"})
    assert answer.status == 422
    assert "came before with another request" in answer.body["detail"]


async def test_what_was_refused_may_be_mended_and_sent_with_the_same_key(
    shop: ShopBackend,
) -> None:
    await shop.api("DELETE", "/api/v1/customers/customer-2")
    assert (await ask(shop, "k", GOOD | {"customer_id": "customer-2"})).status == 422
    assert (await ask(shop, "k")).status == 201


async def test_a_request_that_was_never_answered_is_done_by_its_repeat(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """As after a crash between the first write and the answer."""
    await ask(shop, "k")
    pending = {"$unset": {"status": "", "body": ""}}
    await mongo.database["repeatables"].update_one({}, pending)
    assert (await ask(shop, "k")).status == 409

    long_ago = datetime.now(UTC) - PATIENCE - timedelta(seconds=1)
    await mongo.database["repeatables"].update_one({}, {"$set": {"until": long_ago}})
    answers = await asyncio.gather(*(ask(shop, "k") for _ in range(5)))

    assert {answer.status for answer in answers} <= {201, 409}
    assert await mongo.database["link_tokens"].count_documents({}) == 2


async def test_answers_are_sealed_and_go_with_their_customer(
    shop: ShopBackend, mongo: Mongo
) -> None:
    offer = (await ask(shop, "k")).body
    [kept] = await mongo.database["repeatables"].find({}).to_list(None)
    assert offer["code"] not in repr(kept)
    assert offer["url"] not in repr(kept)

    await shop.api("DELETE", "/api/v1/customers/customer-1")

    assert await mongo.database["repeatables"].count_documents({}) == 0


@pytest.mark.parametrize("key", ["", "a b", "ä", "k" * 256])
async def test_a_malformed_key_is_refused(shop: ShopBackend, key: str) -> None:
    answer = await ask(shop, key)
    assert (answer.status, answer.body["detail"]) == (
        400,
        "Idempotency-Key should be 1 to 255 printable ASCII characters without blanks.",
    )
