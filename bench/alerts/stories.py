"""What makes each alert fire, and the remedy that docs/alerts.md gives."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import aiohttp

from bench.alerts.prometheus import LONGEST, Prometheus
from bench.alerts.stage import CUSTOMERS, SHOPIFY, Stage, was
from bench.programs import Failed
from handlers.web.signature import base64_digest
from tests.support.listening_shop import WAITING
from tests.support.shop import ShopBackend
from tests.support.waiting import until

PAUSE = 1.0
"""Seconds between two events of a shop that keeps posting, whatever the answers are."""


async def events_refused(scene: Stage, watch: Prometheus) -> None:
    """Events of an unknown order, without a customer. Remedy: they stop."""
    answer = await scene.shop.tell("never-seen", "shipped")
    was(404, answer)
    await watch.fires("TracklineEventsRefused")
    await watch.ends("TracklineEventsRefused")


async def signatures_wrong(scene: Stage, watch: Prometheus) -> None:
    """Events signed with a wrong secret."""
    other = ShopBackend(scene.shop.url, scene.session, secret="whsec_" + "A" * 32)
    for _ in range(12):
        answer = await other.create("ord_1", "customer-1")
        was(401, answer)
    await watch.fires("TracklineSignaturesWrong")
    await watch.ends("TracklineSignaturesWrong")


async def messages_dead(scene: Stage, watch: Prometheus) -> None:
    """Telegram refuses one message. Remedy: it is sent again once Telegram accepts it."""
    [person] = scene.people[:1]
    scene.fail(chat_id=person.id, method="sendMessage", times=1, status=400)
    await scene.shop.create("dead-0", "customer-0")
    await watch.fires("TracklineMessagesDead")
    for arguments in (("dead-letters",), ("dead-letters", "--send-again")):
        if "dead-0" not in (said := await scene.command(*arguments)):
            raise Failed(said)
    await person.receives(containing="dead-0", timeout=30)
    await watch.ends("TracklineMessagesDead")


async def posts_unread(scene: Stage, watch: Prometheus) -> None:
    """A signed request from Shopify that is not an order."""
    body = json.dumps({"id": None, "admin_graphql_api_id": 7}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": "1",
        "X-Shopify-Shop-Domain": "nile-coffee.myshopify.com",
        "X-Shopify-Hmac-Sha256": base64_digest(SHOPIFY, body),
    }
    answer = await scene.shop.request("POST", "/webhooks/shopify", data=body, headers=headers)
    was(200, answer)
    await watch.fires("TracklinePostsUnread")
    await scene.front.logged("post_unread")
    await watch.ends("TracklinePostsUnread")


async def unknown_state(scene: Stage, watch: Prometheus) -> None:
    """A state of the shop's own. Remedy: it is mapped."""
    await scene.shop.create("unknown-1", "customer-1", status="gone_fishing")
    await watch.fires("TracklineUnknownState")
    means = {"means": "shipped"}
    answer = await scene.shop.api("PUT", "/api/v1/status-words/gone_fishing", json=means)
    was(204, answer)
    await watch.ends("TracklineUnknownState")


async def shop_not_told(scene: Stage, watch: Prometheus) -> None:
    """The shop's own webhook answers 500, and its waiting events are days old. Remedy: 204."""
    days_old = {"$set": {"at": datetime.now(UTC) - timedelta(days=3.5)}}
    await scene.mongo.database["shop_events"].update_many(WAITING, days_old)
    await watch.fires("TracklineShopNotTold")
    scene.listener.answers.clear()
    await watch.ends("TracklineShopNotTold")


async def sender_gone(scene: Stage, watch: Prometheus) -> None:
    """`kill -9` of the sending replica while it sends. Remedy: a slower one is started."""
    scene.fail(method="sendMessage", delay=60, drop=True)
    await scene.order_for_each("gone")
    await scene.is_in_hand(6)
    await scene.sender.kill()
    scene.sandbox.clear_faults()
    await watch.fires("TracklineDown", "TracklineSendersDie", "TracklineMessagesWait")
    await scene.another_sender(rate=0.5)
    await asyncio.gather(
        watch.fires("TracklineSlow"),
        watch.ends("TracklineDown", "TracklineSendersDie", "TracklineMessagesWait"),
    )
    await watch.ends("TracklineSlow")


async def database_away(scene: Stage, watch: Prometheus) -> None:
    """The cable to the database is cut while the shop keeps posting."""
    scene.cable.cut()
    async with _going_on(scene):
        await watch.fires("TracklineDatabaseAway", "TracklineUnavailable")
        scene.cable.mend()
        await watch.ends("TracklineDatabaseAway", "TracklineUnavailable")


async def telegram_away(scene: Stage, watch: Prometheus) -> None:
    """Telegram closes every connection without an answer."""
    scene.fail(drop=True)
    await watch.fires("TracklineTelegramAway")
    scene.sandbox.clear_faults()
    await watch.ends("TracklineTelegramAway")


async def tell(scene: Stage, watch: Prometheus) -> None:
    """Runs all stories. Those whose alerts end by themselves an hour later begin first."""
    await asyncio.gather(
        _others(scene, watch),
        events_refused(scene, watch),
        signatures_wrong(scene, watch),
        messages_dead(scene, watch),
        posts_unread(scene, watch),
        unknown_state(scene, watch),
        shop_not_told(scene, watch),
    )


async def _others(scene: Stage, watch: Prometheus) -> None:
    """Runs the others one by one: each takes away what another one needs."""

    async def needs_no_sender() -> bool:
        return {"TracklineMessagesDead", "TracklineShopNotTold"} <= watch.mended

    await until(needs_no_sender, LONGEST)
    await sender_gone(scene, watch)
    await database_away(scene, watch)
    await telegram_away(scene, watch)


@asynccontextmanager
async def _going_on(scene: Stage) -> AsyncIterator[None]:
    """A shop that keeps posting, whatever the answers are."""

    async def post() -> None:
        for number in range(CUSTOMERS * 100):
            with suppress(aiohttp.ClientError):
                await scene.shop.create(f"on-{number}", "customer-2", notify=False)
            await asyncio.sleep(PAUSE)

    posting = asyncio.create_task(post())
    try:
        yield
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
