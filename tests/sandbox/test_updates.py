"""What the bot is told, by polling and by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web

from sandbox import Person, Sandbox, webhook
from sandbox.waiting import TIMEOUT
from tests.sandbox.conftest import Api

OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


# What an update looks like


async def test_a_message_says_who_where_and_which_command(sandbox: Sandbox, api: Api) -> None:
    bob = sandbox.person("Bob", language="de", id=77)
    await bob.send("/track@trackline_bot 1001")
    [update] = await api.updates()
    message = update["message"]
    assert message["from"] == {
        "id": 77,
        "is_bot": False,
        "first_name": "Bob",
        "language_code": "de",
    }
    assert message["chat"] == {"id": 77, "type": "private", "first_name": "Bob"}
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 20}]


async def test_blocking_and_unblocking_are_told(api: Api, alice: Person) -> None:
    alice.block()
    alice.block()
    alice.unblock()
    changes = [update["my_chat_member"] for update in await api.updates()]
    assert [
        (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
        for change in changes
    ] == [("member", "kicked"), ("kicked", "member")]
    assert changes[0]["from"]["id"] == alice.id


async def test_contacts_tell_whose_they_are(sandbox: Sandbox, api: Api, alice: Person) -> None:
    bob = sandbox.person("Bob")
    await alice.share_contact("+491", of=alice)
    await alice.share_contact("+492", of=bob, forwarded=True)
    await alice.share_contact("+493", of=None)
    own, forwarded, unknown = [update["message"] for update in await api.updates()]
    assert own["contact"] == {"phone_number": "+491", "first_name": "Alice", "user_id": alice.id}
    assert "forward_origin" not in own
    assert forwarded["contact"]["user_id"] == bob.id
    assert forwarded["forward_origin"]["sender_user"]["id"] == bob.id
    assert "user_id" not in unknown["contact"]


async def test_in_a_group_the_bot_hears_its_commands_and_replies_only(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    family = sandbox.group("Family", members=[alice])
    for text in ("hello", "/track 1", "/track@trackline_bot 2", "/track@other_bot 3", "see /track"):
        await alice.send_in_group(family, text)
    added, *heard = await api.updates()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert texts(heard) == ["/track 1", "/track@trackline_bot 2"]
    assert heard[0]["message"]["chat"] == {"id": family.id, "type": "group", "title": "Family"}


async def test_a_forged_press_reaches_the_bot_with_its_data(api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x")
    pressing = asyncio.create_task(alice.press_data("t:forged"))
    [update] = await api.updates(timeout=5)
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("t:forged", alice.id)
    assert query["message"]["message_id"] == sent["message_id"]
    await api.result("answerCallbackQuery", callback_query_id=query["id"])
    assert (await pressing).text is None


async def test_a_press_under_a_deleted_message_comes_with_an_inaccessible_one(
    api: Api, alice: Person
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard)
    [old] = alice.inbox
    await api.result("deleteMessage", chat_id=alice.id, message_id=old.id)
    pressing = asyncio.create_task(alice.press("Yes", old))
    [update] = await api.updates(timeout=5)
    query = update["callback_query"]
    assert (query["message"]["date"], query["message"]["message_id"]) == (0, old.id)
    await api.result("answerCallbackQuery", callback_query_id=query["id"])
    await pressing


async def test_python_telegram_bot_understands_every_update(
    sandbox: Sandbox, alice: Person
) -> None:
    async with telegram.Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot:
        await alice.send("/help")
        await alice.share_contact("+491", of=alice, forwarded=True)
        await alice.share_location(52.5, 13.4)
        await bot.send_message(alice.id, "x")
        pressing = asyncio.create_task(alice.press_data("d"))
        alice.block()
        await asyncio.sleep(0)  # lets the press begin
        told, contact, place, blocked, pressed = await bot.get_updates()
        assert told.message is not None
        assert told.message.parse_entities(["bot_command"])
        assert contact.message is not None
        assert contact.message.contact is not None
        assert isinstance(contact.message.forward_origin, telegram.MessageOriginUser)
        assert place.message is not None
        assert place.message.location is not None
        assert blocked.my_chat_member is not None
        assert pressed.callback_query is not None
        assert pressed.callback_query.message is not None
        await pressed.callback_query.answer()
        await pressing


# Polling


async def test_updates_come_until_an_offset_confirms_them(api: Api, alice: Person) -> None:
    for text in ("1", "2", "3"):
        await alice.send(text)
    first, second, _ = await api.updates()
    assert second["update_id"] == first["update_id"] + 1
    assert texts(await api.updates(limit=2)) == ["1", "2"]
    assert texts(await api.updates(offset=second["update_id"])) == ["2", "3"]
    assert texts(await api.updates()) == ["2", "3"]
    assert texts(await api.updates(offset=-1)) == ["3"]
    assert texts(await api.updates()) == ["3"]


async def test_a_long_poll_ends_with_the_first_update(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    polling = asyncio.create_task(api.updates(timeout=30))
    await sandbox.is_polled()
    await alice.send("now")
    assert texts(await polling) == ["now"]


async def test_only_the_kinds_asked_for_come(api: Api, alice: Person) -> None:
    await api.updates(allowed_updates=["my_chat_member"])
    await alice.send("x")
    alice.block()
    assert [update.keys() - {"update_id"} for update in await api.updates()] == [{"my_chat_member"}]
    alice.unblock()
    await api.updates(offset=-1, allowed_updates=[])
    await alice.send("y")
    assert texts(await api.updates(offset=-1)) == ["y"]


async def test_a_second_poller_terminates_the_first(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    first = asyncio.create_task(api.refusal("getUpdates", timeout=30))
    await sandbox.is_polled()
    second = asyncio.create_task(api.updates(timeout=30))
    assert await first == (409, OTHER_POLLER)
    await alice.send("x")
    assert texts(await second) == ["x"]


async def test_no_polling_while_a_webhook_is_set(sandbox: Sandbox, api: Api) -> None:
    waiting = asyncio.create_task(api.refusal("getUpdates", timeout=30))
    await sandbox.is_polled()
    await api.result("setWebhook", url="http://127.0.0.1:9/")
    assert await waiting == (409, "Conflict: terminated by setWebhook request")
    assert await api.refusal("getUpdates") == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )
    await api.result("deleteWebhook")
    assert await api.updates() == []


async def test_stopping_the_sandbox_lets_a_poller_go(session: aiohttp.ClientSession) -> None:
    sandbox = Sandbox()
    await sandbox.start()
    api = Api(session, sandbox)
    polling = asyncio.create_task(api.updates(timeout=50))
    await sandbox.is_polled()
    await asyncio.wait_for(sandbox.stop(), TIMEOUT)
    assert await polling == []


async def test_a_bot_that_does_not_poll_is_noticed(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="no bot has called getUpdates"):
        await sandbox.is_polled(within=0.01)


# Webhook


@dataclass
class Hook:
    """The bot's side of a webhook: what arrived, and what to answer (by default 200)."""

    url: str = ""
    secrets: list[str | None] = field(default_factory=list)
    arrived: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    answers: list[web.Response] = field(default_factory=list)
    hold: dict[int, asyncio.Event] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.arrived.put_nowait(update)
        if held := self.hold.get(update.get("message", {}).get("chat", {}).get("id")):
            await held.wait()
        return self.answers.pop(0) if self.answers else web.Response()

    async def texts(self, count: int) -> list[str]:
        return texts([await asyncio.wait_for(self.arrived.get(), TIMEOUT) for _ in range(count)])


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/telegram", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret(api: Api, alice: Person, hook: Hook) -> None:
    await alice.send("before")
    await api.result("setWebhook", url=hook.url, secret_token="s3cret_-")
    await alice.send("after")
    assert await hook.texts(2) == ["before", "after"]
    assert hook.secrets == ["s3cret_-", "s3cret_-"]
    await _until_none_pending(api)


