"""Before a link, and after it: nothing is shown and nothing is sent."""

import pytest

from sandbox import Person, Sandbox
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend

# Unlinking


async def test_unlink_ends_the_pushes_and_the_answers(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, bob: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(bob, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.receives(containing="#1001")
    await unlinks(alice)

    said = len(alice.inbox)
    await shop.tell("ord_1", "shipped")
    await bob.receives(containing="has been shipped")
    assert len(alice.inbox) == said
    await alice.send("/track 1001")
    assert "1001" not in (await alice.receives()).text


async def test_unlink_without_a_link_says_so(shop: ShopBackend, alice: Person) -> None:
    await alice.send("/unlink")
    await alice.receives(containing="is not connected to any account")


async def test_buttons_from_before_show_no_data_after_unlinking(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", note="To Kampala")
    push = await alice.receives(containing="#1001")
    await alice.press("Show timeline")
    timeline = await alice.receives(containing="Order placed")
    await unlinks(alice)

    for label, message in (("Show timeline", push), ("🔄 Refresh", timeline)):
        await alice.press(label, message)
        answer = await alice.receives(containing="Connect your account")
        assert "1001" not in answer.text
        assert answer.buttons == []


# Before a link


@pytest.mark.parametrize("command", ["/start", "/orders", "/track 1001", "/track"])
async def test_who_is_not_linked_is_told_how_to(
    shop: ShopBackend, alice: Person, command: str
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.send(command)
    answer = await alice.receives()
    assert "Connect your account at Nile Coffee" in answer.text
    assert "Order placed" not in answer.text


async def test_start_shows_the_orders_of_who_is_linked(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001")
    await link(alice, "customer-1")
    await alice.send("/start")
    await alice.receives(containing="Hello again!")
    answer = await alice.receives(containing="Your latest orders")
    [label] = [button.text for button in answer.buttons[0]]
    assert label.startswith("📝 #1001 · Order placed · ")
