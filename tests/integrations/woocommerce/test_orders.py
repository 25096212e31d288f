"""What Trackline hears of a shop's orders, wherever WooCommerce keeps them."""

import asyncio
import json
import re

import pytest

from bot.app import Trackline
from sandbox import Person
from tests.conftest import Link
from tests.integrations.woocommerce.far_end import FarEnd, far_end
from tests.integrations.woocommerce.shop import Order, WooShop
from tests.support.shop import ShopBackend

SHIPMENT_TRACKING = """
    $order->update_meta_data( '_wc_shipment_tracking_items', array(
        array( 'tracking_number' => '{number}', 'tracking_provider' => 'dhl',
               'custom_tracking_provider' => '', 'custom_tracking_link' => '' ) ) );
    $order->{save}();"""


async def steps(shop: ShopBackend, order: Order) -> list[str]:
    return [step["status"] for step in (await shop.tracking(order.id))["tracking_info"]]


async def bought(woo: WooShop, name: str | None = "alice") -> Order:
    async with woo.visitor(name) as browser:
        return await woo.buy(browser)


def told(end: FarEnd) -> list[tuple[str, str | None]]:
    """Of each event its type, and its status or the parcel."""
    events = [json.loads(body) for _, body in end.heard]
    return [
        (event["type"], event["data"].get("status") or event["data"].get("parcel"))
        for event in events
    ]


async def test_an_order_of_the_checkout_is_recorded_with_what_becomes_of_it(
    woo: WooShop, hpos: bool, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url)
    order = await bought(woo)
    await woo.sends()
    await woo.move(order, "completed")
    await woo.move(order, "refunded")
    await woo.sends()
    assert await steps(shop, order) == ["placed", "processing", "shipped", "refunded"]
    assert (await shop.tracking(order.id))["order_number"] == order.id
    assert woo.outbox("waiting") == woo.outbox("failed") == []


async def test_an_order_of_the_checkout_made_of_blocks_is_told_as_one_of_the_old_one(
    woo: WooShop, hpos: bool
) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        async with woo.visitor("alice") as browser:
            order = await woo.buy_in_blocks(browser)
        await woo.sends()
    assert told(end) == [("order.created", None), ("order.status_changed", "processing")]
    created = json.loads(end.heard[0][1])["data"]
    assert created["order_id"] == order.id
    assert created["items"] == [{"name": "Coffee", "quantity": 1}]
    assert created["contact"] == {"email": "gwen@example.com", "phone": "+49 30 1234567"}


async def test_an_order_that_is_saved_often_is_told_once(woo: WooShop, hpos: bool) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        order = await bought(woo)
        saves = "$order->set_customer_note( 'Ring twice' ); $order->save(); $order->save();"
        await asyncio.gather(*(woo.change(order, saves) for _ in range(3)))
        await woo.sends()
        await woo.sends()
    assert len(end.heard) == len({webhook_id for webhook_id, _ in end.heard}) == 2


async def test_what_is_put_into_an_order_later_is_told_once_and_nobody_hears_of_it(
    woo: WooShop,
) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        order = await bought(woo)
        await woo.sends()
        adds = "$mug = new WC_Product_Simple(); $mug->set_name( '<b>Mug</b> & lid' ); $mug->save();"
        adds += " $order->add_product( $mug, 2 ); $order->save(); $order->save();"
        await woo.change(order, adds)
        await woo.sends()
        await woo.change(order, "$order->save();")
        await woo.sends()
    (later,) = [json.loads(body) for _, body in end.heard[2:]]
    assert later["type"] == "order.updated"
    assert later["data"]["notify"] is False
    assert later["data"]["items"] == [
        {"name": "Coffee", "quantity": 1},
        {"name": "Mug & lid", "quantity": 2},
    ]


