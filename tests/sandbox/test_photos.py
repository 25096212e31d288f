"""Photos through the Bot API: uploaded, captioned, and refused as the real server does."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import aiohttp
import pytest
import telegram

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Api
from tests.support.pictures import jpeg, png, webp

MEBIBYTE = 1024 * 1024
BUTTON = {"inline_keyboard": [[{"text": "Show", "callback_data": "show"}]]}


async def upload(
    api: Api, person: Person, photo: bytes | None, **params: str
) -> tuple[int, dict[str, Any]]:
    """As a client does it: a form in parts."""
    form = aiohttp.FormData({"chat_id": str(person.id), **params})
    if photo is not None:
        form.add_field("photo", BytesIO(photo), filename="photo.jpg")
    async with api.session.post(f"{api.root}/sendPhoto", data=form) as response:
        return response.status, await response.json()


async def sent(api: Api, person: Person, photo: bytes, **params: str) -> dict[str, Any]:
    status, answer = await upload(api, person, photo, **params)
    assert status == 200, answer
    found: dict[str, Any] = answer["result"]
    return found


async def refused(api: Api, person: Person, photo: bytes | None, **params: str) -> str:
    status, answer = await upload(api, person, photo, **params)
    assert (status, answer["ok"]) == (400, False)
    return str(answer["description"])


async def test_a_photo_arrives_with_its_caption_and_buttons(
    api: Api, alice: Person, sandbox: Sandbox
) -> None:
    caption = "<b>Delivered</b> to you"
    told = await sent(api, alice, png(), caption=caption, parse_mode="HTML")
    read = telegram.Message.de_json(told, None)
    assert (read.caption, read.text, read.photo[-1].width) == ("Delivered to you", None, 40)
    assert read.caption_entities[0].type == "bold"
    (shown,) = alice.inbox
    assert shown.photo is not None
    assert (shown.text, shown.photo.content) == ("Delivered to you", png())


@pytest.mark.parametrize(
    ("picture", "kind"), [(png, "image/png"), (jpeg, "image/jpeg"), (webp, "image/webp")]
)
async def test_three_kinds_are_pictures(
    api: Api,
    alice: Person,
    session: aiohttp.ClientSession,
    sandbox: Sandbox,
    picture: Any,
    kind: str,
) -> None:
    told = (await sent(api, alice, picture(400, 300)))["photo"][-1]
    assert (told["width"], told["height"]) == (400, 300)
    async with session.get(f"{sandbox.url}/sandbox/people/{alice.id}/messages") as messages:
        photo = (await messages.json())[-1]["photo"]
    async with session.get(sandbox.url + photo["url"]) as served:
        assert (served.content_type, await served.read()) == (kind, picture(400, 300))


async def test_a_photo_that_telegram_has_is_sent_again_by_its_id(api: Api, alice: Person) -> None:
    known = (await sent(api, alice, png()))["photo"][-1]["file_id"]
    again = await api.result("sendPhoto", chat_id=alice.id, photo=known)
    assert again["photo"][-1]["file_id"] == known


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (None, "there is no photo in the request"),
        (b"", "file must be non-empty"),
        (b"<html>not found</html>", "IMAGE_PROCESS_FAILED"),
        (png()[:20], "IMAGE_PROCESS_FAILED"),
        (jpeg()[:12], "IMAGE_PROCESS_FAILED"),
        (jpeg(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (jpeg(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            jpeg(length=30 * MEBIBYTE),
            "file of size 31457280 bytes is too big for a photo; "
            "the maximum size is 10485760 bytes",
        ),
    ],
    ids=["none", "empty", "a page", "half", "cut", "large", "long", "heavy"],
)
async def test_what_is_no_photo_is_refused(
    api: Api, alice: Person, photo: bytes | None, why: str
) -> None:
    assert await refused(api, alice, photo) == f"Bad Request: {why}"
    assert alice.inbox == []


async def test_what_no_request_may_weigh_is_not_even_read(api: Api, alice: Person) -> None:
    status, answer = await upload(api, alice, jpeg(length=51 * MEBIBYTE))
    assert (status, answer["error_code"]) == (413, 413)
    assert answer["description"] == "Request Entity Too Large"


async def test_a_caption_is_shorter_than_a_text(api: Api, alice: Person) -> None:
    await sent(api, alice, png(), caption=f"<b>{'x' * 1024}</b>", parse_mode="HTML")
    why = "Bad Request: message caption is too long"
    assert await refused(api, alice, png(), caption="x" * 1025) == why


async def test_an_address_or_an_unknown_id_is_no_photo(api: Api, alice: Person) -> None:
    for given in ("https://example.com/photo.jpg", "AgACwrong"):
        code, _ = await api.refusal("sendPhoto", chat_id=alice.id, photo=given)
        assert code == 400


async def test_a_photo_has_no_text_to_edit_but_buttons(api: Api, alice: Person) -> None:
    where = {
        "chat_id": alice.id,
        "message_id": (await sent(api, alice, png(), caption="x"))["message_id"],
    }
    code, why = await api.refusal("editMessageText", **where, text="y")
    assert (code, why) == (400, "Bad Request: there is no text in the message to edit")
    await api.result("editMessageReplyMarkup", **where, reply_markup=BUTTON)
    assert alice.inbox[0].buttons[0][0].text == "Show"