async def test_pending_updates_can_be_dropped(api: Api, alice: Person, hook: Hook) -> None:
    await alice.send("before")
    await api.result("setWebhook", url=hook.url, drop_pending_updates=True)
    await alice.send("after")
    assert await hook.texts(1) == ["after"]


async def test_an_update_is_repeated_until_it_is_accepted(
    api: Api, alice: Person, hook: Hook
) -> None:
    hook.answers = [web.Response(status=503), web.Response(status=500)]
    await api.result("setWebhook", url=hook.url)
    await alice.send("1")
    await alice.send("2")
    assert await hook.texts(4) == ["1", "1", "1", "2"]
    info = await api.result("getWebhookInfo")
    assert "Wrong response from the webhook: 500" in info["last_error_message"]


async def test_one_chats_trouble_does_not_hold_up_another(
    sandbox: Sandbox, api: Api, alice: Person, hook: Hook
) -> None:
    bob = sandbox.person("Bob")
    hook.hold[alice.id] = asyncio.Event()
    await api.result("setWebhook", url=hook.url)
    await alice.send("alice 1")
    await alice.send("alice 2")
    await bob.send("bob 1")
    assert sorted(await hook.texts(2)) == ["alice 1", "bob 1"]
    hook.hold[alice.id].set()
    assert await hook.texts(1) == ["alice 2"]


async def test_a_webhook_may_answer_with_a_method(api: Api, alice: Person, hook: Hook) -> None:
    reply = {"method": "sendMessage", "chat_id": alice.id, "text": "straight back"}
    hook.answers = [web.json_response(reply)]
    await api.result("setWebhook", url=hook.url)
    await alice.send("x")
    await alice.receives("straight back")


async def test_a_deleted_webhook_gets_no_more(
    api: Api, alice: Person, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "_FIRST_DELAY", 30.0)
    hook.answers = [web.Response(status=500)]
    await api.result("setWebhook", url=hook.url)
    await alice.send("x")
    await hook.texts(1)
    await api.result("deleteWebhook")
    for _ in range(20):  # time enough for a post that should not come
        assert texts(await api.updates()) == ["x"]
    assert hook.arrived.empty()


async def test_webhook_info_tells_its_settings(api: Api, hook: Hook) -> None:
    assert await api.result("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }
    await api.result("setWebhook", url=hook.url, max_connections=5, allowed_updates=["message"])
    assert await api.result("getWebhookInfo") == {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 5,
        "allowed_updates": ["message"],
    }
    _, answer = await api.call("deleteWebhook")
    assert answer["description"] == "Webhook was deleted"
    _, answer = await api.call("setWebhook", url="")
    assert answer["description"] == "Webhook is already deleted"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "nonsense"}, "invalid webhook URL specified"),
        ({"url": "ftp://x.example"}, "invalid webhook URL specified"),
        ({"url": "https://x.example", "secret_token": "x" * 257}, "secret token is too long"),
        (
            {"url": "https://x.example", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_a_wrong_webhook_is_refused(api: Api, params: dict[str, str], reason: str) -> None:
    assert await api.refusal("setWebhook", **params) == (400, f"Bad Request: {reason}")


async def _until_none_pending(api: Api) -> None:
    async with asyncio.timeout(TIMEOUT):
        while (await api.result("getWebhookInfo"))["pending_update_count"]:
            pass
