"""What whoever has signed in sees: their own orders, and nobody else's."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.settings import Settings
from sandbox import Person
from tests.conftest import Link, start_token
from tests.support.shop import ShopBackend
from tests.web.mini_app.conftest import Opened


@pytest.fixture
async def order(shop: ShopBackend, alice: Person, link: Link) -> str:
    """alice's, of which she has read."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", status="shipped")
    await alice.receives(containing="1001")
    return "ord_1"


def ids(html: str) -> list[str]:
    return re.findall(r'data-order="([^"]+)"', html)


async def test_the_owner_sees_her_order_with_all_that_is_hers(
    opened: Opened, shop: ShopBackend, alice: Person, order: str
) -> None:
    await shop.tell(order, kind="order.updated", note="Leave it at the <gate>", location="Mukono")
    await opened.by(alice)
    answer = await opened.get("/app/order", id=order)
    assert answer.status == 200
    assert "#1001" in answer.body
    assert "Mukono" in answer.body
    assert "&lt;gate&gt;" in answer.body
    assert (await opened.get("/app/order", id=order, seen=answer.headers["X-Mark"])).status == 204


async def test_charlie_gets_the_same_answer_for_hers_and_for_none(
    opened: Opened, shop: ShopBackend, charlie: Person, link: Link, order: str
) -> None:
    await link(charlie, "customer-2")
    await opened.by(charlie)
    hers, none = [await opened.get("/app/order", id=each) for each in (order, "ord_9")]
    assert (hers.status, none.status) == (404, 404)
    assert hers.body == none.body
    assert "I can't find that order" in hers.body
    live = await opened.get("/app/order/live", id=order)
    assert (live.status, live.body) == (404, hers.body)


async def test_her_household_sees_it_too(
    opened: Opened, bob: Person, link: Link, order: str
) -> None:
    await link(bob, "customer-1")
    await opened.by(bob)
    assert (await opened.get("/app/order", id=order)).status == 200


async def test_whoever_follows_nothing_reads_how_to_connect(
    opened: Opened, charlie: Person, order: str
) -> None:
    await opened.by(charlie, language_code="fr")
    for path, status in (("/app/orders", 200), ("/app/order", 403), ("/app/order/live", 403)):
        answer = await opened.get(path, id=order)
        assert answer.status == status
        assert "Connecter Telegram" in answer.body
        assert 'lang="fr"' in answer.body


async def test_who_is_connected_no_more_sees_nothing_with_the_same_session(
    opened: Opened, shop: ShopBackend, alice: Person, order: str
) -> None:
    await opened.by(alice)
    assert (await opened.get("/app/order", id=order)).status == 200
    await end_links(shop)
    assert (await opened.get("/app/order", id=order)).status == 403
    assert "Connect Telegram" in (await opened.get("/app/orders")).body


async def test_what_was_erased_is_seen_no_more(
    opened: Opened, shop: ShopBackend, alice: Person, order: str
) -> None:
    await opened.by(alice)
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert (await opened.get("/app/order", id=order)).status in {403, 404}


async def end_links(shop: ShopBackend) -> None:
    listed = await shop.api("GET", "/api/v1/customers/customer-1/links")
    for link in listed.body["links"]:
        await shop.api("DELETE", f"/api/v1/customers/customer-1/links/{link['link_id']}")


async def test_a_guest_sees_the_order_of_her_link(
    opened: Opened, shop: ShopBackend, alice: Person
) -> None:
    await shop.tell("ord_g", kind="order.created", order_number="7")
    await shop.tell("ord_h", kind="order.created", order_number="8")
    answer = await shop.api("POST", "/api/v1/links", json={"order_id": "ord_g"})
    await alice.send(f"/start {start_token(answer.body['url'])}")
    await alice.receives(containing="Follow")
    await alice.press("Yes, follow it")
    await alice.receives(containing="following")
    await opened.by(alice)
    assert (await opened.get("/app/order", id="ord_g")).status == 200
    assert (await opened.get("/app/order", id="ord_h")).status == 404
    assert ids((await opened.get("/app/orders")).body) == ["ord_g"]


