"""Telegram refused to bring somebody their news; then they talk to us, and it comes."""

import pytest

from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend
from tests.support.waiting import until

NEVER_STARTED = "Forbidden: bot can't initiate conversation with a user"


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture
async def deaf(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link, chats: Chats
) -> None:
    """What a new bot hears of a person who has not talked to it yet."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.receives(containing="Thank you for your order")
    sandbox.fail(Fault(method="sendMessage", status=403, description=NEVER_STARTED))
    await shop.tell("ord_1", "shipped")

    async def is_paused() -> bool:
        chat = await chats.get(alice.id)
        return bool(chat and chat.paused)

    await until(is_paused)


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("says", ["/help", "/orders", "hello", "1001", "/start", "/link"])
async def test_whoever_writes_anything_gets_what_gathered(alice: Person, says: str) -> None:
    await alice.send(says)
    await alice.receives(containing="has been shipped")


@pytest.mark.usefixtures("deaf")
async def test_whoever_presses_a_button_does(alice: Person) -> None:
    await alice.press("Show timeline")
    await alice.receives(containing="has been shipped")


@pytest.mark.usefixtures("deaf")
async def test_the_shop_is_not_told_that_they_have_blocked_the_bot(
    shop: ShopBackend, alice: Person
) -> None:
    async def states() -> list[str]:
        answer = await shop.api("GET", "/api/v1/customers/customer-1/links")
        return [link["state"] for link in answer.body["links"]]

    async def is_blocked() -> bool:
        return await states() == ["blocked"]

    assert await states() == ["linked"]
    alice.block()
    await until(is_blocked)


async def test_a_refusal_that_comes_late_does_not_make_them_deaf_again(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link, chats: Chats
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    sandbox.fail(Fault(method="sendMessage", status=403, description=NEVER_STARTED, delay=10))
    await shop.tell("ord_1", "shipped")

    async def is_being_sent() -> bool:
        chat = await chats.get(alice.id)
        return bool(chat and chat.lease)

    await until(is_being_sent)
    await alice.send("/help")
    await alice.receives(containing="how your orders")
    sandbox.clear_faults()
    await alice.receives(containing="has been shipped")
