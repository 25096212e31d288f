"""The bot's name, typed on the page: what is offered, and what a friend gets."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Api
from tests.sandbox.test_page_api import Page


@pytest.fixture
def page(session: aiohttp.ClientSession, sandbox: Sandbox) -> Page:
    return Page(session, sandbox)


async def typed(
    api: Api, page: Page, alice: Person, results: list[Any], **more: Any
) -> tuple[int, Any]:
    """What the page is told, once the bot has answered."""
    asked = asyncio.create_task(page.post(f"/people/{alice.id}/inline", {"typed": "1001"}))
    [update] = await api.result("getUpdates", timeout=5)
    query_id = update["inline_query"]["id"]
    await api.result("answerInlineQuery", inline_query_id=query_id, results=results, **more)
    return await asked


async def test_what_is_chosen_stands_on_both_phones(
    api: Api, page: Page, alice: Person, bob: Person
) -> None:
    shown_first = {"id": "1", "title": "Order 1001", "description": "Placed"}
    content = {"input_message_content": {"message_text": "Here it is"}}
    article = {"type": "article", **shown_first, **content}
    status, offers = await typed(api, page, alice, [article])
    assert (status, offers["button"]) == (200, None)
    assert offers["results"] == [shown_first]
    chosen = {"typed": "1001", "result": "1", "to": bob.id}
    assert (await page.post(f"/people/{alice.id}/inline/choose", chosen))[0] == 201
    seen = [(await page.get(f"/people/{each.id}/messages"))[1][-1] for each in (alice, bob)]
    shown = [(each["text"], each["friend"], each["incoming"], each["via"]) for each in seen]
    assert shown == [
        ("Here it is", bob.name, False, "@trackline_bot"),
        ("Here it is", alice.name, True, "@trackline_bot"),
    ]
    assert not any(message.via_bot for message in bob.messages)


async def test_the_button_above_the_offers_is_shown(api: Api, page: Page, alice: Person) -> None:
    button = {"text": "Connect first", "start_parameter": "inline"}
    _, offers = await typed(api, page, alice, [], button=button)
    assert offers == {"results": [], "button": button}


async def test_what_cannot_be_is_said(page: Page, alice: Person, sandbox: Sandbox) -> None:
    status, said = await page.post(f"/people/{alice.id}/inline/choose", {"to": 99})
    assert (status, said) == (404, {"error": "There is nobody with the id 99."})
    sandbox._world.inline.is_on = False
    status, said = await page.post(f"/people/{alice.id}/inline")
    assert (status, said) == (409, {"error": "The bot has no inline mode."})
