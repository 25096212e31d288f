"""What systems post, in all the shapes that are known of them, and the timeline that each gives.

Each system's folder has ``shapes``. A file a shape: the id of its ``order``, and the ``posts`` that
come one after another, each the ``body`` (or the name of a file in ``payloads``) and, if the system
says more in headers, its ``topic`` or its ``headers``; before them what the shop has ``told`` by
itself, if it has. ``example.json`` is one that all goes well with, for the tests of all systems.

``expected.txt`` has a line for each: the steps, oldest first; after a semicolon each parcel with
its state, its carrier and ``↗`` if there is a link; the expected delivery; and what is in it, each
thing with its parcel and ``▣`` if there is a picture. Or how the last post was answered.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.shop import ShopBackend
from tests.web.shops.conftest import SHOPS, headers_of, post, shapes

SYSTEMS = sorted(shapes.parent.name for shapes in SHOPS.glob("*/shapes"))


def expected(system: str) -> dict[str, str]:
    lines = (SHOPS / system / "shapes" / "expected.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if line)
    return {name: gives for name, _, gives in pairs}


async def given(shop: ShopBackend, system: str, shape: Mapping[str, Any]) -> str:
    """What the shape gives, as its line says it."""
    for event in shape.get("told", []):
        await shop.tell(**event)
    for one in shape["posts"]:
        answer = await post(shop, system, one["body"], headers=headers_of(system, one))
    found = await shop.api("GET", f"/api/v1/orders/{shape['order']}/tracking")
    if found.status == 404:
        return str(answer.body.get("result", answer.status))
    return "; ".join(_said(found.body))


def _said(told: Mapping[str, Any]) -> list[str]:
    steps = (
        s["status"] + (f"({s['parcel']})" if s["parcel"] else "") for s in told["tracking_info"]
    )
    return [" > ".join(steps), *map(_parcel, told["parcels"]), *_expected(told), *_goods(told)]


def _parcel(told: Mapping[str, Any]) -> str:
    carrier = told["carrier"] or {}
    link = "↗" if carrier.get("tracking_url") else None
    return " ".join(filter(None, [told["parcel"], told["status"], carrier.get("name"), link]))


def _expected(told: Mapping[str, Any]) -> list[str]:
    ends = (told["estimated_delivery"] or {}).values()
    days = sorted({end for end in ends if end})
    return [f"expected {' to '.join(days)}"] if days else []


def _goods(told: Mapping[str, Any]) -> list[str]:
    things = (
        f"{item['quantity']} × {item['name']}"
        + (f" ({item['parcel']})" if item["parcel"] else "")
        + (" ▣" if item["image_url"] else "")
        for item in told["items"]
    )
    return [", ".join(things)] if told["items"] else []


@pytest.mark.parametrize("system", SYSTEMS)
async def test_each_shape_gives_its_timeline(shop: ShopBackend, system: str) -> None:
    found = {name: await given(shop, system, shape) for name, shape in shapes(system).items()}
    assert found == expected(system)
