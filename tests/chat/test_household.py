"""Who is connected to the same account, and how one ends another's connection."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.services.people.household import member_of
from sandbox import Fault, Message, Person, Sandbox
from storage.chats import Chats
from storage.whose import account
from tests.conftest import Link
from tests.support.news import chat as a_chat
from tests.support.shop import ShopBackend
from tests.support.waiting import until


@pytest.fixture
async def household(shop: ShopBackend, alice: Person, bob: Person, link: Link) -> None:
    for person in (alice, bob):
        await link(person, "customer-1")


async def opens(person: Person) -> Message:
    """The household's screen as it stands now."""
    await person.send("/settings")
    message = await person.receives(containing="Settings")
    await person.press("👥 Connected chats", message)
    return person.chat.messages[message.id]


def shown(person: Person, message: Message) -> Message:
    return person.chat.messages[message.id]


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


def carried(person: Person, message: Message) -> list[str]:
    return [b.data for row in shown(person, message).buttons for b in row if b.data]


async def ends_the_other(person: Person) -> Message:
    screen = await opens(person)
    await person.press("Disconnect the other chat", screen)
    await person.press("Yes, disconnect it", shown(person, screen))
    return shown(person, screen)


async def test_who_is_alone_sees_that_and_how_another_is_connected(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    screen = await opens(alice)
    assert "Only this chat sees your orders" in screen.text
    assert "This chat, since" in screen.text
    assert "choose Connect Telegram" in screen.text
    assert labels(screen) == ["‹ Back"]


async def test_others_are_shown_without_names_and_their_ids_are_in_no_button(
    household: None, alice: Person, bob: Person
) -> None:
    screen = await opens(alice)
    assert "This chat, since" in screen.text
    assert "Another chat, since" in screen.text
    assert "Bob" not in screen.text
    assert labels(screen) == ["Disconnect the other chat", "‹ Back"]
    await alice.press("Disconnect the other chat", screen)
    for data in [*carried(alice, screen), *(b.data or "" for row in screen.buttons for b in row)]:
        assert str(bob.id) not in data


async def test_whoever_is_connected_is_told_of_a_newcomer_and_can_end_it(
    shop: ShopBackend, alice: Person, charlie: Person, chats: Chats, link: Link
) -> None:
    await link(alice, "customer-1")
    await link(charlie, "customer-1")
    told = await alice.receives(containing="Another chat was connected to your account")
    assert str(charlie.id) not in repr(told)
    await alice.press("Disconnect the other chat", told)
    await alice.press("Yes, disconnect it", shown(alice, told))
    await charlie.receives(containing="has disconnected this chat")
    assert [chat.id for chat in await chats.following(account("customer-1"))] == [alice.id]
    assert not [said for said in charlie.inbox if "Another chat was connected" in said.text]


async def test_of_many_chats_the_newest_come_first_and_all_can_be_ended(
    shop: ShopBackend, alice: Person, bob: Person, chats: Chats, link: Link
) -> None:
    await link(alice, "customer-1")
    now = datetime.now(UTC)
    for n in range(1, 29):
        others = a_chat(9000 + n, since=now - timedelta(days=n))
        await chats.link(others)
    await link(bob, "customer-1")
    [newest] = [c for c in await chats.following(account("customer-1")) if c.id == bob.id]
    screen = await opens(alice)
    first = [data for data in carried(alice, screen) if ":ask:" in data]
    assert first[0].endswith(member_of(newest.links[0]).key)
    await alice.press("Older", screen)
    second = [data for data in carried(alice, screen) if ":ask:" in data]
    assert len({*first, *second}) == 29
    await alice.press_data(second[-1].replace(":ask:", ":end:"), screen)
    assert await chats.get(9028) is None
    assert (await alice.press_data("settings:household:page:99", screen)) is not None
    assert "Newer" in labels(shown(alice, screen))


async def test_the_question_s_first_button_agrees_and_its_second_declines(
    household: None, alice: Person, bob: Person, chats: Chats
) -> None:
    screen = await opens(alice)
    await alice.press("Disconnect the other chat", screen)
    question = shown(alice, screen)
    assert "Disconnect the other chat" in question.text
    assert [button.text for button in question.buttons[0]] == ["Yes, disconnect it", "No, leave it"]
    await alice.press("No, leave it", question)
    assert shown(alice, screen).text == screen.text
    assert await chats.get(bob.id) is not None


async def test_a_connection_that_was_ended_hears_of_that_and_of_nothing_more(
    shop: ShopBackend, household: None, alice: Person, bob: Person, chats: Chats
) -> None:
    await bob.press_data("settings:language:fr")
    screen = await ends_the_other(alice)
    assert "Only this chat sees your orders" in screen.text
    await bob.receives(containing="a déconnecté cette conversation")
    assert await chats.get(bob.id) is None

    said = len(bob.inbox)
    await shop.create("ord_1", "customer-1", order_number="1001")
    await alice.receives(containing="#1001")
    assert len(bob.inbox) == said
    await bob.send("/track 1001")
    await bob.receives(containing="Connect your account")


async def test_news_that_waits_for_them_goes_with_it(
    shop: ShopBackend, household: None, alice: Person, bob: Person, chats: Chats, link: Link
) -> None:
    await chats.pause(bob.id, "blocked")
    await shop.create("ord_1", "customer-1", order_number="1001")

    async def waits() -> bool:
        chat = await chats.get(bob.id)
        return chat is not None and bool(chat.entries)

    await until(waits)
    await ends_the_other(alice)
    await bob.receives(containing="has disconnected this chat")
    await link(bob, "customer-1")
    chat = await chats.get(bob.id)
    assert chat is not None
    assert chat.entries == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(
            method="sendMessage", status=403, description="Forbidden: bot was blocked by the user"
        ),
        Fault(method="sendMessage", status=502, body=b"<html>Bad Gateway</html>"),
        Fault(method="sendMessage", garbage=True),
        Fault(method="sendMessage", drop=True),
    ],
    ids=["blocked", "502", "garbage", "dropped"],
)
async def test_that_the_other_cannot_be_told_is_no_trouble_for_the_one_who_presses(
    household: None,
    sandbox: Sandbox,
    alice: Person,
    bob: Person,
    chats: Chats,
    fault: Fault,
) -> None:
    screen = await opens(alice)
    sandbox.fail(fault)
    end = carried(alice, screen)[0].replace(":ask:", ":end:")
    with capture_logs() as logged:
        assert (await alice.press_data(end, screen)).text == "Disconnected"
        await opens(alice)  # her next update is handled once this one is over
    told = [event["event"] for event in logged if event["event"] != "pace"]  # a busy machine's
    assert told == ["not_told"]
    assert "Only this chat sees your orders" in shown(alice, screen).text
    assert await chats.get(bob.id) is None


