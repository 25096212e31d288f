"""How a test acts as a customer."""

from __future__ import annotations

import asyncio

import pytest

from sandbox import NotPossible, Person, Sandbox
from tests.sandbox.conftest import Api

BUTTON = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


async def test_each_message_and_each_edit_is_received_once(api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="Packed")
    await api.result("sendMessage", chat_id=alice.id, text="Hello")
    await api.result(
        "editMessageText", chat_id=alice.id, message_id=sent["message_id"], text="Shipped"
    )
    assert (await alice.receives("Shipped")).id == sent["message_id"]
    assert (await alice.receives("Packed")).edited_at is None
    assert (await alice.receives()).text == "Hello"
    with pytest.raises(AssertionError):
        await alice.receives("Shipped", timeout=0.01)


async def test_receiving_waits_for_the_message(api: Api, alice: Person) -> None:
    waiting = asyncio.create_task(alice.receives("Shipped"))
    await api.result("sendMessage", chat_id=alice.id, text="Shipped")
    assert (await waiting).text == "Shipped"


async def test_what_does_not_come_is_told_with_the_chat(api: Api, alice: Person) -> None:
    await api.result("sendMessage", chat_id=alice.id, text="Sure?", reply_markup=BUTTON)
    with pytest.raises(AssertionError) as failure:
        await alice.receives("Shipped", timeout=0.01)
    assert str(failure.value) == (
        "no message containing 'Shipped' within 0.01 s, Alice's chat:\n"
        "  Alice: /start \n"
        "  bot: Sure? [Yes]"
    )


async def test_only_a_button_that_is_there_can_be_pressed(api: Api, alice: Person) -> None:
    with pytest.raises(AssertionError, match="no button 'Yes' to press"):
        await alice.press("Yes")
    with pytest.raises(AssertionError, match="no message of the bot"):
        await alice.press_data("y")


async def test_a_press_takes_the_newest_message_that_has_the_button(
    api: Api, alice: Person
) -> None:
    await api.result("sendMessage", chat_id=alice.id, text="old", reply_markup=BUTTON)
    newest = await api.result("sendMessage", chat_id=alice.id, text="new", reply_markup=BUTTON)
    await api.result("sendMessage", chat_id=alice.id, text="without")
    pressing = asyncio.create_task(alice.press("Yes"))
    [update] = await api.updates(timeout=5)
    query = update["callback_query"]
    assert query["message"]["message_id"] == newest["message_id"]
    await api.result("answerCallbackQuery", callback_query_id=query["id"])
    await pressing


async def test_nobody_writes_to_a_bot_they_block(alice: Person) -> None:
    alice.block()
    with pytest.raises(NotPossible, match="Alice has blocked the bot"):
        await alice.send("x")
    alice.unblock()
    alice.deactivate()
    with pytest.raises(NotPossible, match="no Telegram account"):
        await alice.send("x")


@pytest.mark.parametrize("text", ["", " \n", "x" * 4097])
async def test_no_message_is_empty_or_over_4096_characters(alice: Person, text: str) -> None:
    with pytest.raises(NotPossible):
        await alice.send(text)


async def test_only_members_write_in_a_group(sandbox: Sandbox, alice: Person) -> None:
    family = sandbox.group("Family", members=[sandbox.person("Bob")])
    with pytest.raises(NotPossible, match="Alice is not a member of Family"):
        await alice.send_in_group(family, "x")


async def test_an_id_belongs_to_one_person(sandbox: Sandbox) -> None:
    sandbox.person("Alice", id=1)
    with pytest.raises(ValueError, match="already somebody with the id 1"):
        sandbox.person("Bob", id=1)


def test_a_token_has_telegrams_form() -> None:
    with pytest.raises(ValueError, match="looks like"):
        Sandbox(token="secret")


async def test_a_username_is_told_to_the_bot_and_may_change_hands(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    alice.rename("alice_k")
    charlie = sandbox.person("Charlie")
    with pytest.raises(NotPossible, match="@Alice_K is somebody else's"):
        charlie.rename("Alice_K")
    alice.rename(None)
    charlie.rename("Alice_K")
    for person in (alice, charlie):
        await person.send("hello")
    *_, hers, his = [update["message"] for update in await api.updates()]
    assert "username" not in hers["from"] | hers["chat"]
    assert his["from"]["username"] == his["chat"]["username"] == "Alice_K"