async def test_whoever_has_not_paid_is_told_after_a_quarter_of_an_hour(woo: WooShop) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        order = Order(await woo.wordpress.run("echo wc_create_order()->get_id();"), "")
        await woo.sends()
        assert ("order.status_changed", "payment_due") not in told(end)
        woo.time_passes(16)
        woo.ages(order, 16)
        await woo.sends()
        assert told(end)[-1] == ("order.status_changed", "payment_due")


@pytest.mark.parametrize("https", [True, False])
async def test_whoever_has_not_paid_can_do_so_where_the_shop_has_a_certificate(
    woo: WooShop, service: Trackline, shop: ShopBackend, alice: Person, link: Link, https: bool
) -> None:
    await woo.set_up(service.url)
    await woo.wordpress.run(f"update_option( 'tests_https', {int(https)} );")
    bought = "$order = wc_create_order(); $order->set_customer_id( 7 ); $order->save();"
    order = Order(await woo.wordpress.run(f"{bought} echo $order->get_id();"), "")
    await link(alice, "7")
    woo.time_passes(16)
    woo.ages(order, 16)
    await woo.sends()
    told = await alice.receives(containing="waiting for your payment")
    pay = [button.url for row in told.buttons for button in row if button.url]
    assert len(pay) == https
    for url in pay:
        assert re.fullmatch(rf"https://.*/order-pay/{order.id}/\?pay_for_order=true&key=\S+", url)


async def test_whoever_pays_within_a_quarter_of_an_hour_is_not_told_to_pay(woo: WooShop) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        order = Order(await woo.wordpress.run("echo wc_create_order()->get_id();"), "")
        await woo.move(order, "processing")
        woo.time_passes(16)
        await woo.sends()
    assert [status for _, status in told(end)] == [None, "processing"]


@pytest.mark.parametrize("save", ["save", "save_meta_data"])
async def test_a_tracking_number_of_a_shipment_plugin_becomes_a_parcel(
    woo: WooShop, hpos: bool, service: Trackline, shop: ShopBackend, save: str
) -> None:
    await woo.set_up(service.url)
    order = await bought(woo)
    await woo.change(order, SHIPMENT_TRACKING.format(number="00340434161094", save=save))
    await woo.sends()
    [parcel] = (await shop.tracking(order.id))["parcels"]
    assert parcel["carrier"]["tracking_number"] == "00340434161094"
    assert parcel["carrier"]["name"] == "DHL"


async def test_a_number_that_a_plugin_writes_past_woocommerce_is_found_too(woo: WooShop) -> None:
    woo.keep_orders(in_tables=False)
    async with far_end() as end:
        await woo.set_up(end.url)
        order = await bought(woo)
        await woo.wordpress.run(f"update_post_meta( {order.id}, '_tracking_number', 'ABC123' );")
        await woo.sends()
    assert told(end)[-1] == ("order.updated", "ABC123")


async def test_what_changed_past_our_hooks_is_found_within_the_hour(woo: WooShop) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        order = await bought(woo)
        await woo.change(
            order,
            "remove_all_actions( 'woocommerce_after_order_object_save' );"
            "$order->update_status( 'completed' );",
        )
        await woo.sends()
        assert ("order.status_changed", "shipped") not in told(end)
        await woo.wordpress.run("do_action( 'trackline_sweep' );")
        await woo.sends()
    assert told(end)[-1] == ("order.status_changed", "shipped")


async def test_a_shop_may_say_that_completed_means_delivered(
    woo: WooShop, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url, completed_means="delivered")
    order = await bought(woo)
    await woo.move(order, "completed")
    await woo.sends()
    assert (await steps(shop, order))[-1] == "delivered"


async def test_an_order_in_the_bin_is_nothing_to_tell_of(woo: WooShop, hpos: bool) -> None:
    async with far_end() as end:
        await woo.set_up(end.url)
        order = await bought(woo)
        await woo.change(order, "$order->delete( false );")
        await woo.sends()
    assert [status for _, status in told(end)] == [None, "processing"]
