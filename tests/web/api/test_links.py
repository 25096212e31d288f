"""A customer's links over the API: listed, ended, and confirmed where the shop wants it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox import Person
from storage.mongo import Mongo
from tests.conftest import Link, start_token
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import on_both_drivers

LINKS = "/api/v1/customers/customer-1/links"


async def links(shop: ShopBackend) -> list[dict[str, Any]]:
    answer = await shop.api("GET", LINKS)
    assert answer.status == 200, answer
    found: list[dict[str, Any]] = answer.body["links"]
    return found


async def offer(shop: ShopBackend, **more: Any) -> Any:
    answer = await shop.api("POST", "/api/v1/links", json={"customer_id": "customer-1"} | more)
    assert answer.status == 201, answer
    return answer.body


async def agree(person: Person, offered: Any) -> None:
    await person.send(f"/start {start_token(offered['url'])}")
    await person.receives(containing="Connect")
    await person.press("Yes, connect")


async def confirm(shop: ShopBackend, link_id: str, customer: str = "customer-1") -> Answer:
    path = f"/api/v1/customers/{customer}/links/{link_id}/confirm"
    return await shop.api("POST", path)


# Listed


@on_both_drivers
async def test_an_offer_and_the_link_that_it_becomes_go_by_one_id(
    shop: ShopBackend, alice: Person
) -> None:
    offered = await offer(shop)
    [listed] = await links(shop)
    assert listed == {
        "link_id": offered["link_id"],
        "state": "offered",
        "linked_at": None,
        "expires_at": listed["expires_at"],
    }
    await agree(alice, offered)
    await alice.receives(containing="✅ Connected")
    [listed] = await links(shop)
    assert (listed["link_id"], listed["state"]) == (offered["link_id"], "linked")
    assert listed["expires_at"] is None
    ago = datetime.now(UTC) - datetime.fromisoformat(listed["linked_at"])
    assert timedelta() <= ago < timedelta(minutes=1)


async def test_a_household_has_a_link_each(
    shop: ShopBackend, alice: Person, bob: Person, charlie: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await link(charlie, "customer-2")
    bob.block()
    found = await links(shop)
    assert len({each["link_id"] for each in found}) == 2
    assert found[0]["state"] == "linked"
    for person in (alice, bob):
        assert str(person.id) not in repr(found)


async def test_who_has_blocked_the_bot_is_listed_so(
    shop: ShopBackend, alice: Person, link: Link, mongo: Mongo
) -> None:
    await link(alice, "customer-1")
    await mongo.database["chats"].update_one({}, {"$set": {"paused": "blocked"}})
    assert [each["state"] for each in await links(shop)] == ["blocked"]


# Ended


@on_both_drivers
async def test_a_link_that_the_shop_ends_is_over_and_its_chat_is_told(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    [listed] = await links(shop)
    assert (await shop.api("DELETE", f"{LINKS}/{listed['link_id']}")).status == 204
    await alice.receives(containing="nothing more will arrive here")
    assert await links(shop) == []
    assert (await shop.api("DELETE", f"{LINKS}/{listed['link_id']}")).status == 404
    await shop.create("ord_1", "customer-1")
    await alice.send("/orders")
    await alice.receives(containing="connect this chat")


async def test_an_offer_that_is_taken_back_links_nobody(shop: ShopBackend, alice: Person) -> None:
    offered = await offer(shop)
    assert (await shop.api("DELETE", f"{LINKS}/{offered['link_id']}")).status == 204
    assert await links(shop) == []
    await alice.send(f"/start {start_token(offered['url'])}")
    await alice.receives(containing="no longer valid")


async def test_a_link_of_another_customer_is_not_found(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    [listed] = await links(shop)
    path = f"/api/v1/customers/customer-2/links/{listed['link_id']}"
    assert (await shop.api("DELETE", path)).status == 404
    assert len(await links(shop)) == 1


# Confirmed


@on_both_drivers
async def test_a_link_that_the_shop_wants_to_confirm_counts_only_then(
    shop: ShopBackend, alice: Person
) -> None:
    offered = await offer(shop, confirm=True)
    assert (await confirm(shop, offered["link_id"])).status == 409

    await agree(alice, offered)

    await alice.receives(containing="confirm it there")
    assert [each["state"] for each in await links(shop)] == ["unconfirmed"]
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.send("/track 1001")
    await alice.receives(containing="connect this chat")

    assert (await confirm(shop, offered["link_id"])).status == 204

    await alice.receives(containing="✅ Connected")
    assert [each["state"] for each in await links(shop)] == ["linked"]
    await alice.send("/track 1001")
    await alice.receives(containing="#1001")
    assert (await confirm(shop, offered["link_id"])).status == 204, "to confirm again is no error"


async def test_nobody_else_can_take_a_link_that_waits_to_be_confirmed(
    shop: ShopBackend, alice: Person, charlie: Person
) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    await charlie.send(f"/start {start_token(offered['url'])}")
    await charlie.receives(containing="no longer valid")


async def test_only_the_customers_own_link_is_confirmed(shop: ShopBackend, alice: Person) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    assert (await confirm(shop, offered["link_id"], customer="customer-2")).status == 404
    assert (await confirm(shop, "0123456789abcdef")).status == 404
    assert [each["state"] for each in await links(shop)] == ["unconfirmed"]
