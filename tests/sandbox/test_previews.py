"""Link previews on the page: fetched by the sandbox, as Telegram's servers do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Api
from tests.support.pictures import png


class Host:
    """Where a picture is, or something else. ``asked``: how often."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer = web.Response(body=png(), content_type="image/png")
        self.url = ""

    async def give(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(
            body=self.answer.body, status=self.answer.status, headers=self.answer.headers
        )


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    host, app = Host(), web.Application()
    app.router.add_get("/p.png", host.give)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.url = "http://{}:{}/p.png".format(*runner.addresses[0][:2])
    yield host
    await runner.cleanup()


async def shown(api: Api, sandbox: Sandbox, person: Person) -> dict[str, Any] | None:
    """The preview of the newest message, as the page hears of it."""
    url = f"{sandbox.url}/sandbox/people/{person.id}/messages"
    async with api.session.get(url) as answer:
        found: dict[str, Any] | None = (await answer.json())[-1]["preview"]
    return found


async def fetched(api: Api, sandbox: Sandbox, preview: dict[str, Any] | None) -> tuple[int, bytes]:
    assert preview is not None
    async with api.session.get(sandbox.url + preview["url"]) as answer:
        return answer.status, await answer.read()


async def test_a_preview_is_fetched_once_and_stays_whatever_becomes_of_it(
    api: Api, sandbox: Sandbox, alice: Person, host: Host
) -> None:
    options = {"url": host.url, "prefer_large_media": True, "show_above_text": True}
    await api.result("sendMessage", chat_id=alice.id, text="x", link_preview_options=options)
    preview = await shown(api, sandbox, alice)
    assert preview is not None
    assert (preview["large"], preview["above"]) == (True, True)
    assert await fetched(api, sandbox, preview) == (200, png())
    host.answer = web.Response(status=404)
    assert await fetched(api, sandbox, preview) == (200, png())
    assert host.asked == 1


async def test_a_message_between_two_people_has_its_preview_on_both_phones(
    api: Api, sandbox: Sandbox, alice: Person, bob: Person, host: Host
) -> None:
    content = {"message_text": "x", "link_preview_options": {"url": host.url}}
    article = {"type": "article", "id": "1", "title": "1001", "input_message_content": content}
    asked = asyncio.create_task(alice.type_inline("1001"))
    [update] = await api.result("getUpdates", timeout=5)
    query_id = update["inline_query"]["id"]
    await api.result("answerInlineQuery", inline_query_id=query_id, results=[article])
    alice.choose((await asked).results[0], to=bob)
    for person in (alice, bob):
        assert await fetched(api, sandbox, await shown(api, sandbox, person)) == (200, png())


async def test_an_edit_brings_another_preview_or_none(
    api: Api, sandbox: Sandbox, alice: Person, host: Host
) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x")
    assert await shown(api, sandbox, alice) is None
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    before = {"url": host.url}
    await api.result("editMessageText", **where, text="y", link_preview_options=before)
    first = await shown(api, sandbox, alice)
    after = {"url": host.url + "?2"}
    await api.result("editMessageText", **where, text="y", link_preview_options=after)
    second = await shown(api, sandbox, alice)
    assert first is not None
    assert second is not None
    assert first["url"] != second["url"]  # so that a browser looks anew
    await api.result(
        "editMessageText", **where, text="y", link_preview_options={"is_disabled": True}
    )
    assert await shown(api, sandbox, alice) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"body": b"<html>"},
        {"body": png() + bytes(5 * 1024 * 1024)},
        {"status": 302, "headers": {"Location": "/p.png"}},
    ],
    ids=["missing", "no picture", "too large", "led elsewhere"],
)
async def test_what_is_no_picture_is_not_shown(
    api: Api, sandbox: Sandbox, alice: Person, host: Host, answer: dict[str, Any]
) -> None:
    host.answer = web.Response(**answer)
    options = {"url": host.url}
    await api.result("sendMessage", chat_id=alice.id, text="x", link_preview_options=options)
    assert (await fetched(api, sandbox, await shown(api, sandbox, alice)))[0] == 404


@pytest.mark.parametrize("url", ["http://192.0.2.1/p.png", "https://shop.test/p.png"])
async def test_nothing_is_fetched_from_other_machines(
    api: Api, sandbox: Sandbox, alice: Person, url: str
) -> None:
    options = {"url": url}
    await api.result("sendMessage", chat_id=alice.id, text="x", link_preview_options=options)
    assert (await fetched(api, sandbox, await shown(api, sandbox, alice)))[0] == 404
