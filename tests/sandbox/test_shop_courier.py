"""The sample shop's courier drives to the door, and tells of each place on the way."""

import math
from itertools import pairwise

from aiohttp import web

from sandbox.shop import Shop
from sandbox.shop.courier import STEPS, way
from tests.sandbox.test_shop import Client, Service, open_shop, orders_of, panel, service, shop

__all__ = ["open_shop", "panel", "service", "shop"]


async def test_a_courier_drives_to_the_door_and_hands_the_order_over(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    [order] = [each for each in await orders_of(panel, "alice") if each["number"] == "1004"]
    answer = await panel.post(f"/shop/orders/{order['id']}/courier")
    assert (await answer.json())["status"] == "out_for_delivery"
    assert (await panel.post(f"/shop/orders/{order['id']}/courier")).status == 409
    await open_shop.settled()
    moves = [event["data"] for event in service.events if event["type"] == "order.courier_moved"]
    assert len(moves) == STEPS
    assert {move["order_id"] for move in moves} == {order["id"]}
    assert service.events[-1]["data"]["status"] == "delivered"
    [order] = [each for each in await orders_of(panel, "alice") if each["number"] == "1004"]
    assert (order["status"], order["courier"]) == ("delivered", None)
    assert "order.courier_moved" not in {event["type"] for event in order["events"]}


async def test_the_way_is_evenly_spread_and_heads_where_it_goes(open_shop: Shop) -> None:
    for order in open_shop.orders.values():
        places = list(way(order))
        for one, other in pairwise(places):
            north, east = other.latitude - one.latitude, other.longitude - one.longitude
            assert math.hypot(north, east) < 0.0008
            assert 1 <= one.heading <= 360


async def test_a_courier_whose_order_goes_another_way_drives_no_further(
    panel: Client, open_shop: Shop, service: Service
) -> None:
    [order] = [each for each in open_shop.orders.values() if each.number == "1004"]
    service.answers = iter([None, web.Response(status=503)])
    open_shop.send_courier(order)
    open_shop.change(order, "attempt_failed")
    await open_shop.settled()
    moves = [event for event in service.events if event["type"] == "order.courier_moved"]
    assert len(moves) <= 1
    assert order.status == "attempt_failed"
