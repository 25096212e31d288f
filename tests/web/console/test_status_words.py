"""`/api/v1/status-words`: a state that nobody knows gets its meaning."""

from typing import Any

import aiohttp

from bot.app import Trackline
from bot.settings import Settings, load
from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import Answer, ShopBackend
from tests.web.console.test_arrivals import console


async def words(shop: ShopBackend) -> dict[str, Any]:
    """What each means, by the word."""
    answer = await shop.api("GET", "/api/v1/status-words")
    assert answer.status == 200, answer
    return {word["word"]: word["means"] for word in answer.body["status_words"]}


async def means(shop: ShopBackend, word: str, state: str) -> Answer:
    return await shop.api("PUT", f"/api/v1/status-words/{word}", json={"means": state})


async def noted(service: Trackline) -> None:
    """What a minute would have done."""
    await service._services.console.counting.add_up()


async def test_a_state_that_nobody_knows_is_listed_with_how_often_it_came(
    service: Trackline, shop: ShopBackend
) -> None:
    await shop.create("ord_1", "customer-1", status="Being Engraved")
    await shop.create("ord_2", "customer-1", status="being engraved")
    await shop.tell("ord_2", "shipped")
    await noted(service)
    listed = (await console(shop))["status_words"]
    [word] = [each for each in listed if each["word"].casefold() == "being engraved"]
    assert (word["count"], word["means"]) == (2, None)
    assert word["seen_at"] is not None
    assert "shipped" not in await words(shop)


async def test_it_is_listed_at_once_and_counted_once(service: Trackline, shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", status="Being Gilded")
    for order in ("ord_2", "ord_3"):
        listed = (await console(shop))["status_words"]
        count = [each["count"] for each in listed if each["word"] == "Being Gilded"]
        assert count == [1 if order == "ord_2" else 2]
        await shop.create(order, "customer-1", status="Being Gilded")
        if order == "ord_2":
            await noted(service)
    await noted(service)
    listed = (await console(shop))["status_words"]
    assert [each["count"] for each in listed if each["word"] == "Being Gilded"] == [3]
    assert "Being Gilded" in await words(shop)


async def test_its_meaning_counts_for_what_was_told_before_and_comes_after(
    service: Trackline, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", status="gone to town")
    await noted(service)
    assert (await means(shop, "gone%20to%20town", "out_for_delivery")).status == 204
    assert (await words(shop))["gone to town"] == "out_for_delivery"
    assert (await shop.tracking("ord_1"))["status"] == "out_for_delivery"
    await shop.create("ord_2", "customer-1", status="Gone_to_Town")
    assert (await shop.tracking("ord_2"))["status"] == "out_for_delivery"
    await alice.receives(containing="out for delivery")


async def test_an_order_that_is_over_by_it_is_over(
    service: Trackline, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", status="home at last")
    await means(shop, "home at last", "delivered")
    answer = await shop.api("GET", "/api/v1/orders/ord_1")
    assert answer.body["is_open"] is False


async def test_another_replica_knows_it_too_and_a_new_one_from_the_start(
    service: Trackline, shop: ShopBackend, settings: Settings
) -> None:
    await shop.create("ord_1", "customer-1", status="aloft")
    async with Trackline(settings) as other, aiohttp.ClientSession() as session:
        there = ShopBackend(other.url, session)
        assert (await there.tracking("ord_1"))["status"] == "aloft"
        await means(shop, "aloft", "in_transit")
        await other._services.console.keep_up()
        assert (await there.tracking("ord_1"))["status"] == "in_transit"
    async with Trackline(settings) as new, aiohttp.ClientSession() as session:
        assert (await ShopBackend(new.url, session).tracking("ord_1"))["status"] == "in_transit"


async def test_it_can_be_taken_back(shop: ShopBackend) -> None:
    await shop.create("ord_1", "customer-1", status="aloft")
    await means(shop, "aloft", "in_transit")
    assert (await shop.api("DELETE", "/api/v1/status-words/ALOFT")).status == 204
    assert (await shop.tracking("ord_1"))["status"] == "aloft"
    assert (await shop.api("DELETE", "/api/v1/status-words/aloft")).status == 404


async def test_what_the_settings_say_comes_first(settings: Settings, mongo: Mongo) -> None:
    ours = load(env_file=None, **settings.model_dump() | {"status_words": "gone=shipped"})
    async with Trackline(ours) as service, aiohttp.ClientSession() as session:
        shop = ShopBackend(service.url, session)
        await means(shop, "gone", "delivered")
        await shop.create("ord_1", "customer-1", status="gone")
        assert (await shop.tracking("ord_1"))["status"] == "shipped"


async def test_a_word_means_one_of_our_states(shop: ShopBackend) -> None:
    answer = await means(shop, "gone", "engraving")
    assert (answer.status, [wrong["field"] for wrong in answer.body["errors"]]) == (422, ["means"])
