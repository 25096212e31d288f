"""`kill -9` while a photo is fetched, and between Telegram's answer and the mark."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sandbox import Person
from tests.reliability import points
from tests.reliability.conftest import IMPATIENT, Linked, ShopOf, Starts
from tests.reliability.state import State
from tests.support.mongo_proxy import MongoProxy
from tests.support.photo_host import PhotoHost
from tests.support.photo_host import photo as a_photo
from tests.support.waiting import until


@pytest.fixture
async def photo_host() -> AsyncIterator[PhotoHost]:
    async with PhotoHost() as host:
        yield host


async def test_killed_while_a_photo_is_fetched_it_is_sent_after_the_lease_and_once(
    starts: Starts,
    shop_of: ShopOf,
    state: State,
    linked: Linked,
    alice: Person,
    photo_host: PhotoHost,
) -> None:
    async def never(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        raise web.HTTPGatewayTimeout

    photo_host.answer = never
    hosts = f"127.0.0.1:{photo_host.port}"
    await linked(alice)
    child = await starts(PHOTO_HOSTS=hosts)
    await shop_of(child).tell("ord_1", "shipped", photo_url=photo_host.url)

    async def is_asked() -> bool:
        return bool(photo_host.asked)

    await until(is_asked)
    await child.kill()
    assert (await state.held(), alice.inbox) == (1, [])

    photo_host.answer = a_photo
    await state.leases_run_out()
    await starts(IMPATIENT, PHOTO_HOSTS=hosts)
    message = await alice.receives(containing="has been shipped")
    assert message.photo is not None
    await state.settles()
    assert len(alice.inbox) == 1


async def test_killed_between_telegrams_answer_to_a_photo_and_the_mark_it_is_sent_twice(
    starts: Starts,
    shop_of: ShopOf,
    cable: MongoProxy,
    state: State,
    linked: Linked,
    alice: Person,
    photo_host: PhotoHost,
) -> None:
    hosts = f"127.0.0.1:{photo_host.port}"
    await linked(alice)
    child = await starts(PHOTO_HOSTS=hosts)
    mark = cable.hold(points.completing_a_mailbox)
    await shop_of(child).tell("ord_1", "shipped", photo_url=photo_host.url)
    await mark.reached()
    await child.kill()
    assert [bool(message.photo) for message in alice.inbox] == [True]

    await state.leases_run_out()
    await starts(IMPATIENT, PHOTO_HOSTS=hosts)
    await state.settles()
    assert [bool(message.photo) for message in alice.inbox] == [True, True]
    assert len(await state.sent_to(alice.id)) == 1
