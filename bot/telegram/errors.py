"""What became of a request to the Bot API, as the error that says so.

A caller that must neither lose nor repeat a message needs to know which of three things happened:

* *not sent* - `NotSent`: no byte of the request left; sending again is safe
* *unknowable* - `Unknowable`: it left, and no usable answer came; it may have been carried out
* *answered* - any other `telegram.error.TelegramError`: Telegram refused, and the error says why
"""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

TOKEN_REFUSED = {
    "why": "Telegram does not know BOT_TOKEN: nothing is sent, and messages wait",
    "mend": "put the right one into .env, and restart",
}
"""What the log says of `InvalidToken`."""

_DEFAULT_RETRY_AFTER = 5  # seconds, for a 429 that does not say
_REFUSALS: dict[int, type[TelegramError]] = {
    HTTPStatus.BAD_REQUEST: BadRequest,
    HTTPStatus.UNAUTHORIZED: InvalidToken,
    HTTPStatus.FORBIDDEN: Forbidden,
    HTTPStatus.NOT_FOUND: InvalidToken,
    HTTPStatus.CONFLICT: Conflict,
}


class NotSent(NetworkError):
    """No byte of the request left: no free connection, or none could be made."""


class NotSentInTime(NotSent, TimedOut):
    """Not sent because no connection was free, or could be made, in time."""


class Unknowable(NetworkError):
    """The request left, and its outcome is unknown: no answer, half of one, nonsense, or a 5xx."""


class NoAnswerInTime(Unknowable, TimedOut):
    """The request left, and the answer did not come in time."""


class FloodControl(RetryAfter):
    """Telegram's 429. `retry_after` is always a `timedelta`, whatever `PTB_TIMEDELTA` says."""

    @property
    def retry_after(self) -> timedelta:
        """How long to send nothing."""
        return self._retry_after


class Answer(NamedTuple):
    status: int
    retry_after: str | None
    body: bytes


def not_sent(error: Exception) -> NotSent:
    if isinstance(error, TimeoutError):
        return NotSentInTime("Not sent: no connection in time")
    reason = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorError) and error.strerror:
        reason += f" ({error.strerror})"
    return NotSent(f"Not sent: {reason}")


def unknowable(error: Exception) -> Unknowable:
    if isinstance(error, TimeoutError):
        return NoAnswerInTime("Outcome unknown: no answer in time")
    return Unknowable(f"Outcome unknown: {type(error).__name__}")


def refusal(answer: Answer) -> TelegramError:
    """The error for an answer that is not a 2xx."""
    status = _phrase(answer.status)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unknowable(f"Outcome unknown: {status}")
    content = json_object(answer.body)
    parameters = _object(content.get("parameters"))
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return FloodControl(_retry_after(parameters.get("retry_after"), answer.retry_after))
    if isinstance(new_chat_id := parameters.get("migrate_to_chat_id"), int):
        return ChatMigrated(new_chat_id)
    return _REFUSALS.get(answer.status, NetworkError)(str(content.get("description") or status))


def _phrase(status: int) -> str:
    try:
        return f"{HTTPStatus(status).phrase} ({status})"
    except ValueError:
        return f"Unknown HTTPError ({status})"


def _retry_after(*candidates: object) -> int:
    """The first candidate that is a number of seconds (and one that `timedelta` can hold)."""
    for candidate in candidates:
        text = str(candidate)
        if text.isdecimal() and len(text) < 10 and int(text) > 0:
            return int(text)
    return _DEFAULT_RETRY_AFTER


def json_object(payload: bytes) -> dict[str, Any]:
    """The JSON object in `payload`; empty when it holds anything else."""
    try:
        return _object(json.loads(payload.decode(errors="replace")))
    except (ValueError, RecursionError):
        return {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
