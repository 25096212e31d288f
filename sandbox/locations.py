"""Locations, plain and live: sent, moved and stopped.

Deliberately stricter than the real server in two points: a value that is not a number is refused
(there it becomes 0), and so is an accuracy outside its range (there it is clamped).
Source of limits and error texts: Bot API, and TDLib's Location.cpp, MessagesManager.cpp.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.calls import Params, integer, method, unsupported
from sandbox.errors import bad_request
from sandbox.model import Message
from sandbox.sending import EDITING, SENDING, edit, send, to_edit
from sandbox.text import normalise
from sandbox.updates import JsonObject
from sandbox.world import World

FOR_EVER = 0x7FFFFFFF
SHORTEST, LONGEST = 60, 86400
"""Seconds for which a location may be live."""
LEAST_ACCURATE = 1500
"""Metres."""


def number(raw: Any) -> float:
    try:
        return float(raw)
    except (TypeError, ValueError):
        raise bad_request("the sandbox wants a number where the real server reads 0") from None


_PLACE = {
    "latitude": number,
    "longitude": number,
    "horizontal_accuracy": number,
    "heading": integer,
    "proximity_alert_radius": unsupported("proximity alerts"),
}


@method("sendLocation", **SENDING, **_PLACE, live_period=integer)
def send_location(world: World, params: Params) -> JsonObject:
    location, live_until = _place(params), None
    if period := params.get("live_period"):
        if period != FOR_EVER and not SHORTEST <= period <= LONGEST:
            raise bad_request("wrong live location period specified")
        live_until = datetime.now(UTC) + timedelta(seconds=period)
        location |= _heading(params) | {"live_period": period}
    return send(world, params, normalise(""), location=location, live_until=live_until)


@method(
    "editMessageLiveLocation",
    **EDITING,
    **_PLACE,
    live_period=unsupported("other periods of live locations"),
)
def edit_message_live_location(world: World, params: Params) -> JsonObject:
    location = _place(params)
    before = _live(world, params)
    assert before.location  # noqa: S101 - for mypy
    period = {"live_period": before.location["live_period"]}
    return edit(world, params, location=location | _heading(params) | period)


@method("stopMessageLiveLocation", **EDITING)
def stop_message_live_location(world: World, params: Params) -> JsonObject:
    _live(world, params)
    return edit(world, params, live_until=datetime.now(UTC))


def _live(world: World, params: Params) -> Message:
    """The message to edit, whose location is still live."""
    _, message = to_edit(world, params)
    if message.location is None:
        raise bad_request("there is no live location in the message to edit")
    if not message.is_live:
        raise bad_request("message can't be edited")
    return message


def _place(params: Params) -> JsonObject:
    for name in ("latitude", "longitude"):
        if name not in params:
            raise bad_request(f"{name} is empty")
    latitude, longitude = params["latitude"], params["longitude"]
    is_place = math.isfinite(latitude) and math.isfinite(longitude)
    if not is_place or abs(latitude) > 90 or abs(longitude) > 180:
        raise bad_request("invalid location specified")
    accuracy = params.get("horizontal_accuracy", 0)
    if not 0 <= accuracy <= LEAST_ACCURATE:
        raise bad_request(f"the sandbox takes a horizontal_accuracy from 0 to {LEAST_ACCURATE}")
    place = {"latitude": latitude, "longitude": longitude}
    return place | ({"horizontal_accuracy": accuracy} if accuracy else {})


def _heading(params: Params) -> JsonObject:
    heading = params.get("heading", 0)
    if heading and not 1 <= heading <= 360:
        raise bad_request("wrong live location heading specified")
    return {"heading": heading} if heading else {}
