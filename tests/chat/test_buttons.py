"""Buttons of messages that cannot be edited any more."""

import pytest

from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from tests.conftest import Link
from tests.support.shop import ShopBackend


@pytest.fixture(params=["message can't be edited", "message to edit not found"])
def uneditable(sandbox: Sandbox, request: pytest.FixtureRequest) -> None:
    description = f"Bad Request: {request.param}"
    sandbox.fail(Fault(method="editMessageText", times=None, status=400, description=description))


@pytest.mark.usefixtures("uneditable")
async def test_what_a_button_has_done_is_said_in_a_new_message(
    shop: ShopBackend, alice: Person, chats: Chats
) -> None:
    code = (await shop.connect("customer-1"))["code"]
    await alice.send(f"/link {code}")
    await alice.receives(containing="Connect this chat")
    await alice.press("Yes, connect")
    await alice.receives(containing="Connected")
    assert await chats.get(alice.id)


@pytest.mark.usefixtures("uneditable")
async def test_a_screen_comes_as_a_new_message(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await alice.send("/settings")
    settings = await alice.receives(containing="Settings")
    await alice.press("🌐 Language", settings)
    await alice.receives(containing="Language")


async def test_a_button_of_a_message_that_is_gone_is_answered_in_a_new_one(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await alice.send("/settings")
    settings = await alice.receives(containing="Settings")
    del alice.chat.messages[settings.id]
    await alice.press_data("settings:language", settings)
    await alice.receives(containing="Language")
