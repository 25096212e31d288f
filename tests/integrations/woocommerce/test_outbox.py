"""What becomes of news while Trackline is away, or does not take it."""

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from bot.app import Trackline
from tests.integrations.woocommerce.far_end import far_end
from tests.integrations.woocommerce.shop import SETTINGS, WooShop
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until


@pytest.fixture
def cable(service: Trackline) -> Iterator[TcpProxy]:
    """What lies between the shop and Trackline."""
    port = urlsplit(service.url).port
    assert port
    with TcpProxy("127.0.0.1", port) as cable:
        yield cable


async def test_news_waits_while_trackline_is_away_and_arrives_once_and_in_order(
    woo: WooShop, hpos: bool, service: Trackline, shop: ShopBackend, cable: TcpProxy
) -> None:
    await woo.set_up(f"http://127.0.0.1:{cable.port}")
    cable.cut()
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
        await woo.sends()
        await woo.move(order, "completed")
        await woo.sends()
        assert len(woo.outbox("waiting")) == 3
    cable.mend()
    await woo.sends()
    assert len(woo.outbox("waiting")) == 3, "it is not tried again at once"
    woo.time_passes(2)
    await woo.sends()
    assert woo.outbox("waiting") == []
    steps = (await shop.tracking(order.id))["tracking_info"]
    assert [step["status"] for step in steps] == ["placed", "processing", "shipped"]


async def test_news_whose_answer_was_lost_is_sent_again_and_recorded_once(
    woo: WooShop, service: Trackline, shop: ShopBackend, cable: TcpProxy
) -> None:
    await woo.set_up(f"http://127.0.0.1:{cable.port}")
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
    await woo.sends()
    await woo.move(order, "completed")
    cable.stall_answers()
    async with asyncio.TaskGroup() as both:
        both.create_task(woo.sends())

        async def is_recorded() -> bool:
            return len((await shop.tracking(order.id))["tracking_info"]) == 3

        await until(is_recorded)
        cable.cut()
    cable.mend()
    assert len(woo.outbox("waiting")) == 1
    woo.time_passes(2)
    await woo.sends()
    steps = (await shop.tracking(order.id))["tracking_info"]
    assert [step["status"] for step in steps] == ["placed", "processing", "shipped"]
    assert woo.outbox("waiting") == []


async def test_an_event_is_sent_unchanged_until_it_is_taken(woo: WooShop) -> None:
    async with far_end([503, 500, 202]) as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            await woo.buy(browser)
        await woo.sends()
        woo.time_passes(4)
        await woo.sends()
        assert len(end.heard) == 1, "it was asked to wait for five minutes"
        for _ in range(2):
            woo.time_passes(6)
            await woo.sends()
    assert end.heard[:3] == [end.heard[0]] * 3
    assert len(end.heard) == 4
    assert woo.outbox("waiting") == []


async def test_what_is_refused_is_kept_for_the_operator_and_holds_up_nothing(woo: WooShop) -> None:
    async with far_end([422]) as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            order = await woo.buy(browser)
        await woo.sends()
        assert [event["type"] for event in woo.outbox("failed")] == ["order.created"]
        assert [json.loads(body)["type"] for _, body in end.heard][1:] == ["order.status_changed"]
        async with woo.visitor("shopkeeper") as operator:
            page = await operator.get(SETTINGS)
            assert "422 It cannot be taken." in page.text
            assert f"#{order.id}</a>" in page.text
            again = await operator.follow(page, "Send again")
            assert "422 It cannot be taken." not in again.text
        await woo.sends()
    assert end.heard[2] == end.heard[0]
    assert woo.outbox("failed") == woo.outbox("waiting") == []


async def test_what_is_refused_can_be_dropped(woo: WooShop) -> None:
    async with far_end([422]) as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            await woo.buy(browser)
        await woo.sends()
        async with woo.visitor("shopkeeper") as operator:
            page = await operator.follow(await operator.get(SETTINGS), "Drop")
        assert "It cannot be taken." not in page.text
        assert woo.outbox("failed") == []
        await woo.sends()
    assert len(end.heard) == 2


async def test_only_the_operator_sends_and_drops_and_only_from_that_page(woo: WooShop) -> None:
    async with far_end([422]) as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            await woo.buy(browser)
        await woo.sends()
        async with woo.visitor("shopkeeper") as operator:
            drop = (await operator.get(SETTINGS)).link_of("Drop")
            assert (await operator.get(drop.split("&_wpnonce")[0])).status == 403
        async with woo.visitor("charlie") as charlie:
            assert (await charlie.get(drop)).status == 403
    assert len(woo.outbox("failed")) == 1


async def test_with_a_secret_that_is_not_tracklines_news_waits_until_it_is_put_right(
    woo: WooShop, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url, secret="whsec_plJ3nmyCDGBKInavdOK15jsl")
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
    await woo.sends()
    assert len(woo.outbox("waiting")) == 2
    async with woo.visitor("shopkeeper") as operator:
        page = await operator.get(SETTINGS)
    assert "The webhook secret is not one of Trackline’s" in page.text
    assert "2 events are waiting to be sent" in page.text
    await woo.set_up(service.url)
    await woo.sends()
    assert woo.outbox("waiting") == []
    assert len((await shop.tracking(order.id))["tracking_info"]) == 2


async def test_the_operator_need_not_wait_for_the_next_attempt(woo: WooShop) -> None:
    async with far_end([503]) as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            await woo.buy(browser)
        await woo.sends()
        async with woo.visitor("shopkeeper") as operator:
            await operator.follow(await operator.get(SETTINGS), "Send now")
        await woo.sends()
    assert len(end.heard) == 3


async def test_what_stands_behind_news_that_is_put_off_calls_for_nobody(woo: WooShop) -> None:
    async with far_end([500]) as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            await woo.buy(browser)
            await woo.sends()
            woo.wordpress.database.ask(
                "DELETE FROM wp_options WHERE option_name = 'trackline_sending'"
            )
            await woo.buy(browser)
        await woo.sends()
    assert len(end.heard) == 3, "the other order's news goes"
    assert len(woo.outbox("waiting")) == 2
    assert woo.wordpress.database.ask(
        "SELECT COUNT(*) FROM wp_actionscheduler_actions WHERE hook = 'trackline_send'"
        " AND status = 'pending' AND scheduled_date_gmt <= UTC_TIMESTAMP()"
    ).split() == ["0"]
