"""`/api/v1/console/stories`: an order's whole story, with nothing of any person in it."""

from typing import Any

from bot.services.people.aliases import alias
from sandbox import Fault, Person, Sandbox
from storage.mongo import Mongo
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.support.waiting import until


async def stories(shop: ShopBackend, order: str) -> list[Any]:
    answer = await shop.api("GET", "/api/v1/console/stories", params={"order": order})
    assert answer.status == 200, answer
    found: list[Any] = answer.body["stories"]
    return found


async def test_a_story_has_each_event_and_each_message(
    shop: ShopBackend, mongo: Mongo, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.tell(
        "ord_1",
        kind="order.created",
        event_id="e1",
        customer_id="customer-1",
        order_number="5077",
        note="For Grandma",
        location="Kampala",
    )
    await alice.receives(containing="5077")
    await shop.tell("ord_1", "shipped", event_id="e2", parcel="RR123456785UG")
    await alice.receives(containing="shipped")

    async def whole() -> Any:
        [story] = await stories(shop, "#5077")
        return story if [m["became"] for m in story["messages"]] == ["told"] * 2 else None

    story = await until(whole)
    assert await stories(shop, "ord_1") == [story]
    assert (story["order_id"], story["order_number"], story["status"]) == (
        "ord_1",
        "5077",
        "shipped",
    )
    assert (story["linked"], story["hearing"]) == (1, 1)
    steps = [(s["event_id"], s["status"], s["parcel"], s["is_news"]) for s in story["steps"]]
    assert steps == [("e1", "placed", None, True), ("e2", "shipped", 1, True)]
    chat = alias(mongo.sealing, "chat", alice.id)
    assert [(m["chat"], m["kind"]) for m in story["messages"]] == [(chat, "news")] * 2
    for private in ("Grandma", "Kampala", "customer-1", "RR123456785UG", str(alice.id), "Alice"):
        assert private not in repr(story)


async def test_what_could_not_be_sent_is_part_of_it(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    refused = "Bad Request: oops"
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, status=400, description=refused))
    await shop.create("ord_1", "customer-1")

    async def dead() -> Any:
        [story] = await stories(shop, "ord_1")
        return [message for message in story["messages"] if message["became"] == "dead"]

    [message] = await until(dead)
    assert message["why"] == "Oops"


async def test_what_waits_for_somebody_who_has_blocked_the_bot_says_so(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    alice.block()
    await shop.create("ord_1", "customer-1")

    async def paused() -> Any:
        [story] = await stories(shop, "ord_1")
        return [message for message in story["messages"] if message["became"] == "paused"]

    [message] = await until(paused)
    assert "blocked" in message["why"]


async def test_an_order_that_nobody_knows_has_none(shop: ShopBackend) -> None:
    assert await stories(shop, "9999") == []


async def test_orders_of_one_number_have_one_each(shop: ShopBackend) -> None:
    for n in (1, 2):
        await shop.create(f"ord_{n}", f"customer-{n}", order_number="5077")
    assert {story["order_id"] for story in await stories(shop, "5077")} == {"ord_1", "ord_2"}
