"""The menu of commands, in the language that a person chose, which may not be their phone's."""

import pytest
from structlog.testing import capture_logs

from bot.texts.languages import LANGUAGES
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from tests.conftest import Link
from tests.support.shop import ShopBackend
from tests.support.waiting import until

pytestmark = pytest.mark.presented

HELP = {"en": "What I can do", "fr": "Ce que je sais faire", "ru": "Что я умею"}


@pytest.fixture
async def linked(shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link) -> Person:
    """Alice, with a phone in English and Telegram told of every menu."""
    await link(alice, "customer-1")

    async def all_is_said() -> bool:
        said = sandbox.calls_of("setMyShortDescription")
        return {call.params.get("language_code", "") for call in said} == {"", *LANGUAGES}

    await until(all_is_said)
    return alice


async def reads(person: Person, language: str) -> None:
    async def shown() -> bool:
        return any(entry["description"] == HELP[language] for entry in person.commands)

    await until(shown)


async def choose(person: Person, language: str) -> None:
    await person.press_data(f"settings:language:{language}")


async def test_it_follows_the_chosen_language_and_then_the_phone_s_again(
    linked: Person, bob: Person
) -> None:
    for language in ("fr", "ru"):
        await choose(linked, language)
        await reads(linked, language)
    await reads(bob, "en")
    await choose(linked, "phone")
    await reads(linked, "en")


async def test_only_another_language_costs_a_call(linked: Person, sandbox: Sandbox) -> None:
    await choose(linked, "fr")
    await reads(linked, "fr")
    said = len(sandbox.calls_of("setMyCommands"))
    await choose(linked, "fr")
    await linked.press_data("settings:silent:yes")
    await linked.press_data("settings:language")
    assert len(sandbox.calls_of("setMyCommands")) == said
    assert not sandbox.calls_of("deleteMyCommands")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="setMyCommands", retry_after=30),
        Fault(method="setMyCommands", status=400, description="Bad Request: chat not found"),
        Fault(method="setMyCommands", drop=True),
        Fault(method="setMyCommands", garbage=True),
    ],
    ids=["429", "400", "dropped", "garbage"],
)
async def test_what_telegram_does_with_the_menu_does_not_undo_the_choice(
    linked: Person, sandbox: Sandbox, chats: Chats, fault: Fault
) -> None:
    sandbox.fail(fault)
    with capture_logs() as logs:
        await choose(linked, "fr")
        await linked.receives(containing="Désormais")
        await linked.send("/help")
        await linked.receives(containing="commandes")
    assert [line["event"] for line in logs] == ["menu_not_changed"]
    chat = await chats.get(linked.id)
    assert chat is not None
    assert chat.preferences.language == "fr"


@pytest.mark.parametrize("command", ["/unlink", "/privacy"])
async def test_it_is_the_phone_s_again_once_the_choice_is_forgotten(
    linked: Person, command: str
) -> None:
    await choose(linked, "fr")
    await reads(linked, "fr")
    await linked.send(command)
    await linked.receives()
    ends = {"/privacy": "privacy:delete", "/unlink": "settings:follows:end"}
    await linked.press_data(ends[command])
    await reads(linked, "en")


async def test_ending_another_s_connection_ends_their_choice_as_well(
    linked: Person, bob: Person, link: Link
) -> None:
    await link(bob, "customer-1")
    await choose(bob, "fr")
    await reads(bob, "fr")
    await linked.press_data("settings:household")
    await linked.press("Disconnect the other chat")
    await linked.press("Yes, disconnect it")
    await reads(bob, "en")
