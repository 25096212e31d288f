"""A page that keeps itself up to date, over the wire."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial
from http import HTTPStatus

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings
from handlers.web.tracking import live
from handlers.web.tracking.live import OF_ADDRESS
from sandbox import Person
from storage.mongo import Mongo
from tests.support.commands import COMMANDS
from tests.support.quiet import asked
from tests.support.shop import ShopBackend
from tests.support.streams import stream
from tests.support.waiting import until
from tests.web.tracking.conftest import Get


async def test_a_change_comes_at_once_and_nothing_before(
    token: str, get: Get, shop: ShopBackend
) -> None:
    page = await get(f"/t/{token}")
    async with stream(shop, token, page.mark) as events:
        assert (await events.next()).kind == "beat"
        await shop.tell("ord_1", "out_for_delivery", parcel="parcel-B", notify=False)
        event = await events.news()
    assert event.kind == "order"
    assert "Out for delivery" in event.data
    assert event.data == (await get(f"/t/{token}/now")).text.rstrip("\n")


async def test_who_comes_back_hears_what_they_have_missed_and_only_that(
    token: str, shop: ShopBackend
) -> None:
    async with stream(shop, token) as events:
        first = await events.next()
    async with stream(shop, token, Last_Event_ID=first.id) as events:
        assert (await events.next()).kind == "beat"
    await shop.tell("ord_1", "out_for_delivery", parcel="parcel-B", notify=False)
    async with stream(shop, token, Last_Event_ID=first.id) as events:
        assert "Out for delivery" in (await events.next()).data


async def test_what_another_replica_records_is_heard_too(
    token: str, shop: ShopBackend, settings: Settings
) -> None:
    async with Trackline(settings) as other, aiohttp.ClientSession() as session:
        elsewhere = ShopBackend(other.url, session)
        async with stream(shop, token) as events:
            await events.next()
            await elsewhere.tell("ord_1", "out_for_delivery", parcel="parcel-B", notify=False)
            assert "Out for delivery" in (await events.news()).data


async def test_a_link_that_is_stopped_ends_the_stream_and_says_so(
    token: str, shop: ShopBackend, alice: Person, get: Get
) -> None:
    async with stream(shop, token) as events:
        await events.next()
        await alice.press("🚫 Stop sharing")
        event = await events.news()
        assert event.kind == "over"
        assert "shows nothing any more" in event.data
        with pytest.raises(EOFError):
            await events.next()
    assert (await get(f"/t/{token}/live")).status == HTTPStatus.GONE


async def test_streams_end_when_the_service_stops(
    token: str, settings: Settings, shop: ShopBackend
) -> None:
    patient = settings.model_copy(update={"shutdown_seconds": 60})
    async with aiohttp.ClientSession() as session, AsyncExitStack() as opened:
        async with Trackline(patient) as other:
            elsewhere = ShopBackend(other.url, session)
            events = await opened.enter_async_context(stream(elsewhere, token))
            await events.next()
            begun = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - begun < 20
        with pytest.raises(EOFError):
            await events.next()


async def test_an_address_has_so_many_streams_and_who_is_one_too_many_asks_instead(
    token: str, shop: ShopBackend, get: Get
) -> None:
    async with AsyncExitStack() as opened:
        for _ in range(OF_ADDRESS):
            await opened.enter_async_context(stream(shop, token, X_Forwarded_For="1.2.3.4"))
        refused = await get(f"/t/{token}/live", X_Forwarded_For="8.8.8.8, 1.2.3.4")
        assert refused.status == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Retry-After" in refused.headers
        assert (await get(f"/t/{token}/now", X_Forwarded_For="1.2.3.4")).status == HTTPStatus.OK
        await opened.enter_async_context(stream(shop, token, X_Forwarded_For="1.2.3.5"))

    async def has_room_again() -> bool:
        url, there = f"{shop.url}/t/{token}/live", {"X-Forwarded-For": "1.2.3.4"}
        async with shop.session.get(url, headers=there) as answer:
            return answer.status == HTTPStatus.OK

    await until(has_room_again)


async def test_however_many_watch_a_look_at_what_others_record_is_two_reads(
    quiet: None, token: str, shop: ShopBackend, service: Trackline, mongo: Mongo
) -> None:
    watching = service._services.watching
    async with AsyncExitStack() as opened:
        for n in range(12):
            events = await opened.enter_async_context(stream(shop, token, Last_Event_ID=str(n)))
            await events.next()
        await watching.look_at_watched()  # the first one lets all look again
        await until(partial(is_quiet, mongo))
        with COMMANDS.of(mongo.database.name) as commands:
            await watching.look_at_watched()
            await asyncio.sleep(0.2)
        assert asked(commands) == [("find", "orders"), ("find", "shares")]
    await until(nobody_is_left)
    with COMMANDS.of(mongo.database.name) as commands:
        await watching.look_at_watched()
    assert asked(commands) == []


async def is_quiet(mongo: Mongo) -> bool:
    with COMMANDS.of(mongo.database.name) as commands:
        await asyncio.sleep(0.5)
    return not asked(commands)


async def nobody_is_left() -> bool:
    return not [
        sample.value for metric in live.OPEN.collect() for sample in metric.samples if sample.value
    ]
