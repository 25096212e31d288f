"""What the page asks of groups: that of a household, and the staff's."""

from typing import Any

import pytest

from sandbox import Chat, Person, Sandbox
from sandbox.text import FormattedText
from tests.sandbox.conftest import Api
from tests.sandbox.test_page_api import Page, page

__all__ = ["page"]


@pytest.fixture
def bob(sandbox: Sandbox) -> Person:
    return sandbox.person("Bob")


@pytest.fixture
def home(sandbox: Sandbox, alice: Person, bob: Person) -> Chat:
    return sandbox.group("At home", [alice, bob])


async def test_everybody_in_a_group_sees_who_wrote_what(
    api: Api, page: Page, home: Chat, alice: Person, bob: Person
) -> None:
    _, state = await page.get("/state")
    shown = [{"id": home.id, "title": "At home", "members": ["Alice", "Bob"]}]
    assert [person["groups"] for person in state["people"]] == [shown, shown]

    on_alice_s, on_bob_s = (f"/people/{each.id}/groups/{home.id}" for each in (alice, bob))
    status, said = await page.post(f"{on_alice_s}/send", {"text": "/track 1004"})
    assert status == 201
    await api.result("sendMessage", chat_id=home.id, text="Not here")
    status, told = await page.post(f"{on_bob_s}/send", {"text": "Oh", "reply_to": said["id"]})
    assert (status, told["reply_to"]) == (201, said["id"])

    _, seen = await page.get(f"{on_bob_s}/messages")
    assert [(each["text"], each.get("sender"), each["from_bot"]) for each in seen] == [
        ("/track 1004", "Alice", False),
        ("Not here", None, True),
        ("Oh", None, False),
    ]
    _, own = await page.get(f"/people/{alice.id}/messages")
    assert [each["text"] for each in own] == ["/start"], "the chat with the bot is another one"


async def test_an_outsider_has_no_such_group(page: Page, home: Chat, sandbox: Sandbox) -> None:
    charlie = sandbox.person("Charlie")
    where = f"/people/{charlie.id}/groups/{home.id}"
    assert (await page.get(f"{where}/messages"))[0] == 404
    assert (await page.post(f"{where}/send", {"text": "Hello"}))[0] == 404


async def test_the_staff_s_general_topic_is_written_in_and_stays(
    page: Page, sandbox: Sandbox, alice: Person
) -> None:
    grace = sandbox.person("Grace")
    staff = sandbox.forum("Staff", [grace])
    general = f"/groups/{staff.id}/topics/0"
    status, said = await page.post(f"{general}/send", {"text": "/order 1004"})
    assert (status, said["text"]) == (201, "/order 1004")
    _, groups = await page.get("/groups")
    [topic] = topics(groups)
    assert (topic["name"], [each["text"] for each in topic["messages"]]) == (
        "General",
        ["/order 1004"],
    )
    for what in ("close", "reopen", "delete"):
        status, refused = await page.post(f"{general}/{what}")
        assert (status, refused["error"]) == (409, "The general topic stays.")


def topics(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    [group] = groups
    found: list[dict[str, Any]] = group["topics"]
    return found


async def test_what_two_people_write_to_each_other_is_no_group_s(
    sandbox: Sandbox, home: Chat, alice: Person, bob: Person
) -> None:
    told: list[tuple[str, object]] = []
    sandbox.notify_page = lambda event, data=None: told.append((event, data))  # type: ignore[method-assign]
    between = sandbox._world.chat_between(alice.account, bob.account)
    sandbox._world.add_message(between, alice.id, FormattedText("Here it is", ()))
    assert told == [("chat", {"person": each.id, "group": None}) for each in (alice, bob)]
    assert sandbox._world.chat_of_anybody(between.id) is between
    assert sandbox._world.chat_of_anybody(home.id) is home
