"""Whatever else is said: nobody is left without an answer."""

import pytest
from structlog.testing import capture_logs

from bot.sandbox import Fault, Person, Sandbox
from bot.services.tracking import Tracking
from bot.texts.languages import LANGUAGES
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.support.waiting import until

HELP = "how your orders at Nile Coffee are getting on"


@pytest.mark.parametrize("said", ["/help", "hello", "1001", "/unknown", "/Track1001", "🤷"])
async def test_what_is_no_command_gets_help(shop: ShopBackend, alice: Person, said: str) -> None:
    await alice.send(said)
    await alice.receives(containing=HELP)


async def test_a_place_gets_help_and_links_nobody(shop: ShopBackend, alice: Person) -> None:
    await alice.share_location(0.3, 32.5)
    await alice.receives(containing=HELP)
    await alice.send("/orders")
    await alice.receives(containing="connect this chat to your account")


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
        assert {"track", "orders", "link", "unlink", "privacy", "help"} <= offered


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
