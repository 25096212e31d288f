"""What WordPress's tools for personal data do at Trackline, and what the end of an account does."""

import json
from typing import Any

from bot.app import Trackline
from tests.integrations.woocommerce.shop import Order, WooShop
from tests.support.shop import ShopBackend


async def erases(woo: WooShop, email: str) -> Any:
    """Tools → Erase Personal Data: what our part of it answers."""
    return json.loads(
        await woo.wordpress.run(
            "$erasers = apply_filters( 'wp_privacy_personal_data_erasers', array() );"
            f"echo wp_json_encode( $erasers['trackline']['callback']( '{email}', 1 ) );"
        )
    )


async def exports(woo: WooShop, email: str) -> str:
    """Tools → Export Personal Data: all values of our part of it."""
    return await woo.wordpress.run(
        "$exporters = apply_filters( 'wp_privacy_personal_data_exporters', array() );"
        f"$found = $exporters['trackline']['callback']( '{email}', 1 );"
        "foreach ( $found['data'] as $item ) { echo wp_json_encode( $item['data'] ); }"
    )


async def is_known(shop: ShopBackend, order: Order) -> bool:
    return (await shop.api("GET", f"/api/v1/orders/{order.id}/tracking")).status == 200


async def sold(woo: WooShop, name: str | None, email: str) -> Order:
    async with woo.visitor(name) as browser:
        order = await woo.buy(browser, email)
    await woo.sends()
    return order


async def test_erasing_a_person_erases_their_account_and_their_guest_orders_and_no_others(
    woo: WooShop, hpos: bool, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url)
    hers = await sold(woo, "alice", "alice@example.com")
    as_guest = await sold(woo, None, "alice@example.com")
    others = await sold(woo, None, "gwen@example.com")
    answer = await erases(woo, "alice@example.com")
    assert answer["items_removed"]
    assert not answer["items_retained"]
    assert not await is_known(shop, hers)
    assert not await is_known(shop, as_guest)
    assert await is_known(shop, others)
    await woo.move(as_guest, "completed")
    await woo.sends()
    assert not await is_known(shop, as_guest), "nothing is told of it any more"


async def test_what_cannot_be_erased_now_is_erased_later(
    woo: WooShop, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url)
    order = await sold(woo, None, "gwen@example.com")
    await woo.set_up("http://127.0.0.1:1")
    answer = await erases(woo, "gwen@example.com")
    assert answer["items_retained"]
    assert "as soon as it can be" in answer["messages"][0]
    await woo.set_up(service.url)
    await woo.sends()
    assert not await is_known(shop, order)


async def test_an_account_that_is_deleted_and_an_order_that_is_are_erased(
    woo: WooShop, hpos: bool, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url)
    hers = await sold(woo, "alice", "alice@example.com")
    order = await sold(woo, None, "gwen@example.com")
    await woo.wordpress.run(
        "require_once ABSPATH . 'wp-admin/includes/user.php';"
        "wp_delete_user( get_user_by( 'login', 'alice' )->ID );"
    )
    await woo.change(order, "$order->delete( true );")
    await woo.sends()
    assert not await is_known(shop, hers)
    assert not await is_known(shop, order)


async def test_an_export_has_the_timeline_of_account_and_guest_orders(
    woo: WooShop, service: Trackline
) -> None:
    await woo.set_up(service.url)
    hers = await sold(woo, "alice", "alice@example.com")
    as_guest = await sold(woo, None, "alice@example.com")
    others = await sold(woo, None, "gwen@example.com")
    exported = await exports(woo, "alice@example.com")
    assert f'"value":"{hers.id}"' in exported
    assert f'"value":"{as_guest.id}"' in exported
    assert f'"value":"{others.id}"' not in exported
    assert exported.count("processing") == 2
