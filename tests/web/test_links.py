"""`POST /api/v1/links`: a one-time link and a code for the shop to show its customer."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from storage.mongo import Mongo
from tests.conftest import start_token
from tests.support.raw_request import post
from tests.support.shop import API_KEY, ShopBackend
from tests.web.conftest import on_both_drivers

PATH = "/api/v1/links"
SECOND_KEY = "another-key-0123456789"
GOOD = {"customer_id": "customer-1", "account_hint": "a•••@example.com"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"api_keys": [SecretStr(API_KEY), SecretStr(SECOND_KEY)]})


def sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def test_a_link_is_issued(shop: ShopBackend) -> None:
    answer = await shop.api("POST", PATH, json=GOOD)
    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert list(answer.body) == ["url", "code", "expires_at", "link_id", "qr"]
    assert re.fullmatch(r"https://t\.me/trackline_bot\?start=[A-Za-z0-9_-]{43}", answer.body["url"])
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", answer.body["code"])
    expires_at = datetime.fromisoformat(answer.body["expires_at"])
    assert expires_at.utcoffset() == timedelta(0)
    ahead = expires_at - datetime.now(UTC)
    assert timedelta(minutes=14, seconds=50) < ahead <= timedelta(minutes=15)


@on_both_drivers
async def test_only_hashes_of_its_secrets_are_kept(shop: ShopBackend, mongo: Mongo) -> None:
    offer = await shop.connect("customer-1")
    token, code = start_token(offer["url"]), offer["code"]
    [kept] = await mongo.database["link_tokens"].find({}).to_list(None)
    assert kept["_id"] == sha256(token)
    assert kept["code_hash"] == sha256(code.replace("-", ""))
    for secret in (token, code, code.replace("-", "")):
        assert secret not in repr(kept)


async def test_every_link_is_another(shop: ShopBackend) -> None:
    offers = [await shop.connect("customer-1") for _ in range(20)]
    assert len({offer["url"] for offer in offers}) == 20
    assert len({offer["code"] for offer in offers}) == 20


async def test_the_hint_may_be_left_out(shop: ShopBackend) -> None:
    for body in ({"customer_id": "customer-1"}, {"customer_id": "customer-1", "more": 1}):
        assert (await shop.api("POST", PATH, json=body)).status == 201


WRONG: list[tuple[Any, str]] = [
    ({}, "customer_id"),
    ({"customer_id": None}, "customer_id"),
    ({"customer_id": ""}, "customer_id"),
    ({"customer_id": {"$ne": 1}}, "customer_id"),
    ({"customer_id": "c" * 129}, "customer_id"),
    ({"customer_id": "c", "account_hint": "h" * 101}, "account_hint"),
    ({"customer_id": "c", "account_hint": " "}, "account_hint"),
    ([], "body"),
]


async def test_a_wrong_field_is_named(shop: ShopBackend) -> None:
    for body, field in WRONG:
        answer = await shop.api("POST", PATH, json=body)
        assert (body, answer.status) == (body, 422)
        assert [error["field"] for error in answer.body["errors"]] == [field]


async def test_a_body_that_is_not_json_is_refused(shop: ShopBackend) -> None:
    assert (await shop.api("POST", PATH, data=b"{}")).status == 415
    headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    assert (await shop.request("POST", PATH, data=b"{", headers=headers)).status == 400


async def test_any_of_the_keys_opens(shop: ShopBackend) -> None:
    for credentials in (f"Bearer {API_KEY}", f"bearer {SECOND_KEY}", f"Bearer   {API_KEY} "):
        answer = await shop.request("POST", PATH, json=GOOD, headers={"Authorization": credentials})
        assert (credentials, answer.status) == (credentials, 201)


WRONG_KEYS = [
    b"",
    b"Bearer",
    b"Bearer ",
    b"Bearer wrong-key-0123456789",
    f"Bearer {API_KEY[:-1]}".encode(),
    f"Bearer {API_KEY}x".encode(),
    f"Bearer {API_KEY},{SECOND_KEY}".encode(),
    f"Basic {API_KEY}".encode(),
    API_KEY.encode(),
    b"Bearer \xff\xfe",
    "Bearer ключ-0123456789".encode(),
]


async def test_a_wrong_key_is_refused_before_the_body_is_read(
    shop: ShopBackend, mongo: Mongo
) -> None:
    for credentials in WRONG_KEYS:
        headers = [(b"Authorization", credentials), (b"Content-Length", b"1000")]
        answer = await post(shop.url, PATH, headers)
        assert (credentials, answer.status) == (credentials, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.body["detail"] == "The signature or the key is missing, wrong or too old."
    assert await mongo.database["link_tokens"].count_documents({}) == 0


async def test_no_link_before_the_bot_knows_its_own_name(
    out_of_touch: ShopBackend, mongo: Mongo
) -> None:
    answer = await out_of_touch.api("POST", PATH, json=GOOD)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "has not reached Telegram" in answer.body["detail"]
    assert await mongo.database["link_tokens"].count_documents({}) == 0
