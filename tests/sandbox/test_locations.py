"""Locations through the Bot API: moved while they live, and refused as the real server does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import telegram

from sandbox import Fault, Person, Sandbox
from tests.sandbox.conftest import Api

KAMPALA = {"latitude": 0.3136, "longitude": 32.5811}
NTINDA = {"latitude": 0.3541, "longitude": 32.6126}
BUTTON = {"inline_keyboard": [[{"text": "Stop", "callback_data": "stop"}]]}


async def send(api: Api, person: Person, **more: Any) -> Any:
    live = {"live_period": 600, **KAMPALA, **more}
    return await api.result("sendLocation", chat_id=person.id, **live)


async def refused(api: Api, method: str, person: Person, **params: Any) -> str:
    code, words = await api.refusal(method, chat_id=person.id, **params)
    assert code == 400
    return words.removeprefix("Bad Request: ")


async def test_a_live_location_is_sent_moved_and_stopped(api: Api, alice: Person) -> None:
    sent = await send(api, alice, heading=90, horizontal_accuracy=12.5, reply_markup=BUTTON)
    assert sent["location"] == {
        **KAMPALA,
        "live_period": 600,
        "heading": 90,
        "horizontal_accuracy": 12.5,
    }
    assert telegram.Message.de_json(sent, None).location is not None
    message = {"chat_id": alice.id, "message_id": sent["message_id"]}
    moved = await api.result("editMessageLiveLocation", **message, **NTINDA)
    assert moved["location"] == {**NTINDA, "live_period": 600}
    assert "reply_markup" not in moved  # an edit without it takes the buttons away
    stopped = await api.result("stopMessageLiveLocation", **message)
    assert stopped["location"] == NTINDA
    assert [shown.place for shown in alice.inbox] == [NTINDA]


async def test_a_plain_location_has_no_heading_and_is_never_moved(api: Api, alice: Person) -> None:
    sent = await api.result("sendLocation", chat_id=alice.id, **KAMPALA, heading=90)
    assert sent["location"] == KAMPALA
    where = {"message_id": sent["message_id"]}
    said = await refused(api, "editMessageLiveLocation", alice, **where, **NTINDA)
    assert said == "message can't be edited"
    assert await refused(api, "stopMessageLiveLocation", alice, **where) == said


async def test_what_has_ended_is_not_moved_and_not_stopped_again(api: Api, alice: Person) -> None:
    where = {"message_id": (await send(api, alice))["message_id"]}
    await api.result("stopMessageLiveLocation", chat_id=alice.id, **where)
    for method, place in (("editMessageLiveLocation", NTINDA), ("stopMessageLiveLocation", {})):
        assert await refused(api, method, alice, **where, **place) == "message can't be edited"


async def test_a_location_ends_with_its_period(api: Api, alice: Person) -> None:
    where = {"message_id": (await send(api, alice))["message_id"]}
    [message] = alice.inbox
    alice.chat.messages[message.id] = replace(message, live_until=datetime.now(UTC))
    said = await refused(api, "editMessageLiveLocation", alice, **where, **NTINDA)
    assert said == "message can't be edited"
    assert alice.inbox[0].place == KAMPALA


async def test_to_move_nothing_is_refused(api: Api, alice: Person) -> None:
    where = {"message_id": (await send(api, alice, heading=90))["message_id"]}
    said = await refused(api, "editMessageLiveLocation", alice, **where, **KAMPALA, heading=90)
    assert said.startswith("message is not modified")
    await api.result("editMessageLiveLocation", chat_id=alice.id, **where, **KAMPALA, heading=91)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"latitude": ""}, "latitude is empty"),
        ({"longitude": ""}, "longitude is empty"),
        ({"latitude": 90.1}, "invalid location specified"),
        ({"longitude": -180.1}, "invalid location specified"),
        ({"latitude": "nan"}, "invalid location specified"),
        ({"latitude": "north"}, "the sandbox wants a number where the real server reads 0"),
        ({"live_period": 59}, "wrong live location period specified"),
        ({"live_period": 86401}, "wrong live location period specified"),
        ({"heading": 361}, "wrong live location heading specified"),
        ({"heading": -1}, "wrong live location heading specified"),
        ({"horizontal_accuracy": 1501}, "the sandbox takes a horizontal_accuracy from 0 to 1500"),
        ({"horizontal_accuracy": -1}, "the sandbox takes a horizontal_accuracy from 0 to 1500"),
        ({"proximity_alert_radius": 5}, "the sandbox does not do proximity alerts"),
    ],
)
async def test_what_is_out_of_its_range_is_refused(
    api: Api, alice: Person, given: dict[str, Any], says: str
) -> None:
    sent = {"live_period": 600, **KAMPALA, **given}
    assert await refused(api, "sendLocation", alice, **sent) == says
    if "live_period" not in given:
        where = {"message_id": (await send(api, alice))["message_id"]}
        place = {**KAMPALA, **given}
        assert await refused(api, "editMessageLiveLocation", alice, **where, **place) == says


@pytest.mark.parametrize("period", [60, 86400, 0x7FFFFFFF])
async def test_the_periods_that_a_location_may_live(api: Api, alice: Person, period: int) -> None:
    sent = await send(api, alice, live_period=period)
    assert sent["location"]["live_period"] == period


async def test_a_text_has_no_location_and_a_deleted_message_is_not_there(
    api: Api, alice: Person
) -> None:
    text = await api.result("sendMessage", chat_id=alice.id, text="hi")
    where = {"message_id": text["message_id"]}
    assert await refused(api, "editMessageLiveLocation", alice, **where, **NTINDA) == (
        "there is no live location in the message to edit"
    )
    await api.result("deleteMessage", chat_id=alice.id, **where)
    assert await refused(api, "stopMessageLiveLocation", alice, **where) == (
        "message to edit not found"
    )


async def test_nobody_is_shown_a_place_who_has_blocked_the_bot(api: Api, alice: Person) -> None:
    alice.block()
    assert await api.refusal("sendLocation", chat_id=alice.id, **KAMPALA) == (
        403,
        "Forbidden: bot was blocked by the user",
    )


async def test_a_429_can_be_ordered_while_it_moves(
    api: Api, alice: Person, sandbox: Sandbox
) -> None:
    where = {"message_id": (await send(api, alice))["message_id"]}
    sandbox.fail(Fault(method="editMessageLiveLocation", retry_after=3))
    code, words = await api.refusal("editMessageLiveLocation", chat_id=alice.id, **where, **NTINDA)
    assert (code, words) == (429, "Too Many Requests: retry after 3")
    assert alice.inbox[0].place == {**KAMPALA, "live_period": 600}
