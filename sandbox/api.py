"""One call of the Bot API, from parameters to answer."""

from __future__ import annotations

import inspect
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sandbox import bot_methods, copies, inline, locations, methods, photos, topics
from sandbox.calls import METHODS, Method, Params, Result
from sandbox.errors import ApiError
from sandbox.faults import Fault, FaultBook
from sandbox.waiting import Signal
from sandbox.world import World

MODULES = (bot_methods, copies, inline, locations, methods, photos, topics)
"""The modules with the methods. Importing a module declares its methods."""

_REMEMBERED_CALLS = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call and its answer; `answer` is None if it was not a JSON object.

    `status` is the HTTP status, 0 if the connection was closed instead. `params` are parsed:
    `chat_id` an int, `reply_markup` a dict.
    """

    method: str
    params: Params
    at: datetime
    status: int
    answer: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to be sent. `dropped`: close the connection instead."""

    status: int
    body: bytes
    content_type: str = "application/json"
    dropped: bool = False

    @classmethod
    def json(cls, status: int, answer: Mapping[str, Any]) -> Self:
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return cls(status, text.encode())

    @classmethod
    def error(cls, code: int, description: str, **parameters: int) -> Self:
        return cls.json(code, _error(ApiError(code, description, **parameters)))


class BotApi:
    """Performs calls on a world, unless a fault applies."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answering = Signal()
        self._closed = False
        self.faults = FaultBook()
        self.calls: deque[Call] = deque(maxlen=_REMEMBERED_CALLS)

    def close(self) -> None:
        """Answer pollers and delayed calls at once."""
        self._closed = True
        self._answering.fire()
        self._world.updates.close()

    def clear_faults(self) -> None:
        """Also ends the faults in progress: a delayed call is answered at once."""
        self.faults.clear()
        self._answering.fire()

    async def call(self, name: str, raw: Mapping[str, Any]) -> Reply:
        """Perform a method. The case of its name does not matter."""
        method = METHODS.get(name.lower())
        if method is None:
            return Reply.error(404, "Not Found: method not found")
        at = datetime.now(UTC)
        params: Params = dict(raw)
        refusal = None
        try:
            params = method.parse(raw)
        except ApiError as error:
            refusal = error
        chat_id = params.get("chat_id")
        fault = self.faults.take(method.name, chat_id if isinstance(chat_id, int) else None)
        if fault and fault.fails and not fault.accept:
            status, answer = 0, None
        elif refusal:
            status, answer = refusal.code, _error(refusal)
        else:
            status, answer = await self._perform(method, params)
        reply = await self._suffer(fault) if fault else None
        if reply:
            status, answer = reply.status, _as_object(reply.body)
        self.calls.append(Call(method.name, params, at, status, answer))
        return reply or Reply.json(status, answer or {})

    async def _perform(self, method: Method, params: Params) -> tuple[int, dict[str, Any]]:
        try:
            result = method.run(self._world, params)
            if inspect.isawaitable(result):
                result = await result
        except ApiError as error:
            return error.code, _error(error)
        if isinstance(result, Result):
            return 200, {"ok": True, "result": result.value, "description": result.description}
        return 200, {"ok": True, "result": result}

    async def _suffer(self, fault: Fault) -> Reply | None:
        """The fault's answer, or None if the fault is only a delay."""
        if fault.delay:
            await self._answering.until(
                lambda: self._closed or not self.faults.has(fault), fault.delay
            )
        if not fault.fails:
            return None
        if fault.drop:
            return Reply(0, b"", dropped=True)
        return Reply(*fault.answer())


def _error(error: ApiError) -> dict[str, Any]:
    found = {"ok": False, "error_code": error.code, "description": error.description}
    return found | ({"parameters": error.parameters} if error.parameters else {})


def _as_object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
