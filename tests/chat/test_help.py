"""Whatever else is said: nobody is left without an answer."""

import pytest
from structlog.testing import capture_logs

from bot.services.orders.tracking import Tracking
from bot.texts.languages import LANGUAGES
from sandbox import Fault, Person, Sandbox
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.support.waiting import until

HELP = "how your orders from Nile Coffee are getting on"
PUZZLED = "I didn't get that"


@pytest.mark.parametrize("said", ["/help", "❓ Help", "help", "Help!"])
async def test_who_asks_for_help_gets_it_with_the_keyboard(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    await alice.send(said)
    answer = await alice.receives(containing=HELP)
    assert answer.reply_keyboard is not None


@pytest.mark.parametrize(
    "said", ["Blue, please", "/unknown", "/Track1001", "🤷", "I have 2 questions"]
)
async def test_what_nobody_understands_gets_a_short_answer_with_buttons(
    shop: ShopBackend, alice: Person, said: str
) -> None:
    await alice.send(said)
    answer = await alice.receives(containing=PUZZLED)
    assert [button.text for button in answer.buttons[0]] == ["My orders", "Help"]
    await alice.press("Help")
    await alice.receives(containing=HELP)
    await alice.press("My orders")
    await alice.receives(containing="Connect your account")


async def test_a_place_gets_an_answer_and_links_nobody(shop: ShopBackend, alice: Person) -> None:
    await alice.share_location(0.3, 32.5)
    await alice.receives(containing=PUZZLED)
    await alice.send("/orders")
    await alice.receives(containing="Connect your account")


async def test_a_button_that_nobody_knows_any_more_gets_an_answer(
    shop: ShopBackend, alice: Person
) -> None:
    await alice.send("/help")
    await alice.receives(containing=HELP)
    await alice.press_data("from-long-ago")
    await alice.receives(containing=PUZZLED)


async def test_start_brings_the_keyboard_to_who_is_linked_and_to_who_is_not(
    shop: ShopBackend, alice: Person, bob: Person, link: Link
) -> None:
    await alice.send("/start")
    assert (await alice.receives(containing="Connect your account")).reply_keyboard is not None
    await link(bob, "customer-1")
    await bob.send("/start")
    assert (await bob.receives(containing="Hello again!")).reply_keyboard is not None
    await bob.receives(containing="No orders here yet")


@pytest.mark.presented
async def test_the_commands_are_in_telegram_s_menu_in_every_language(
    shop: ShopBackend, sandbox: Sandbox
) -> None:
    async def introduced() -> bool:
        return {
            call.params.get("language_code", "")
            for call in sandbox.calls_of("setMyShortDescription")
        } == {"", *LANGUAGES}

    await until(introduced)
    for menu in sandbox.calls_of("setMyCommands"):
        offered = {command["command"] for command in menu.params["commands"]}
        commands = {"track", "orders", "settings", "link", "unlink", "privacy", "help"}
        assert commands <= offered


async def test_when_looking_up_fails_the_person_is_told_and_the_operator_too(
    shop: ShopBackend,
    alice: Person,
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("the reason")

    await link(alice, "customer-1")
    monkeypatch.setattr(Tracking, "timeline", fails)
    with capture_logs() as logs:
        await alice.send("/track 1001")
        await alice.receives(containing="Please try again in a minute")
        await alice.press_data("show:1001")
        await alice.receives(containing="Please try again in a minute")
    assert [(line["event"], line["error"]) for line in logs] == [
        ("update_failed", "RuntimeError")
    ] * 2


async def test_after_an_answer_that_could_not_be_sent_the_next_one_is(
    shop: ShopBackend, sandbox: Sandbox, alice: Person
) -> None:
    sandbox.fail(Fault(method="sendMessage", status=502, body=b"<html>Bad Gateway</html>"))
    await alice.send("/help")
    await alice.send("/help")
    await alice.receives(containing=HELP)
