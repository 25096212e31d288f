"""Mini Apps: where one may be offered, and what Telegram signs when somebody opens it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest

from sandbox import NotPossible, Person, Sandbox
from sandbox.mini_apps import init_data
from sandbox.model import Account
from tests.sandbox.conftest import Api
from tests.sandbox.test_page_api import Page, page

__all__ = ["page"]

APP = "https://shop.example/app"


def under(url: Any, **button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Open", "web_app": {"url": url}, **button}]]}


def beside(url: Any, text: str = "Orders") -> dict[str, Any]:
    return {"type": "web_app", "text": text, "web_app": {"url": url}}


async def test_a_button_under_a_message_opens_a_mini_app(api: Api, alice: Person) -> None:
    message = await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=under(APP))
    assert message["reply_markup"] == under(APP)
    assert alice.open_app(alice.inbox[-1]).url == APP


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://shop.example/app", "Only HTTPS links are allowed"),
        ("http://127.0.0.1:8080/app", "Only HTTPS links are allowed"),
        ("tg://resolve?domain=x", "Only HTTPS links are allowed"),
        ("https://localhost/app", "Wrong HTTP URL"),
        ("", "URL host is empty"),
    ],
)
async def test_a_mini_app_is_at_an_https_address(
    api: Api, alice: Person, url: str, why: str
) -> None:
    assert await api.refusal(
        "sendMessage", chat_id=alice.id, text="x", reply_markup=under(url)
    ) == (400, f"Bad Request: inline keyboard button Web App URL '{url}' is invalid: {why}")
    assert await api.refusal("setChatMenuButton", menu_button=beside(url)) == (
        400,
        f"Bad Request: menu button web app URL '{url}' is invalid: {why}",
    )


async def test_where_it_is_allowed_a_mini_app_is_on_this_machine(
    session: aiohttp.ClientSession,
) -> None:
    async with Sandbox(local_apps=True) as sandbox:
        api, local = Api(session, sandbox), "http://127.0.0.1:8080/app"
        await api.result("setChatMenuButton", menu_button=beside(local))
        for other in ("http://shop.example/app", "http://127.0.0.2/app", "ton://x"):
            status, _ = await api.refusal("setChatMenuButton", menu_button=beside(other))
            assert status == 400
        alice = sandbox.person("Alice")
        assert alice.open_app().url == local


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ("x", 'Field "web_app" must be of type Object'),
        ({}, 'Can\'t find field "url"'),
        ({"url": 5}, 'Field "url" must be of type String'),
    ],
)
async def test_a_mini_app_is_said_as_the_bot_api_has_it(
    api: Api, alice: Person, found: Any, why: str
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Open", "web_app": found}]]}
    assert await api.refusal("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard) == (
        400,
        f"Bad Request: can't parse inline keyboard button: {why}",
    )
    button = {"type": "web_app", "text": "Orders", "web_app": found}
    assert await api.refusal("setChatMenuButton", menu_button=button) == (
        400,
        f"Bad Request: can't parse menu button: {why}",
    )


async def test_a_menu_button_has_a_text_and_is_of_a_private_chat(
    api: Api, alice: Person, sandbox: Sandbox
) -> None:
    family = sandbox.group("Family", [alice])
    assert await api.refusal("setChatMenuButton", menu_button=beside(APP, " ")) == (
        400,
        "Bad Request: menu button text can't be empty",
    )
    without = {"type": "web_app", "web_app": {"url": APP}}
    assert await api.refusal("setChatMenuButton", menu_button=without) == (
        400,
        "Bad Request: can't parse menu button: Can't find field \"text\"",
    )
    assert await api.refusal("setChatMenuButton", chat_id=family.id, menu_button=beside(APP)) == (
        400,
        "Bad Request: invalid chat_id specified",
    )


async def test_mini_apps_open_from_private_chats_only(
    api: Api, alice: Person, sandbox: Sandbox
) -> None:
    family = sandbox.group("Family", [alice])
    refused = (400, "Bad Request: BUTTON_TYPE_INVALID")
    said = {"chat_id": family.id, "text": "x"}
    assert await api.refusal("sendMessage", **said, reply_markup=under(APP)) == refused
    sent = await api.result("sendMessage", **said)
    assert (
        await api.refusal(
            "editMessageReplyMarkup",
            chat_id=family.id,
            message_id=sent["message_id"],
            reply_markup=under(APP),
        )
        == refused
    )


async def test_what_is_chosen_inline_has_no_mini_app(api: Api, alice: Person) -> None:
    asking = asyncio.create_task(alice.type_inline("x"))
    result = {
        "type": "article",
        "id": "1",
        "title": "x",
        "input_message_content": {"message_text": "x"},
        "reply_markup": under(APP),
    }
    [update] = await api.updates(timeout=5)
    query = update["inline_query"]["id"]
    assert await api.refusal("answerInlineQuery", inline_query_id=query, results=[result]) == (
        400,
        "Bad Request: BUTTON_TYPE_INVALID",
    )
    asking.cancel()


async def test_nobody_opens_what_is_not_offered(api: Api, alice: Person) -> None:
    await api.result("sendMessage", chat_id=alice.id, text="x")
    with pytest.raises(NotPossible):
        alice.open_app(alice.inbox[-1])
    with pytest.raises(NotPossible):
        alice.open_app()
    await api.result("setChatMenuButton", menu_button=beside(APP))
    alice.block()
    with pytest.raises(NotPossible):
        alice.open_app()


def test_it_is_signed_as_telegram_signs() -> None:
    """Known answer: the fields' own values are Telegram's to choose, so the hash is made anew."""
    account = Account(279058397, "Vladislav", "ru", "1", username="vdkfrost")
    at = datetime.fromtimestamp(1662771648, UTC)
    fields = dict(
        parse_qsl(init_data("5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8", account, at))
    )
    assert json.loads(fields["user"]) == {
        "id": 279058397,
        "first_name": "Vladislav",
        "language_code": "ru",
        "username": "vdkfrost",
        "allows_write_to_pm": True,
    }
    assert fields["auth_date"] == "1662771648"
    assert {"query_id", "signature", "hash"} < fields.keys()


async def test_the_page_gets_what_an_app_hands_over(api: Api, alice: Person, page: Page) -> None:
    message = await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=under(APP))
    await api.result("setChatMenuButton", menu_button=beside(f"{APP}?menu"))
    status, opened = await page.post(
        f"/people/{alice.id}/app", {"message_id": message["message_id"]}
    )
    assert (status, opened["url"]) == (200, APP)
    status, opened = await page.post(f"/people/{alice.id}/app")
    assert (status, opened["url"]) == (200, f"{APP}?menu")
    assert json.loads(dict(parse_qsl(opened["init_data"]))["user"])["id"] == alice.id
    assert (await page.post(f"/people/{alice.id}/app", {"message_id": 99}))[0] == 404
    _, state = await page.get("/state")
    [person] = [each for each in state["people"] if each["id"] == alice.id]
    assert person["menu_button"] == beside(f"{APP}?menu")
    [*_, shown] = (await page.get(f"/people/{alice.id}/messages"))[1]
    assert shown["buttons"] == [[{"text": "Open", "style": None, "kind": "app", "url": APP}]]
