"""Signing in to the console: with a key, or by a link that the bot gives to listed staff."""

import re
from datetime import timedelta

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings, load
from sandbox import Chat, Person, Sandbox
from storage.mongo import Mongo
from tests.support.shop import Answer, ShopBackend


@pytest.fixture
def office(sandbox: Sandbox, charlie: Person, bob: Person) -> Chat:
    return sandbox.group("Office", [charlie, bob])


@pytest.fixture
def settings(settings: Settings, office: Chat, charlie: Person) -> Settings:
    staff = {"staff_chat": str(office.id), "staff_members": str(charlie.id)}
    return load(env_file=None, **settings.model_dump() | staff)


async def link_for(person: Person) -> str:
    await person.send("/console")
    message = await person.receives(containing="opens the console once")
    found: list[str] = re.findall(r"/console#link=(\S+)", message.text)
    return found[-1]


async def begin(shop: ShopBackend, link: str) -> Answer:
    return await shop.request("POST", "/console/sessions", json={"link": link})


async def with_key(shop: ShopBackend, key: str, method: str, path: str) -> int:
    bearer = {"Authorization": f"Bearer {key}"}
    return (await shop.request(method, path, headers=bearer)).status


async def test_listed_staff_gets_a_link_that_works_once(shop: ShopBackend, charlie: Person) -> None:
    link = await link_for(charlie)
    begun = await begin(shop, link)
    assert begun.status == 201
    assert begun.headers["Cache-Control"] == "no-store"
    key = begun.body["key"]
    assert await with_key(shop, key, "GET", "/api/v1/console") == 200
    assert await with_key(shop, key, "GET", "/api/v1/dead-letters") == 200
    assert (await begin(shop, link)).status == 403


async def test_whoever_is_signed_in_may_do_what_the_console_does_and_nothing_else(
    shop: ShopBackend, charlie: Person
) -> None:
    key = (await begin(shop, await link_for(charlie))).body["key"]
    assert await with_key(shop, key, "DELETE", "/api/v1/customers/customer-1") == 401
    assert await with_key(shop, key, "GET", "/api/v1/orders?customer_id=customer-1") == 401
    assert await with_key(shop, key, "DELETE", "/api/v1/status-words/unknown") == 404


async def test_a_link_is_no_key_and_a_key_is_no_link(shop: ShopBackend, charlie: Person) -> None:
    link = await link_for(charlie)
    assert await with_key(shop, link, "GET", "/api/v1/console") == 401
    key = (await begin(shop, link)).body["key"]
    assert (await begin(shop, key)).status == 403


@pytest.mark.parametrize("link", ["", "x", "é", "A" * 100])
async def test_what_is_no_link_opens_nothing(shop: ShopBackend, link: str) -> None:
    assert (await begin(shop, link)).status == 403


async def test_a_link_and_a_key_end(service: Trackline, shop: ShopBackend, charlie: Person) -> None:
    late, link = await link_for(charlie), await link_for(charlie)
    key = (await begin(shop, link)).body["key"]
    service.clock.learned(service.clock() + timedelta(minutes=6))
    assert (await begin(shop, late)).status == 403
    assert await with_key(shop, key, "GET", "/api/v1/console") == 200
    service.clock.learned(service.clock() + timedelta(hours=8))
    assert await with_key(shop, key, "GET", "/api/v1/console") == 401


async def test_who_is_no_longer_listed_is_out(
    settings: Settings, shop: ShopBackend, charlie: Person
) -> None:
    key = (await begin(shop, await link_for(charlie))).body["key"]
    others = settings.model_copy(update={"staff_members": [1]})
    async with Trackline(others) as later, aiohttp.ClientSession() as session:
        there = ShopBackend(later.url, session)
        assert await with_key(there, key, "GET", "/api/v1/console") == 401


async def test_to_anybody_else_it_is_no_command(shop: ShopBackend, alice: Person) -> None:
    await alice.send("/console")
    await alice.receives(containing="get that")
    assert not [message for message in alice.inbox if "console" in message.text.casefold()]


async def test_in_the_group_no_link_is_given_as_all_read_along(
    shop: ShopBackend, office: Chat, charlie: Person, bob: Person
) -> None:
    await bob.send_in_group(office, "/console")
    await charlie.send_in_group(office, "/console")
    await office.changed.until(lambda: any(m.from_bot for m in office.messages.values()), 10)
    [answer] = [message for message in office.messages.values() if message.from_bot]
    assert answer.text == "Send me /console in our own chat."
    assert "link=" not in repr(answer)


async def test_a_wrong_key_is_refused_in_one_uniform_way(shop: ShopBackend) -> None:
    for key in ("wrong", "", "x" * 5000):
        assert await with_key(shop, key, "GET", "/api/v1/console") == 401


async def test_a_key_needs_the_scope(settings: Settings, mongo: Mongo) -> None:
    keys = {"api_keys": "looker:read:only-to-look-at-things, linker:link:only-to-link-chats-up"}
    given = load(env_file=None, **settings.model_dump() | keys)
    async with Trackline(given) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        for key, looks, changes in (
            ("only-to-look-at-things", 200, 403),
            ("only-to-link-chats-up", 403, 403),
        ):
            assert await with_key(shop, key, "GET", "/api/v1/console") == looks
            assert await with_key(shop, key, "DELETE", "/api/v1/status-words/x") == changes


# Where it is


async def test_the_console_can_be_off(settings: Settings, mongo: Mongo, charlie: Person) -> None:
    off = load(env_file=None, **settings.model_dump() | {"console": "off"})
    async with Trackline(off) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        assert (await shop.request("GET", "/console")).status == 404
        assert (await begin(shop, "x")).status == 404
        await charlie.send("/console")
        await charlie.send("/help")
        await charlie.receives(containing="how your orders")
        assert not [message for message in charlie.inbox if "#link" in message.text]


async def test_the_console_and_the_metrics_can_have_an_address_of_their_own(
    settings: Settings, mongo: Mongo, charlie: Person
) -> None:
    apart = load(env_file=None, **settings.model_dump() | {"metrics_address": "127.0.0.1:0"})
    async with Trackline(apart) as service, aiohttp.ClientSession() as session:
        shop, operator = (
            ShopBackend(service.url, session),
            ShopBackend(service.operators_url, session),
        )
        assert shop.url != operator.url
        for path in ("/metrics", "/console"):
            assert (await shop.request("GET", path)).status == 404
            assert (await operator.request("GET", path)).status == 200
        assert (await operator.request("POST", "/webhooks/orders")).status == 404
        assert (await shop.request("GET", "/readyz")).status == 200
        await shop.create("ord_1", "customer-1")
        assert (await operator.tracking("ord_1"))["status"] == "placed"
        await charlie.send("/console")
        message = await charlie.receives(containing="opens the console once")
        assert f"{operator.url}/console#link=" in message.text
