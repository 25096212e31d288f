"""What the chat page asks the sandbox for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from sandbox import Person, Sandbox, page_api
from sandbox.waiting import TIMEOUT
from tests.sandbox.conftest import Api

BUTTONS = {
    "inline_keyboard": [
        [
            {"text": "Yes", "callback_data": "y"},
            {"text": "Track", "url": "https://x.example/"},
            {"text": "Copy", "copy_text": {"text": "1001"}},
        ]
    ]
}


class Page:
    """Asks as the page does; every answer is JSON."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self.session = session
        self.root = f"{sandbox.url}/sandbox"

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.root + path) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.session.post(self.root + path, json=body or {}) as response:
            return response.status, await response.json()


@pytest.fixture
def page(session: aiohttp.ClientSession, sandbox: Sandbox) -> Page:
    return Page(session, sandbox)


async def test_the_state_tells_bot_people_and_commands(api: Api, page: Page) -> None:
    menu = [{"command": "help", "description": "Shows help"}]
    await api.result("setMyCommands", commands=menu)
    await api.result("setMyDescription", description="Where your orders are")
    status, person = await page.post("/people", {"name": "Alice Ash", "language": "de"})
    assert status == 201
    status, state = await page.get("/state")
    assert (status, state) == (
        200,
        {
            "run": state["run"],
            "bot": {"username": "trackline_bot", "name": "Trackline"},
            "people": [person],
            "shop": False,
            "stage": False,
        },
    )
    assert person == {
        "id": person["id"],
        "name": "Alice Ash",
        "initials": "AA",
        "language": "de",
        "blocked": False,
        "commands": menu,
        "menu_button": {"type": "default"},
        "description": "Where your orders are",
        "groups": [],
    }


async def test_a_person_sees_the_commands_of_their_own_chat(
    api: Api, page: Page, alice: Person, bob: Person
) -> None:
    everywhere, hers = ([{"command": "help", "description": text}] for text in ("Help", "Hilfe"))
    await api.result("setMyCommands", commands=everywhere)
    only_there = {"type": "chat", "chat_id": alice.id}
    await api.result("setMyCommands", commands=hers, scope=only_there)
    _, state = await page.get("/state")
    assert [person["commands"] for person in state["people"]] == [hers, everywhere]
    await api.result("deleteMyCommands", scope=only_there)
    _, state = await page.get("/state")
    assert [person["commands"] for person in state["people"]] == [everywhere, everywhere]


async def test_a_message_is_shown_as_safe_html(api: Api, page: Page, alice: Person) -> None:
    await api.result(
        "sendMessage",
        chat_id=alice.id,
        text="<b>1</b> &lt;script&gt;",
        parse_mode="HTML",
        reply_markup=BUTTONS,
    )
    _, (hers, answer) = await page.get(f"/people/{alice.id}/messages")
    assert (hers["from_bot"], hers["text"]) == (False, "/start")
    assert answer["html"] == "<b>1</b> &lt;script&gt;"
    assert answer["buttons"] == [
        [
            {"text": "Yes", "style": None, "kind": "callback", "data": "y"},
            {"text": "Track", "style": None, "kind": "url", "url": "https://x.example/"},
            {"text": "Copy", "style": None, "kind": "copy", "copy_text": "1001"},
        ]
    ]


async def test_what_is_sent_on_the_page_reaches_the_bot(
    api: Api, page: Page, alice: Person
) -> None:
    status, shown = await page.post(f"/people/{alice.id}/send", {"text": "/help"})
    assert (status, shown["text"]) == (201, "/help")
    [update] = await api.updates()
    assert update["message"]["text"] == "/help"


async def test_a_message_that_asks_for_a_reply_gets_one_on_the_page(
    api: Api, page: Page, alice: Person
) -> None:
    forced = {"force_reply": True, "input_field_placeholder": "Your comment"}
    asks = await api.result("sendMessage", chat_id=alice.id, text="What?", reply_markup=forced)
    _, messages = await page.get(f"/people/{alice.id}/messages")
    assert [message["forces_reply"] for message in messages] == [False, True]
    assert messages[-1]["placeholder"] == "Your comment"
    for reply_to in (asks["message_id"], 999, None):
        await page.post(f"/people/{alice.id}/send", {"text": "This", "reply_to": reply_to})
    replies = [update["message"].get("reply_to_message") for update in await api.updates()]
    assert [reply and reply["message_id"] for reply in replies] == [asks["message_id"], None, None]


async def test_a_phone_number_shared_on_the_page_reaches_the_bot(
    api: Api, page: Page, alice: Person
) -> None:
    status, message = await page.post(f"/people/{alice.id}/phone", {})
    assert status == 201
    assert message["contact"]["phone_number"] == alice.account.phone
    [update] = await api.updates()
    assert update["message"]["contact"]["user_id"] == alice.id
    alice.block()
    assert (await page.post(f"/people/{alice.id}/phone", {}))[0] == 409


async def test_a_person_shares_where_they_are_on_the_page(
    api: Api, page: Page, alice: Person
) -> None:
    status, message = await page.post(f"/people/{alice.id}/location", {})
    assert status == 201
    [update] = await api.updates()
    assert update["message"]["location"] == message["location"]


async def test_a_press_on_the_page_gets_the_bots_answer(
    api: Api, page: Page, alice: Person
) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=BUTTONS)
    body = {"message_id": sent["message_id"], "data": "y"}
    pressing = asyncio.create_task(page.post(f"/people/{alice.id}/press", body))
    [update] = await api.updates(timeout=5)
    query = update["callback_query"]["id"]
    await api.result("answerCallbackQuery", callback_query_id=query, text="Done")
    assert await pressing == (200, {"text": "Done", "show_alert": False})


