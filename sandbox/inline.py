"""Inline mode: somebody types the bot's name in any chat, and sends one of the offered results.

Deliberately stricter than the real server: unknown fields are refused. So are callback buttons,
which the sandbox does not support in other people's chats.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from sandbox.calls import Params, boolean, integer, json_value, method, only_fields, text
from sandbox.errors import bad_request
from sandbox.formatting import TEXT_PARAMETERS, formatted_text, link_preview
from sandbox.inline_mode import InlineAnswer, InlineButton, InlineQuery, InlineResult
from sandbox.markup import check_markup, reply_markup
from sandbox.model import NO_MARKUP, Account, Chat, Message
from sandbox.updates import JsonObject
from sandbox.world import World

MOST_RESULTS = 50
LONGEST_QUERY = 256
"""An app sends at most so many characters of what is typed."""
_RESULT_FIELDS = frozenset(
    [
        *("type", "id", "title", "description", "input_message_content", "reply_markup", "url"),
        *("thumbnail_url", "thumbnail_width", "thumbnail_height"),
    ]
)
_CONTENT_FIELDS = frozenset({"message_text", "parse_mode", "entities", "link_preview_options"})
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_object = json_value("inline query result", dict)


# The bot


@method(
    "answerInlineQuery",
    inline_query_id=text,
    results=json_value("inline query results", list),
    cache_time=integer,
    is_personal=boolean,
    next_offset=text,
    button=json_value("inline query results button", dict),
)
def answer_inline_query(world: World, params: Params) -> bool:
    query = world.inline.queries.get(params.get("inline_query_id", ""))
    if query is None or query.expires < asyncio.get_running_loop().time():
        raise bad_request(_TOO_OLD)
    if len(params.get("next_offset", "").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    found = params.get("results", [])
    if len(found) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = [_result(each) for each in found]
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    answer = InlineAnswer(results, _button(params.get("button")))
    seconds = params.get("cache_time", 300)
    whose = query.person.id if params.get("is_personal") else None
    until = asyncio.get_running_loop().time() + seconds
    world.inline.cache[whose, query.text] = (until, answer)
    del world.inline.queries[query.id]
    query.answer.set_result(answer)
    return True


def _result(raw: Any) -> InlineResult:
    """Source: Bot API, InlineQueryResultArticle, InputTextMessageContent."""
    found = _object(raw)
    if found.get("type") != "article":
        raise bad_request(f"the sandbox does not do inline results of type {found.get('type')}")
    only_fields(found, _RESULT_FIELDS, "an InlineQueryResultArticle")
    result_id, title = text(found.get("id", "")), text(found.get("title", ""))
    if not result_id:
        raise bad_request("RESULT_ID_EMPTY")
    if len(result_id.encode()) > 64:
        raise bad_request("RESULT_ID_INVALID")
    if not title.strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = _object(found.get("input_message_content", {}))
    only_fields(content, _CONTENT_FIELDS, "an InputTextMessageContent")
    given = {("text" if name == "message_text" else name): each for name, each in content.items()}
    params = {name: TEXT_PARAMETERS[name](each) for name, each in given.items()}
    formatted, html = formatted_text(params)
    markup = (
        check_markup(reply_markup(found["reply_markup"]), inline_only=True)
        if ("reply_markup" in found)
        else NO_MARKUP
    )
    if markup.opens_apps:
        raise bad_request("BUTTON_TYPE_INVALID")
    if any(button.data is not None for row in markup.buttons for button in row):
        raise bad_request("the sandbox does not do callback buttons in inline results")
    preview = link_preview(params)
    return InlineResult(
        result_id, title, text(found.get("description", "")), formatted, html, markup, preview
    )


def _button(found: JsonObject | None) -> InlineButton | None:
    """Source: Bot API, InlineQueryResultsButton."""
    if found is None:
        return None
    only_fields(found, frozenset({"text", "start_parameter"}), "an InlineQueryResultsButton")
    label, parameter = text(found.get("text", "")), text(found.get("start_parameter", ""))
    if not label.strip():
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    if not parameter:
        raise bad_request("START_PARAM_EMPTY")
    if len(parameter) > 64:
        raise bad_request("START_PARAM_TOO_LONG")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", parameter):
        raise bad_request("START_PARAM_INVALID")
    return InlineButton(label, parameter)


# People


def ask(world: World, person: Account, typed: str) -> asyncio.Future[InlineAnswer]:
    """Bot API: InlineQuery. An answer is cached for its `cache_time`, for everybody unless it
    `is_personal`."""
    mode, loop = world.inline, asyncio.get_running_loop()
    typed = typed[:LONGEST_QUERY]
    for whose in (person.id, None):
        until, cached = mode.cache.get((whose, typed), (0.0, None))
        if cached and loop.time() < until:
            known: asyncio.Future[InlineAnswer] = loop.create_future()
            known.set_result(cached)
            return known
    query_id = str(mode.next_id())
    expires = loop.time() + world.callback_life
    query = InlineQuery(query_id, person, typed, expires, loop.create_future())
    mode.queries[query_id] = query
    payload = {"id": query_id, "from": person.as_json(), "query": typed, "offset": ""}
    world.updates.put("inline_query", payload, person.id)
    return query.answer


def choose(
    world: World, person: Account, result: InlineResult, chat: Chat, typed: str = ""
) -> Message:
    """Sends the result. The bot gets a chosen_inline_result update if feedback is on, and the
    message if it is in the chat itself.
    """
    message = world.add_message(
        chat,
        person.id,
        result.content,
        html=result.html,
        markup=result.markup,
        link_preview_options=result.link_preview,
        via_bot=True,
    )
    if world.chats.get(chat.id) is chat:
        world.updates.put("message", world.message_json(message), chat.id)
    if world.inline.feedback:
        chosen: JsonObject = {"result_id": result.id, "from": person.as_json(), "query": typed}
        if message.buttons:
            chosen["inline_message_id"] = f"inline-{message.id}"
        world.updates.put("chosen_inline_result", chosen, person.id)
    return message
