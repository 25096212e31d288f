"""A customer's links over the API: listed, ended, and confirmed where the shop wants it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox import Person
from storage.chats import Chats
from storage.mongo import Mongo
from storage.whose import account
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


async def confirm(
    shop: ShopBackend, link_id: str, proof: str = "000000", customer: str = "customer-1"
) -> Answer:
    path = f"/api/v1/customers/{customer}/links/{link_id}/confirm"
    return await shop.api("POST", path, json={"proof": proof})


async def proof_for(person: Person) -> str:
    """What the chat of whoever has agreed shows: ``482 913``."""
    message = await person.receives(containing="type this code")
    [shown] = re.findall(r"^\d{3} \d{3}$", message.text, re.MULTILINE)
    return str(shown)


def wrong(proof: str) -> str:
    return f"{(int(proof.replace(' ', '')) + 1) % 10**6:06}"


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
    await alice.receives(containing="Connect your account")


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

    proof = await proof_for(alice)
    assert [each["state"] for each in await links(shop)] == ["unconfirmed"]
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.send("/track 1001")
    await alice.receives(containing="Connect your account")

    assert (await confirm(shop, offered["link_id"], proof)).status == 204

    await alice.receives(containing="✅ Connected")
    assert [each["state"] for each in await links(shop)] == ["linked"]
    await alice.send("/track 1001")
    await alice.receives(containing="#1001")
    again = await confirm(shop, offered["link_id"], proof)
    assert again.status == 204, "to confirm again is no error"


async def test_a_stranger_who_saw_the_address_and_agreed_first_is_not_linked(
    shop: ShopBackend, alice: Person, charlie: Person, chats: Chats
) -> None:
    """Alice has no code to type, whatever Charlie's chat shows, and asks for another link."""
    first, second = await offer(shop, confirm=True), await offer(shop, confirm=True)
    await agree(charlie, first)
    await agree(alice, second)
    hers = await proof_for(alice)
    refused = await confirm(shop, first["link_id"], hers)
    assert refused.status == 422
    assert refused.body["errors"] == [
        {"field": "proof", "problem": "The chat shows another. Five wrong ones end the link."}
    ]
    assert (await confirm(shop, second["link_id"], hers)).status == 204
    assert [chat.id for chat in await chats.following(account("customer-1"))] == [alice.id]


@pytest.mark.parametrize("sent", [{}, {"json": {}}], ids=["no body", "an empty one"])
async def test_without_the_proof_nothing_is_confirmed(
    shop: ShopBackend, alice: Person, sent: dict[str, Any]
) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    refused = await shop.api("POST", f"{LINKS}/{offered['link_id']}/confirm", **sent)
    assert refused.status == 422
    assert refused.body["errors"] == [{"field": "proof", "problem": "it is missing"}]
    assert [each["state"] for each in await links(shop)] == ["unconfirmed"]


@on_both_drivers
async def test_after_five_wrong_proofs_the_link_is_over(shop: ShopBackend, alice: Person) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    proof = await proof_for(alice)
    tries = [(await confirm(shop, offered["link_id"], wrong(proof))).status for _ in range(5)]
    assert tries == [422] * 5
    assert (await confirm(shop, offered["link_id"], proof)).status == 404
    assert await links(shop) == []


async def test_many_guesses_at_once_are_no_more_than_five(shop: ShopBackend, alice: Person) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    proof = await proof_for(alice)
    guesses = (confirm(shop, offered["link_id"], wrong(proof)) for _ in range(20))
    answers = [answer.status for answer in await asyncio.gather(*guesses)]
    assert sorted(answers) == [404] * 15 + [422] * 5


async def test_a_proof_may_be_typed_in_other_digits_and_after_a_wrong_one(
    shop: ShopBackend, alice: Person
) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    proof = await proof_for(alice)
    assert (await confirm(shop, offered["link_id"], wrong(proof))).status == 422
    arabic = proof.translate({ord("0") + digit: chr(0x660 + digit) for digit in range(10)})
    assert (await confirm(shop, offered["link_id"], f" {arabic}")).status == 204


async def test_who_agrees_once_more_is_shown_the_same_proof(
    shop: ShopBackend, alice: Person
) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    first = await proof_for(alice)
    await agree(alice, offered)
    assert await proof_for(alice) == first


async def test_a_proof_stands_nowhere_in_the_database(
    shop: ShopBackend, alice: Person, mongo: Mongo
) -> None:
    offered = await offer(shop, confirm=True)
    await agree(alice, offered)
    proof = (await proof_for(alice)).replace(" ", "")
    for name in await mongo.database.list_collection_names():
        assert proof not in repr(await mongo.database[name].find({}).to_list(None))


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
    proof = await proof_for(alice)
    assert (await confirm(shop, offered["link_id"], proof, customer="customer-2")).status == 404
    assert (await confirm(shop, "0123456789abcdef", proof)).status == 404
    assert [each["state"] for each in await links(shop)] == ["unconfirmed"]