async def test_they_end_each_other_at_once_and_one_is_left_or_none(
    household: None, alice: Person, bob: Person, chats: Chats
) -> None:
    screens = {person: await opens(person) for person in (alice, bob)}
    data = {p: carried(p, screen)[0].replace(":ask:", ":end:") for p, screen in screens.items()}
    await asyncio.gather(*(p.press_data(data[p], screens[p]) for p in screens))
    left = [person for person in (alice, bob) if await chats.get(person.id)]
    assert len(left) < 2


async def test_an_ended_connection_is_ended_once(
    household: None, alice: Person, bob: Person, chats: Chats, link: Link
) -> None:
    screen = await opens(alice)
    end = carried(alice, screen)[0].replace(":ask:", ":end:")
    assert (await alice.press_data(end, screen)).text == "Disconnected"
    await link(bob, "customer-1")
    assert (await alice.press_data(end, screen)).text == "That chat is no longer connected."
    assert await chats.get(bob.id) is not None
    ask = end.replace(":end:", ":ask:")
    assert (await alice.press_data(ask, screen)).text == "That chat is no longer connected."


async def test_charlie_ends_nobody_s_whatever_his_button_says(
    household: None, alice: Person, bob: Person, charlie: Person, chats: Chats, link: Link
) -> None:
    screen = await opens(alice)
    stolen = carried(alice, screen)[0].replace(":ask:", ":end:")
    await charlie.send("/help")
    await charlie.receives()
    for forge in ("not linked", "linked elsewhere"):
        if forge == "linked elsewhere":
            await link(charlie, "customer-2")
        for data in (stolen, stolen.replace(":end:", ":ask:"), f"settings:household:end:{bob.id}"):
            await charlie.press_data(data)
            assert "Another chat" not in charlie.inbox[-1].text
    assert {chat.id for chat in await chats.following(account("customer-1"))} == {alice.id, bob.id}


async def test_nobody_ends_their_own_by_a_forged_button(
    household: None, alice: Person, bob: Person, chats: Chats
) -> None:
    """Alice's own key is what stands on Bob's screen."""
    screen = await opens(bob)
    own = carried(bob, screen)[0].replace(":ask:", ":end:")
    await opens(alice)
    assert (await alice.press_data(own)).text == "That chat is no longer connected."
    assert await chats.get(alice.id) is not None
