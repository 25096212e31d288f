"""reply_markup: what a keyboard may hold."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Person
from tests.sandbox.conftest import Api


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


async def test_inline_buttons_call_back_open_links_or_copy(api: Api, alice: Person) -> None:
    keyboard = {
        "inline_keyboard": [
            [{"text": "Data", "callback_data": "é" * 32}, {"text": "Link", "url": "x.example"}],
            [{"text": "Copy", "copy_text": {"text": "1001"}, "style": "success"}],
        ]
    }
    await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard)
    (data, link), (copy,) = alice.inbox[0].buttons
    assert (data.text, data.data, data.url) == ("Data", "é" * 32, None)
    assert (link.text, link.data, link.url) == ("Link", None, "http://x.example/")
    assert (copy.text, copy.copy_text, copy.style) == ("Copy", "1001", "success")


@pytest.mark.parametrize("url", ["https://x.example/a", "tg://resolve?domain=x", "127.0.0.1:80"])
async def test_a_link_that_telegram_accepts_passes(api: Api, alice: Person, url: str) -> None:
    keyboard = inline({"text": "a", "url": url})
    await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard)


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (inline({"text": "a", "callback_data": "x" * 65}), "BUTTON_DATA_INVALID"),
        (
            inline({"text": "a", "callback_data": "x", "style": "loud"}),
            "can't parse inline keyboard button: invalid button style specified",
        ),
        (inline({"text": "a", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (inline({"text": "a", "callback_data": ""}), "BUTTON_DATA_INVALID"),
        (inline({"text": "a", "callback_data": 5}), "BUTTON_DATA_INVALID"),
        (
            inline({"text": "a", "url": "http://localhost:8080/"}),
            "inline keyboard button URL 'http://localhost:8080/' is invalid: Wrong HTTP URL",
        ),
        (
            inline({"text": "a", "url": "ftp://x.example"}),
            "inline keyboard button URL 'ftp://x.example' is invalid: Unsupported URL protocol",
        ),
        (
            inline({"text": "a", "url": "http://"}),
            "inline keyboard button URL 'http://' is invalid: URL host is empty",
        ),
        (inline({"text": "a", "copy_text": {"text": ""}}), "BUTTON_COPY_TEXT_INVALID"),
        (inline({"text": "a", "copy_text": {"text": "x" * 257}}), "BUTTON_COPY_TEXT_INVALID"),
        (
            inline({"text": "a"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            inline({"callback_data": "x"}),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            inline({"text": " ", "callback_data": "x"}),
            'can\'t parse inline keyboard button: Field "text" must be non-empty',
        ),
        (
            inline({"text": "a", "callback_data": "x", "url": "https://x.example"}),
            "the inline keyboard button \"a\" must be of one kind, not ['callback_data', 'url']",
        ),
        (
            inline({"text": "a", "callbackdata": "x"}),
            'the sandbox knows no field "callbackdata" of an inline keyboard button',
        ),
        (
            inline({"text": "a", "pay": True}),
            "the sandbox does not do inline keyboard buttons with pay",
        ),
        (
            inline("a"),
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (inline(*[{"text": "a", "callback_data": "x"}] * 101), "reply markup is too long"),
        (
            {"inline_keyboard": [{"text": "a", "callback_data": "x"}]},
            'field "inline_keyboard" must be an Array of Arrays',
        ),
        ({"inlinekeyboard": []}, 'the sandbox knows no field "inlinekeyboard" of the reply markup'),
        ("{", "can't parse reply markup JSON object"),
        ([], "object expected as reply markup"),
        (
            {"keyboard": [[{"text": "a", "request_users": {"request_id": 1}}]]},
            "the sandbox does not do keyboard buttons with request_users",
        ),
        (
            {"keyboard": [["a"]], "input_field_placeholder": "x" * 65},
            "input field placeholder must have 1 to 64 characters",
        ),
    ],
)
async def test_a_keyboard_that_is_wrong_is_refused(
    api: Api, alice: Person, markup: Any, reason: str
) -> None:
    assert await api.refusal("sendMessage", chat_id=alice.id, text="x", reply_markup=markup) == (
        400,
        f"Bad Request: {reason}",
    )
    assert alice.inbox == []


async def test_a_reply_keyboard_can_ask_for_contact_and_location(api: Api, alice: Person) -> None:
    keyboard = {
        "keyboard": [
            ["Orders", {"text": "My number", "request_contact": True}],
            [{"text": "Where I am", "request_location": True}],
        ],
        "is_persistent": True,
        "resize_keyboard": True,
        "one_time_keyboard": False,
        "input_field_placeholder": "Order number",
    }
    sent = await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=keyboard)
    assert "reply_markup" not in sent
    shown = alice.inbox[0].reply_keyboard
    assert shown is not None
    assert [[(button.text, button.request) for button in row] for row in shown] == [
        [("Orders", None), ("My number", "contact")],
        [("Where I am", "location")],
    ]


@pytest.mark.parametrize(
    "markup", [{"remove_keyboard": True}, {"force_reply": True, "selective": True}]
)
async def test_a_keyboard_is_removed_or_a_reply_forced(
    api: Api, alice: Person, markup: dict[str, Any]
) -> None:
    await api.result("sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    assert alice.inbox[0].reply_keyboard is None
    assert alice.inbox[0].markup.removes_keyboard is ("remove_keyboard" in markup)
