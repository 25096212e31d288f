"""Messages through the Bot API: what is accepted, and what is refused as the real server does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
import telegram

from sandbox import CallbackAnswer, NotPossible, Person, Sandbox
from tests.sandbox.conftest import Api

BUTTON = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


# Calling


async def test_a_wrong_token_is_unauthorized(sandbox: Sandbox, api: Api) -> None:
    api.root = f"{sandbox.url}/bot123456:WRONG"
    assert await api.refusal("getMe") == (401, "Unauthorized")


async def test_something_that_is_no_token_is_not_found(sandbox: Sandbox, api: Api) -> None:
    api.root = f"{sandbox.url}/botnonsense"
    assert await api.refusal("getMe") == (404, "Not Found")


async def test_an_unknown_method_is_not_found(api: Api) -> None:
    assert await api.refusal("sendMesage") == (404, "Not Found: method not found")


async def test_the_case_of_a_method_does_not_matter(api: Api) -> None:
    assert (await api.result("GETME"))["username"] == "trackline_bot"


async def test_parameters_come_as_query_form_multipart_or_json(
    sandbox: Sandbox, api: Api, alice: Person, session: aiohttp.ClientSession
) -> None:
    url, keyboard = f"{api.root}/sendMessage", json.dumps(BUTTON)
    multipart = aiohttp.FormData(default_to_multipart=True)
    multipart.add_field("chat_id", str(alice.id))
    multipart.add_field("text", "multipart")
    await session.get(url, params={"chat_id": alice.id, "text": "query", "reply_markup": keyboard})
    await session.post(url, data={"chat_id": alice.id, "text": "form", "reply_markup": keyboard})
    await session.post(url, data=multipart)
    await session.post(url, json={"chat_id": alice.id, "text": "json", "reply_markup": BUTTON})
    assert [message.text for message in alice.inbox] == ["query", "form", "multipart", "json"]
    calls = sandbox.calls_of("sendMessage", chat_id=alice.id, reply_markup=BUTTON)
    assert [call.params["text"] for call in calls] == ["query", "form", "json"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff"])
async def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with api.session.post(f"{api.root}/getMe", data=body, headers=headers) as response:
        assert response.status == 400


async def test_a_parameter_nobody_knows_is_refused(api: Api, alice: Person) -> None:
    assert await api.refusal("sendMessage", chat_id=alice.id, txt="hi") == (
        400,
        'Bad Request: the sandbox knows no parameter "txt" of sendMessage',
    )


async def test_every_call_is_remembered_with_its_answer(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    await api.refusal("sendMessage", chat_id=5, text="x")
    call = sandbox.calls[-1]
    assert (call.method, call.params) == ("sendMessage", {"chat_id": 5, "text": "x"})
    assert call.status == 400
    assert call.answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: chat not found",
    }
    assert call.at.tzinfo is not None


# sendMessage


async def test_a_message_arrives_as_it_was_sent(api: Api, alice: Person) -> None:
    sent = await api.result(
        "sendMessage",
        chat_id=alice.id,
        text="<b>Shipped</b>",
        parse_mode="HTML",
        disable_notification=True,
        reply_markup=BUTTON,
    )
    message = await alice.receives("Shipped")
    assert (message.id, message.text, message.html) == (
        sent["message_id"],
        "Shipped",
        "<b>Shipped</b>",
    )
    assert (message.from_bot, message.silent, message.edited_at) == (True, True, None)
    assert [[button.data for button in row] for row in message.buttons] == [["y"]]
    assert sent["reply_markup"] == BUTTON
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 7}]
    assert sent["chat"] == {"id": alice.id, "type": "private", "first_name": "Alice"}
    assert sent["from"]["is_bot"] is True


async def test_entities_can_be_given_instead_of_html(api: Api, alice: Person) -> None:
    bold = {"type": "bold", "offset": 0, "length": 2}
    ignored = {"type": "mention", "offset": 0, "length": 2}
    sent = await api.result("sendMessage", chat_id=alice.id, text="😀 a", entities=[bold, ignored])
    assert sent["entities"] == [bold]


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 4097}, "message is too long"),
        (
            {"text": "<b>x", "parse_mode": "html"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "parse_mode": "MarkdownV2"}, "the sandbox does not do Markdown; send HTML"),
        ({"text": "x", "parse_mode": "RTF"}, "unsupported parse_mode"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_parameters": "{"}, "can't parse reply parameters JSON object"),
        (
            {"text": "x", "link_preview_options": {"disabled": True}},
            'the sandbox knows no field "disabled" of link_preview_options',
        ),
        (
            {"text": "x", "link_preview_options": "{"},
            "can't parse link preview options JSON object",
        ),
        ({"text": "x", "link_preview_options": []}, "object expected as link preview options"),
        (
            {"text": "x", "link_preview_options": {"is_disabled": "1"}},
            'field "is_disabled" must be of type Boolean',
        ),
        (
            {"text": "x", "link_preview_options": {"url": 1}},
            'field "url" must be of type String',
        ),
        (
            {"text": "x", "link_preview_options": {"url": "ftp://x.y"}},
            "the sandbox shows no preview of that address: Unsupported URL protocol",
        ),
        (
            {
                "text": "x",
                "link_preview_options": {"prefer_small_media": True, "prefer_large_media": True},
            },
            "the sandbox shows a preview small or large",
        ),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0}]},
            "can't parse MessageEntity: Can't find field \"length\"",
        ),
        (
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
        (
            {"text": "x", "entities": [{"type": "text_link", "offset": 0, "length": 1}]},
            "can't parse MessageEntity: Can't find field \"url\"",
        ),
        ({"text": "x\ud800"}, "strings must be encoded in UTF-8"),
        (
            {"text": "x", "business_connection_id": "b"},
            "the sandbox does not do business connections",
        ),
    ],
)
async def test_a_text_that_the_real_server_refuses_is_refused(
    api: Api, alice: Person, params: dict[str, Any], reason: str
) -> None:
    assert await api.refusal("sendMessage", chat_id=alice.id, **params) == (
        400,
        f"Bad Request: {reason}",
    )
    assert alice.inbox == []


async def test_4096_characters_are_counted_after_parsing_and_as_code_points(
    api: Api, alice: Person
) -> None:
    await api.result(
        "sendMessage", chat_id=alice.id, text=f"<b>{'😀' * 4096}</b>", parse_mode="HTML"
    )
    assert len(alice.inbox[0].text) == 4096


async def test_a_reply_shows_what_it_answers(api: Api, alice: Person) -> None:
    asked = alice.messages[0].id
    reply = {"message_id": asked}
    sent = await api.result("sendMessage", chat_id=alice.id, text="x", reply_parameters=reply)
    assert sent["reply_to_message"]["message_id"] == asked
    lost = {"message_id": 99, "allow_sending_without_reply": True}
    sent = await api.result("sendMessage", chat_id=alice.id, text="x", reply_parameters=lost)
    assert "reply_to_message" not in sent


# Who can be written to


async def test_an_unknown_chat_is_not_found(api: Api) -> None:
    not_found = (400, "Bad Request: chat not found")
    assert await api.refusal("sendMessage", chat_id=5, text="x") == not_found
    assert await api.refusal("sendMessage", chat_id="@nobody", text="x") == not_found
    assert await api.refusal("sendMessage", chat_id="alice", text="x") == not_found
    assert await api.refusal("sendMessage", text="x") == (400, "Bad Request: chat_id is empty")


async def test_a_bot_cannot_begin_a_conversation(sandbox: Sandbox, api: Api) -> None:
    bob = sandbox.person("Bob")
    assert await api.refusal("sendMessage", chat_id=bob.id, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    await bob.send("/start")
    await api.result("sendMessage", chat_id=bob.id, text="x")


async def test_a_bot_cannot_write_while_it_is_blocked(api: Api, alice: Person) -> None:
    alice.block()
    blocked = (403, "Forbidden: bot was blocked by the user")
    assert await api.refusal("sendMessage", chat_id=alice.id, text="x") == blocked
    assert await api.refusal("sendChatAction", chat_id=alice.id, action="typing") == blocked
    alice.unblock()
    await api.result("sendMessage", chat_id=alice.id, text="x")


async def test_a_bot_cannot_write_to_a_deleted_account(api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x")
    alice.deactivate()
    gone = (403, "Forbidden: user is deactivated")
    assert await api.refusal("sendMessage", chat_id=alice.id, text="x") == gone
    edit = {"chat_id": alice.id, "message_id": sent["message_id"], "text": "y"}
    assert await api.refusal("editMessageText", **edit) == gone


# Edits and deletions


async def test_an_edit_replaces_text_and_buttons(api: Api, alice: Person) -> None:
    sent = await api.result(
        "sendMessage", chat_id=alice.id, text="<b>1</b>", parse_mode="HTML", reply_markup=BUTTON
    )
    edited = await api.result(
        "editMessageText", chat_id=alice.id, message_id=sent["message_id"], text="2"
    )
    [message] = alice.inbox
    assert (message.text, message.html, message.entities, message.buttons) == ("2", "2", (), [])
    assert message.edited_at is not None
    assert edited["edit_date"] >= edited["date"]


async def test_an_edit_that_changes_nothing_is_refused(api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=BUTTON)
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    unmodified = (
        400,
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message",
    )
    same = {**where, "reply_markup": BUTTON}
    assert await api.refusal("editMessageText", **same, text="x") == unmodified
    assert await api.refusal("editMessageReplyMarkup", **same) == unmodified
    await api.result("editMessageReplyMarkup", **where)
    assert await api.refusal("editMessageReplyMarkup", **where) == unmodified


async def test_only_the_bots_own_messages_can_be_edited(api: Api, alice: Person) -> None:
    edit = {"chat_id": alice.id, "text": "x"}
    hers = alice.messages[0].id
    assert await api.refusal("editMessageText", **edit, message_id=99) == (
        400,
        "Bad Request: message to edit not found",
    )
    assert await api.refusal("editMessageText", **edit, message_id=hers) == (
        400,
        "Bad Request: message can't be edited",
    )
    assert await api.refusal("editMessageText", text="x") == (
        400,
        "Bad Request: message identifier is not specified",
    )


async def test_an_edit_takes_inline_buttons_only(api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x")
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    keyboard = {"keyboard": [["a"]]}
    assert await api.refusal("editMessageText", **where, text="y", reply_markup=keyboard) == (
        400,
        "Bad Request: inline keyboard expected",
    )


async def test_a_deleted_message_is_gone(sandbox: Sandbox, api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x")
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    assert await api.result("deleteMessage", **where) is True
    assert alice.inbox == []
    assert await api.refusal("deleteMessage", **where) == (
        400,
        "Bad Request: message to delete not found",
    )


async def test_in_a_group_the_bot_cannot_delete_others_messages(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    family = sandbox.group("Family", members=[alice])
    said = await alice.send_in_group(family, "hello")
    assert await api.refusal("deleteMessage", chat_id=family.id, message_id=said.id) == (
        400,
        "Bad Request: message can't be deleted",
    )


async def test_a_forum_has_topics_and_takes_messages_for_no_others(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    office = sandbox.group("Office", [alice], topics=[7])
    where = {"chat_id": office.id, "text": "hello"}
    sent = await api.result("sendMessage", **where, message_thread_id=7)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (7, True)
    assert (sent["chat"]["type"], sent["chat"]["is_forum"]) == ("supergroup", True)
    assert str(office.id).startswith("-100")
    assert "message_thread_id" not in await api.result("sendMessage", **where)
    assert await api.refusal("sendMessage", **where, message_thread_id=8) == (
        400,
        "Bad Request: message thread not found",
    )


async def test_what_is_written_in_a_topic_says_so(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    office = sandbox.group("Office", [alice], topics=[7])
    await alice.send_in_group(office, "/order 1", topic=7)
    messages = [each["message"] for each in await api.updates(timeout=5) if "message" in each]
    assert [each["message_thread_id"] for each in messages] == [7]
    with pytest.raises(NotPossible):
        await alice.send_in_group(office, "/order 1", topic=8)


# Buttons


async def test_a_pressed_button_is_answered_once(api: Api, alice: Person) -> None:
    await api.result("sendMessage", chat_id=alice.id, text="Sure?", reply_markup=BUTTON)
    async with _press(alice, "Yes") as pressed:
        [update] = await api.updates(timeout=5)
        query = update["callback_query"]
        assert (query["data"], query["message"]["text"]) == ("y", "Sure?")
        await api.result(
            "answerCallbackQuery", callback_query_id=query["id"], text="Done", show_alert=True
        )
        assert await api.refusal("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD
    answer = pressed.result()
    assert (answer.text, answer.show_alert) == ("Done", True)


TOO_OLD = (
    400,
    "Bad Request: query is too old and response timeout expired or query ID is invalid",
)


async def test_an_unknown_query_cannot_be_answered(api: Api) -> None:
    assert await api.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD
    assert await api.refusal("answerCallbackQuery") == TOO_OLD


async def test_a_button_is_not_answered_after_its_life(session: aiohttp.ClientSession) -> None:
    async with Sandbox(callback_life=0.0) as sandbox:
        api, alice = Api(session, sandbox), sandbox.person("Alice")
        await alice.send("/start")
        await api.result("sendMessage", chat_id=alice.id, text="Sure?", reply_markup=BUTTON)
        with pytest.raises(AssertionError, match="no answer"):
            await alice.press("Yes", timeout=0.01)
        update = (await api.updates(offset=-1))[0]
        answer = {"callback_query_id": update["callback_query"]["id"]}
        assert await api.refusal("answerCallbackQuery", **answer) == TOO_OLD


async def test_an_answer_is_at_most_200_characters(api: Api, alice: Person) -> None:
    await api.result("sendMessage", chat_id=alice.id, text="Sure?", reply_markup=BUTTON)
    async with _press(alice, "Yes") as pressed:
        [update] = await api.updates(timeout=5)
        answer = {"callback_query_id": update["callback_query"]["id"]}
        assert await api.refusal("answerCallbackQuery", **answer, text="x" * 201) == (
            400,
            "Bad Request: MESSAGE_TOO_LONG",
        )
        assert await api.refusal("answerCallbackQuery", **answer, url="https://x.example") == (
            400,
            "Bad Request: URL_INVALID",
        )
        await api.result("answerCallbackQuery", **answer, text="x" * 200)
    assert pressed.result().text == "x" * 200


# Chats


async def test_a_chat_action_must_be_one_of_telegrams(api: Api, alice: Person) -> None:
    assert await api.result("sendChatAction", chat_id=alice.id, action="typing") is True
    assert await api.refusal("sendChatAction", chat_id=alice.id, action="thinking") == (
        400,
        "Bad Request: wrong parameter action in request",
    )


async def test_a_pinned_message_is_shown_by_get_chat(api: Api, alice: Person) -> None:
    sent = await api.result("sendMessage", chat_id=alice.id, text="x")
    where = {"chat_id": alice.id, "message_id": sent["message_id"]}
    await api.result("pinChatMessage", **where)
    chat = await api.result("getChat", chat_id=alice.id)
    assert (chat["type"], chat["pinned_message"]["text"]) == ("private", "x")
    await api.result("unpinChatMessage", chat_id=alice.id)
    assert "pinned_message" not in await api.result("getChat", chat_id=alice.id)
    assert await api.refusal("unpinChatMessage", **where) == (
        400,
        "Bad Request: message to unpin not found",
    )
    assert await api.refusal("pinChatMessage", chat_id=alice.id, message_id=99) == (
        400,
        "Bad Request: message to pin not found",
    )


# A real client


async def test_python_telegram_bot_understands_every_answer(
    sandbox: Sandbox, alice: Person
) -> None:
    async with telegram.Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as bot:
        assert bot.username == sandbox.username
        yes = telegram.InlineKeyboardButton("Yes", callback_data="y")
        sent = await bot.send_message(
            alice.id,
            '<tg-time unix="1700000000" format="wDT">then</tg-time>',
            parse_mode="HTML",
            reply_markup=telegram.InlineKeyboardMarkup([[yes]]),
            link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
        )
        [entity] = sent.entities
        assert (entity.type, entity.date_time_format) == ("date_time", "wDT")
        assert sent.reply_markup is not None
        await bot.edit_message_text("new", chat_id=alice.id, message_id=sent.message_id)
        chat = await bot.get_chat(alice.id)
        assert (chat.type, chat.first_name) == ("private", "Alice")
        await bot.set_my_commands([("help", "Shows help")])
        assert (await bot.get_my_commands())[0].command == "help"
        await bot.set_webhook("http://127.0.0.1:9/x", secret_token="s")
        assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/x"
        await bot.delete_webhook()
        await bot.delete_message(alice.id, sent.message_id)


@asynccontextmanager
async def _press(person: Person, label: str) -> AsyncIterator[asyncio.Task[CallbackAnswer]]:
    """The person waits for the answer while the block plays the bot."""
    task = asyncio.create_task(person.press(label))
    yield task
    await task