async def test_the_list_has_the_most_urgent_first_and_what_is_over_last(
    opened: Opened, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    for number, status in enumerate(["out_for_delivery", "shipped", "delivered", "on_hold"]):
        await shop.create(f"ord_{number}", "customer-1", status=status, notify=False)
    await opened.by(alice)
    listed = (await opened.get("/app/orders")).body
    assert ids(listed) == ["ord_0", "ord_3", "ord_1", "ord_2"]
    assert listed.index("Your earlier orders") > listed.index("ord_1")
    assert "data-only" not in listed


async def test_of_one_open_order_its_page_is_opened(
    opened: Opened, shop: ShopBackend, alice: Person, order: str
) -> None:
    await shop.create("ord_2", "customer-1", status="delivered", notify=False)
    await opened.by(alice)
    assert 'data-only="ord_1"' in (await opened.get("/app/orders")).body


async def test_the_list_is_turned_over(
    opened: Opened, shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    for number in range(8):
        await shop.create(f"ord_{number}", "customer-1", notify=False)
    await opened.by(alice)
    first = (await opened.get("/app/orders")).body
    second = (await opened.get("/app/orders", list="1")).body
    assert 'data-list="1"' in first
    assert 'data-list="0"' in second
    assert len(ids(first) + ids(second)) == 8
    for odd in ("-1", "x", "9" * 50, ""):
        assert (await opened.get("/app/orders", list=odd)).status in {200, 404}


@asynccontextmanager
async def stream(opened: Opened, order: str) -> AsyncIterator[aiohttp.StreamReader]:
    headers = {"Authorization": f"Bearer {opened.session}"}
    url = f"{opened.shop.url}/app/order/live"
    async with opened.shop.session.get(url, params={"id": order}, headers=headers) as answer:
        assert answer.status == 200
        yield answer.content


async def read_until(content: aiohttp.StreamReader, wanted: str) -> str:
    read = ""
    async for chunk in content.iter_any():
        read += chunk.decode()
        if wanted in read:
            return read
    raise AssertionError(f"it ended: {read}")


async def test_a_change_is_seen_at_once(
    opened: Opened, shop: ShopBackend, alice: Person, order: str
) -> None:
    await opened.by(alice)
    async with stream(opened, order) as content:
        await read_until(content, "#1001")
        await shop.tell(order, "out_for_delivery")
        await read_until(content, "Out for delivery")


async def test_an_open_page_ends_with_the_connection(
    opened: Opened,
    shop: ShopBackend,
    alice: Person,
    order: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handlers.web.tracking.live.BEAT", 0.1)
    await opened.by(alice)
    async with stream(opened, order) as content:
        await read_until(content, "#1001")
        await end_links(shop)
        ended = await read_until(content, "event: over")
        assert "event: order" not in ended


async def test_times_are_of_the_device_until_she_has_chosen(
    opened: Opened, shop: ShopBackend, alice: Person, order: str
) -> None:
    await opened.by(alice)
    there = await opened.get("/app/order", id=order, zone="Africa/Kampala")
    assert "+03:00" in there.body
    for odd in ("Mars/Olympus", "../../etc/passwd", ""):
        assert "+00:00" in (await opened.get("/app/order", id=order, zone=odd)).body


async def test_a_page_names_the_zone_of_its_times_where_it_is_not_the_viewers(
    opened: Opened, alice: Person, order: str
) -> None:
    await opened.by(alice)
    there = await opened.get("/app/order", id=order, zone="Africa/Kampala")
    assert "Times: " not in there.body
    assert "Times: " in (await opened.get("/app/order", id=order)).body


class TestReachable:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(
            update={"support_url": "+256700000000", "shop_url": "https://nile.example/account"}
        )

    async def test_the_way_to_the_shop_stands_below_the_headline_of_an_order_in_trouble(
        self, opened: Opened, shop: ShopBackend, alice: Person, order: str
    ) -> None:
        await opened.by(alice)
        assert "tel:" not in (await opened.get("/app/order", id=order)).body
        await shop.tell(order, "attempt_failed", notify=False)
        shown = (await opened.get("/app/order", id=order)).body
        assert shown.index("</h1>") < shown.index("tel:+256700000000") < shown.index('"title"')

    async def test_whoever_follows_nothing_gets_the_way_to_their_account(
        self, opened: Opened, charlie: Person
    ) -> None:
        await opened.by(charlie)
        told = (await opened.get("/app/orders")).body
        assert told.index("https://nile.example/account") < told.index("Back to the chat")


class TestOff:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"mini_app": "off"})

    async def test_where_it_is_off_there_is_no_page(self, opened: Opened) -> None:
        opened.session = "x"
        for path in ("/app", "/app/orders", "/app/order", "/app/order/live"):
            assert (await opened.get(path)).status == 404
        assert (await opened.sign_in("x")).status == 404
