"""Updates that Telegram brings to our public address."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.chats import Chats
from tests.support.news import chat
from tests.support.waiting import until


class PublicAddress:
    """What stands before the service and is known to the world, whatever port the service took."""

    def __init__(self) -> None:
        self.url = ""
        self.service_url = ""
        self.answers: list[int] = []

    async def pass_on(self, request: web.Request) -> web.Response:
        target = URL(self.service_url + request.path_qs)
        body = await request.read()
        async with aiohttp.request(
            request.method, target, data=body, headers=request.headers
        ) as answer:
            self.answers.append(answer.status)
            return web.Response(status=answer.status, body=await answer.read())


@pytest.fixture
async def public() -> AsyncIterator[PublicAddress]:
    public = PublicAddress()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", public.pass_on)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    public.url = f"http://{host}:{port}"
    yield public
    await runner.cleanup()


@pytest.fixture
async def by_webhook(
    settings: Settings, at_once: None, public: PublicAddress
) -> AsyncIterator[Trackline]:
    changed = settings.model_copy(update={"public_url": public.url})
    async with Trackline(changed) as service:
        public.service_url = service.url
        yield service


async def telegram_posts(
    public: PublicAddress, sandbox: Sandbox, update: dict[str, object], secret: str | None = None
) -> int:
    """Posts an update as Telegram does; the answer's status."""
    known: str = sandbox.calls_of("setWebhook")[0].params["secret_token"]
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret or known}
    async with aiohttp.request(
        "POST", f"{public.url}/telegram", json=update, headers=headers
    ) as answer:
        return answer.status


def said_by(person: Person, kind: str = "message", **more: object) -> dict[str, object]:
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": person.id, "type": "private"},
        "from": {"id": person.id, "is_bot": False, "first_name": person.name},
        "text": "hello",
    }
    return {"update_id": 7, kind: message | more}


async def test_with_a_public_address_updates_come_by_webhook_and_no_poll_is_made(
    by_webhook: Trackline, public: PublicAddress, sandbox: Sandbox, alice: Person
) -> None:
    (call,) = sandbox.calls_of("setWebhook")
    assert call.status == 200
    assert call.params["url"] == f"{public.url}/telegram"
    assert len(call.params["secret_token"]) == 64
    assert set(call.params["allowed_updates"]) >= {"message", "callback_query", "my_chat_member"}
    await alice.send("/help")
    await alice.receives(containing="how your orders")

    async def answered() -> bool:
        return public.answers == [200]

    await until(answered)
    assert not sandbox.calls_of("getUpdates")


async def test_without_one_a_webhook_of_old_is_taken_away(
    service: Trackline, sandbox: Sandbox, alice: Person
) -> None:
    assert [call.status for call in sandbox.calls_of("deleteWebhook")] == [200]
    assert not sandbox.calls_of("setWebhook")
    await alice.send("/help")
    await alice.receives(containing="how your orders")


async def test_a_forged_update_is_refused(
    by_webhook: Trackline, public: PublicAddress, sandbox: Sandbox, alice: Person
) -> None:
    alice.account.started = True
    assert await telegram_posts(public, sandbox, said_by(alice), secret="guessed") == 401
    assert not sandbox.calls_of("sendMessage")


async def test_an_update_that_telegram_brings_again_is_answered_once(
    by_webhook: Trackline, public: PublicAddress, sandbox: Sandbox, alice: Person
) -> None:
    alice.account.started = True
    statuses = await asyncio.gather(
        *(telegram_posts(public, sandbox, said_by(alice)) for _ in range(3))
    )
    assert statuses == [200] * 3
    assert len(sandbox.calls_of("sendMessage")) == 1


@pytest.mark.parametrize(
    "text", ["hello", "/unlink", "/help", "/privacy", "/start", "/link ABCD-EFGH", "1001"]
)
async def test_an_edited_message_does_nothing(
    by_webhook: Trackline,
    public: PublicAddress,
    sandbox: Sandbox,
    alice: Person,
    chats: Chats,
    text: str,
) -> None:
    alice.account.started = True
    await chats.link(chat(alice.id))
    command = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    entities = [command] if text.startswith("/") else []
    edited = said_by(alice, "edited_message", text=text, entities=entities)
    assert await telegram_posts(public, sandbox, edited) == 200
    assert not sandbox.calls_of("sendMessage")
    assert await chats.get(alice.id)
    assert "edited_message" not in sandbox.calls_of("setWebhook")[0].params["allowed_updates"]