async def test_a_press_without_an_answer_ends_with_nothing(
    page: Page, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_api, "ANSWER_TIMEOUT", 0.01)
    body = {"message_id": 1, "data": "y"}
    assert await page.post(f"/people/{alice.id}/press", body) == (
        200,
        {"text": None, "show_alert": None},
    )


async def test_a_blocked_bot_is_not_written_to(page: Page, alice: Person) -> None:
    _, shown = await page.post(f"/people/{alice.id}/block")
    assert shown["blocked"] is True
    assert await page.post(f"/people/{alice.id}/send", {"text": "x"}) == (
        409,
        {"error": "Alice has blocked the bot. Unblock it first."},
    )
    _, shown = await page.post(f"/people/{alice.id}/unblock")
    assert shown["blocked"] is False


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/people/5/send", {"text": "x"}, (404, "There is nobody with the id 5.")),
        ("/people", {"name": " "}, (400, "Please give name, a text that is not empty.")),
        ("/people", [1], (400, "Please send a JSON object.")),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(
    page: Page, path: str, body: Any, expected: tuple[int, str]
) -> None:
    status, answer = await page.post(path, body)
    assert (status, answer["error"]) == expected


async def test_events_tell_what_changed(
    sandbox: Sandbox, api: Api, page: Page, alice: Person
) -> None:
    async with page.session.get(f"{page.root}/events") as stream:
        assert stream.content_type == "text/event-stream"
        await _frame(stream)
        await api.result("sendMessage", chat_id=alice.id, text="x")
        assert await _frame(stream) == f'event: chat\ndata: {{"person": {alice.id}}}'
        sandbox.person("Bob")
        assert await _frame(stream) == "event: people\ndata: {}"
        await api.result("setMyDescription", description="Where your orders are")
        assert await _frame(stream) == "event: people\ndata: {}"
        sandbox.notify_page("shop")
        assert await _frame(stream) == "event: shop\ndata: {}"


async def test_stopping_the_sandbox_ends_the_events(session: aiohttp.ClientSession) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    async with session.get(f"{sandbox.url}/sandbox/events") as stream:
        await _frame(stream)
        await sandbox.stop()
        rest = await stream.content.read()
    assert rest.count(b"\n\n") <= 1


async def test_the_page_and_its_parts_are_served(
    sandbox: Sandbox,
    session: aiohttp.ClientSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page_api, "PAGE", tmp_path)
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "page.js").write_text("1")
    async with session.get(sandbox.url) as response:
        assert (response.status, response.content_type) == (200, "text/html")
    async with session.get(f"{sandbox.url}/page/page.js") as response:
        assert response.content_type.endswith("/javascript")
    (tmp_path.parent / "secret.txt").write_text("not for the page")
    for outside in ("..%2Fsecret.txt", "%2E%2E", "none.js"):
        address = URL(f"{sandbox.url}/page/{outside}", encoded=True)
        async with session.get(address) as response:
            assert response.status == 404


class _CornerShop:
    """The smallest thing that fits beside the chats."""

    def __init__(self) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.open = False

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/orders", self._orders)
        return app

    async def start(self) -> None:
        self.open = True

    async def close(self) -> None:
        self.open = False

    async def _orders(self, request: web.Request) -> web.Response:
        self.on_change()
        return web.json_response([])


async def test_a_shop_is_served_and_started_and_closed(session: aiohttp.ClientSession) -> None:
    shop = _CornerShop()
    async with Sandbox(shop=shop) as sandbox:
        assert shop.open
        async with session.get(f"{sandbox.url}/sandbox/events") as stream:
            await _frame(stream)
            async with session.get(f"{sandbox.url}/shop/orders") as response:
                assert await response.json() == []
            assert await _frame(stream) == "event: shop\ndata: {}"
    assert not shop.open


async def _frame(stream: aiohttp.ClientResponse) -> str:
    frame = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), TIMEOUT)
    return frame.decode().strip()


# The staff's group


async def test_the_staff_s_topics_are_read_and_answered(
    api: Api, sandbox: Sandbox, page: Page
) -> None:
    grace = sandbox.person("Grace")
    office = sandbox.forum("Office", [grace])
    told = await api.result("createForumTopic", chat_id=office.id, name="#1001")
    topic = told["message_thread_id"]
    _, [group] = await page.get("/groups")
    assert (group["title"], group["member"]) == ("Office", "Grace")
    where = f"/groups/{office.id}/topics/{topic}"
    assert (await page.post(f"{where}/send", {"text": "Hello"}))[0] == 201
    assert (await page.post(f"{where}/close"))[0] == 200
    _, [group] = await page.get("/groups")
    [_, shown] = group["topics"]
    assert (shown["name"], shown["closed"]) == ("#1001", True)
    assert [(said["service"], said["text"]) for said in shown["messages"]] == [
        ("forum_topic_created", ""),
        (None, "Hello"),
        ("forum_topic_closed", ""),
    ]
    assert (await page.post(f"{where}/reopen"))[0] == 200
    assert (await page.post(f"{where}/delete"))[0] == 200
    assert (await page.post(f"{where}/send", {"text": "Hello"}))[0] == 404


async def test_what_is_no_picture_is_not_sent(page: Page, alice: Person) -> None:
    async with page.session.post(f"{page.root}/people/{alice.id}/photo", data=b"no") as answer:
        assert (answer.status, await answer.json()) == (
            409,
            {"error": "Bad Request: IMAGE_PROCESS_FAILED"},
        )
