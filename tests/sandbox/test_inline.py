"""Inline mode, as strict as the Bot API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox import NotPossible, Person, Sandbox
from tests.sandbox.conftest import Api

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def article(result_id: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "type": "article",
        "id": result_id,
        "title": "Order 1001",
        "input_message_content": {"message_text": "Here it is"},
    } | more


async def typed(api: Api, person: Person, text: str = "") -> str:
    """The query's id, as the bot hears of it."""
    task = asyncio.ensure_future(person.type_inline(text))
    await asyncio.sleep(0)
    [update] = await api.result("getUpdates", timeout=5, offset=-1)
    query = update["inline_query"]
    assert (query["from"]["id"], query["query"], query["offset"]) == (person.id, text, "")
    person_tasks.add(task)
    task.add_done_callback(person_tasks.discard)
    return str(query["id"])


person_tasks: set[asyncio.Task[Any]] = set()


async def refused(api: Api, person: Person, **answer: Any) -> str:
    status, said = await api.call(
        "answerInlineQuery", inline_query_id=await typed(api, person), **answer
    )
    for task in person_tasks:
        task.cancel()
    assert status == 400
    return str(said["description"]).removeprefix("Bad Request: ")


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([article()] * 2, "RESULT_ID_DUPLICATE"),
        ([article("")], "RESULT_ID_EMPTY"),
        ([article("é" * 33)], "RESULT_ID_INVALID"),
        ([article(str(n)) for n in range(51)], "RESULTS_TOO_MUCH"),
        ([article(title=" ")], "ARTICLE_TITLE_EMPTY"),
        ([article(input_message_content={"message_text": ""})], "message text is empty"),
        ([article(input_message_content={})], "message text is empty"),
        (
            [article(input_message_content={"message_text": "x" * 4097})],
            "message is too long",
        ),
        (
            [article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})],
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            [article(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]})],
            "the sandbox does not do callback buttons in inline results",
        ),
        ([article(titel="x")], 'the sandbox knows no field "titel" of an InlineQueryResultArticle'),
        ([{"type": "photo"}], "the sandbox does not do inline results of type photo"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(
    api: Api, alice: Person, results: list[Any], says: str
) -> None:
    assert await refused(api, alice, results=results) == says


@pytest.mark.parametrize(
    ("button", "says"),
    [
        ({"text": "", "start_parameter": "x"}, "SWITCH_PM_TEXT_EMPTY"),
        ({"text": "x"}, "START_PARAM_EMPTY"),
        ({"text": "x", "start_parameter": "a b"}, "START_PARAM_INVALID"),
        ({"text": "x", "start_parameter": "a" * 65}, "START_PARAM_TOO_LONG"),
    ],
)
async def test_so_is_a_button_that_leads_nowhere(
    api: Api, alice: Person, button: dict[str, Any], says: str
) -> None:
    assert await refused(api, alice, results=[], button=button) == says


async def test_an_answer_that_comes_twice_or_for_nothing_is_too_late(
    api: Api, alice: Person
) -> None:
    query_id = await typed(api, alice)
    assert await api.result("answerInlineQuery", inline_query_id=query_id, results=[]) is True
    for each in (query_id, "0"):
        status, said = await api.call("answerInlineQuery", inline_query_id=each, results=[])
        assert (status, said["description"]) == (400, TOO_OLD)


async def test_an_answer_is_shown_again_for_its_time_and_to_others_unless_it_is_personal(
    api: Api, alice: Person, bob: Person
) -> None:
    first = await typed(api, alice, "1001")
    await api.result(
        "answerInlineQuery", inline_query_id=first, results=[article()], is_personal=True
    )
    assert [result.id for result in (await alice.type_inline("1001")).results] == ["1"]
    second = await typed(api, bob, "1001")
    await api.result("answerInlineQuery", inline_query_id=second, results=[article("2")])
    third = await typed(api, alice, "1002")
    await api.result(
        "answerInlineQuery", inline_query_id=third, results=[article("3")], cache_time=0
    )
    assert await typed(api, alice, "1002") != third


async def test_who_chooses_sends_it_and_the_bot_hears_of_it_with_feedback_only(
    api: Api, sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    button = {"inline_keyboard": [[{"text": "See", "url": "https://t.me/trackline_bot"}]]}
    query_id = await typed(api, alice)
    results = [article(reply_markup=button)]
    await api.result("answerInlineQuery", inline_query_id=query_id, results=results)
    [result] = (await alice.type_inline()).results
    seen = [update["update_id"] for update in await api.result("getUpdates")]
    sent = alice.choose(result, to=bob)
    assert (sent.text, sent.via_bot, bob.from_friends) == ("Here it is", True, [sent])
    assert [update["update_id"] for update in await api.result("getUpdates")] == seen
    sandbox._world.inline.feedback = True
    alice.choose(result, to=bob)
    [chosen] = (await api.result("getUpdates"))[len(seen) :]
    assert chosen["chosen_inline_result"]["result_id"] == "1"
    assert chosen["chosen_inline_result"]["inline_message_id"]


async def test_in_a_group_and_in_its_own_chat_the_bot_hears_what_was_sent(
    api: Api, sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    query_id = await typed(api, alice)
    await api.result("answerInlineQuery", inline_query_id=query_id, results=[article()])
    [result] = (await alice.type_inline()).results
    for where in (alice, sandbox.group("Family", members=[alice, bob])):
        alice.choose(result, to=where)
        heard = (await api.result("getUpdates"))[-1]["message"]
        assert heard["via_bot"]["username"] == "trackline_bot"


async def test_a_bot_without_inline_mode_says_so_and_is_not_asked() -> None:
    async with Sandbox(inline=False) as sandbox:
        with pytest.raises(NotPossible):
            await sandbox.person("Alice").type_inline()
