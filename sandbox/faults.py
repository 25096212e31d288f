"""Faults on demand, as the real server has them on a bad day."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault for the next `times` calls that match; `times=None`: until it is cleared.

    - `method`, `chat_id`: which calls. None matches all, including getUpdates, so set `method`.
    - `status` with `retry_after`, `description`, `parameters`: the Bot API's own error answer.
    - `body`: with `status`, answers these bytes instead, like a proxy's error page.
    - `garbage`: answers 200 with a body that is not JSON.
    - `drop`: the connection is closed without an answer.
    - `delay`: seconds before the answer, unless the fault is cleared sooner. With only a delay,
      the call succeeds.
    - `accept`: the call takes effect before it fails; otherwise a failing call has none.
    """

    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    status: int | None = None
    retry_after: int | None = None
    description: str | None = None
    parameters: dict[str, int] = field(default_factory=dict)
    body: bytes | None = None
    delay: float = 0.0
    accept: bool = False
    drop: bool = False
    garbage: bool = False

    def __post_init__(self) -> None:
        if self.status is None and (self.retry_after is not None or self.body is not None):
            self.status = 429 if self.retry_after is not None else 502

    @property
    def fails(self) -> bool:
        """False for a fault that is only a delay."""
        return self.drop or self.garbage or self.status is not None

    def matches(self, method: str, chat_id: int | None) -> bool:
        same_method = self.method is None or self.method.lower() == method.lower()
        return self.times != 0 and same_method and self.chat_id in (None, chat_id)

    def answer(self) -> tuple[int, bytes, str]:
        """The failure's status, body and content type."""
        if self.garbage:
            return 200, b'{"ok": true, "resu\x00lt', "application/json"
        status = self.status or 500
        if self.body is not None:
            return status, self.body, "text/html"
        return status, json.dumps(self._error(status)).encode(), "application/json"

    def _error(self, status: int) -> dict[str, Any]:
        parameters = dict(self.parameters)
        phrase = HTTPStatus(status).phrase
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
            phrase = f"Too Many Requests: retry after {self.retry_after}"
        error: dict[str, Any] = {
            "ok": False,
            "error_code": status,
            "description": self.description or phrase,
        }
        return error | ({"parameters": parameters} if parameters else {})


class FaultBook:
    """The faults that wait for a matching call, oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def has(self, fault: Fault) -> bool:
        """Whether the fault was not cleared. It may be used up."""
        return any(kept is fault for kept in self._faults)

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault for this call, and count one use of it."""
        for fault in self._faults:
            if fault.matches(method, chat_id):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None
