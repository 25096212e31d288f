"""`Idempotency-Key`: a write that bears one is done once, however often it is sent."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Trackline
from bot.services.shop.idempotency import WORK_TIMEOUT
from bot.settings import Settings
from storage.mongo import Mongo
from storage.sealing import Seal
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

    long_ago = datetime.now(UTC) - WORK_TIMEOUT - timedelta(seconds=1)
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


# Who it is, and what is kept


async def test_a_key_that_takes_another_s_place_does_not_get_its_answers(
    settings: Settings, mongo: Mongo
) -> None:
    """A rotation: the keys have no names, and the second one moves up."""
    old, new = "o" * 16, "n" * 16
    kept = []
    for keys, key in (([old, new], old), ([new], new)):
        listed = settings.model_copy(update={"api_keys": [SecretStr(each) for each in keys]})
        async with Trackline(listed) as service, aiohttp.ClientSession() as session:
            shop = ShopBackend(service.url, session)
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k"}
            answer = await shop.request("POST", PATH, json=GOOD, headers=headers)
            kept.append(answer.body["url"])
    assert kept[0] != kept[1]


async def test_a_named_key_gets_its_answers_whatever_its_secret_is_by_then(
    settings: Settings, mongo: Mongo
) -> None:
    kept = []
    for secret in ("o" * 16, "n" * 16):
        named = settings.model_copy(update={"api_keys": [SecretStr(f"site:link:{secret}")]})
        async with Trackline(named) as service, aiohttp.ClientSession() as session:
            shop = ShopBackend(service.url, session)
            headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
            answer = await shop.request("POST", PATH, json=GOOD, headers=headers)
            kept.append(answer.body["url"])
    assert kept[0] == kept[1]


async def test_what_is_kept_of_a_request_cannot_be_found_out_by_trying(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """As a phone number could: of each there are but so many."""
    path, body = "/api/v1/customers/customer-1/phone", {"phone": "+256700000000"}
    headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": "k"}
    answer = await shop.request("PUT", path, json=body, headers=headers)
    assert answer.status < 300
    [kept] = await mongo.database["repeatables"].find({}).to_list(None)
    whole = b"\0".join([b"PUT", path.encode(), json.dumps(body).encode()])
    bare = hashlib.sha256(whole).digest()
    assert kept["digest"] == mongo.sealing.digest(bare)  # so these are the bytes that were hashed
    assert bare not in repr(kept).encode()


async def test_a_repeat_of_what_an_older_version_kept_gets_its_answer(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """It kept a bare hash, and one customer."""
    first = await ask(shop, "k")
    body = json.dumps(GOOD).encode()
    bare = hashlib.sha256(b"\0".join([b"POST", PATH.encode(), body])).digest()
    older = {"$set": {"digest": bare, "customer_id": "customer-1"}, "$unset": {"order_id": ""}}
    await mongo.database["repeatables"].update_one({}, older)
    assert (await ask(shop, "k")).body == first.body
    assert (await ask(shop, "k", GOOD | {"customer_id": "customer-2"})).status == 422
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert await mongo.database["repeatables"].count_documents({}) == 0


async def test_an_answer_that_no_key_opens_is_said_to_be_lost_and_nothing_is_done_twice(
    shop: ShopBackend, mongo: Mongo
) -> None:
    await ask(shop, "k")
    closed = Seal(["A" * 43 + "="]).close("{}")
    await mongo.database["repeatables"].update_one({}, {"$set": {"body": closed}})
    answer = await ask(shop, "k")
    assert answer.status == 409
    assert "cannot be read any more" in answer.body["detail"]
    assert await mongo.database["link_tokens"].count_documents({}) == 1


async def test_an_answer_goes_with_each_customer_whom_it_names_or_whose_order_it_names(
    shop: ShopBackend, mongo: Mongo
) -> None:
    """A batch, in which an event of a known order does not say whose that is."""

    def event(n: int, **data: str) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        said = {"status": "shipped", **data}
        return {"id": f"e{n}", "type": "order.status_changed", "timestamp": at, "data": said}

    await shop.create("ord_1", "customer-1")
    first = event(1, order_id="ord_1"), event(2, order_id="ord_2", customer_id="customer-2")
    for customer_id in ("customer-1", "customer-2", "customer-3"):
        headers = {"Authorization": f"Bearer {API_KEY}", "Idempotency-Key": customer_id}
        batch = {"events": list(first)}
        answer = await shop.request("POST", "/api/v1/events/batch", json=batch, headers=headers)
        assert answer.status == 200
        assert (await shop.api("DELETE", f"/api/v1/customers/{customer_id}")).status == 204
        left = await mongo.database["repeatables"].count_documents({})
        assert left == (1 if customer_id == "customer-3" else 0)
