"""What a send that failed comes to: pure functions of the error."""

import random
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.telegram.errors import FloodControl

MOST_ATTEMPTS = 100
"""About seven hours. If Telegram cannot be reached, the message is not the reason."""
MOST_ERRORS = 3
"""Attempts that end in an error of our own. A bug fails each time, and holds up the chat."""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
TOKEN_WAIT = timedelta(minutes=1)
"""How long to wait after Telegram has refused our token. The operator has to act."""


@dataclass(frozen=True)
class Retry:
    """Try again ``after`` this time. ``counts``: the failure counts as an attempt."""

    after: timedelta
    counts: bool = True


@dataclass(frozen=True)
class Pause:
    """The person has blocked the bot. They may change their mind."""

    reason: str


@dataclass(frozen=True)
class Unlink:
    """The chat does not exist any more."""

    reason: str


@dataclass(frozen=True)
class GiveUp:
    """This message will never arrive. Others may."""

    reason: str


@dataclass(frozen=True)
class Lost:
    """The lease ended before the message left. Another replica will send it."""


Failure = Retry | Pause | Unlink | GiveUp | Lost
"""What a send that failed comes to."""


def decide(error: TelegramError, attempts: int) -> Failure:
    """``attempts``: failed attempts before this one. Reasons are told apart by Telegram's words.

    Permanent errors come first: to python-telegram-bot a `BadRequest` is a `NetworkError`.
    """
    match error:
        case Forbidden() | BadRequest() | ChatMigrated():
            return _refused(error)
        case FloodControl():
            return Retry(error.retry_after, counts=False)
        case InvalidToken():
            return Retry(TOKEN_WAIT, counts=False)
    if attempts + 1 >= MOST_ATTEMPTS:
        return GiveUp(f"{MOST_ATTEMPTS} attempts: {error.message}")
    return Retry(backoff(attempts))


def decide_own(error: Exception, attempts: int) -> Failure:
    """The same for an error of our own. The reason is its type only: its text may be personal."""
    if attempts + 1 >= MOST_ERRORS:
        return GiveUp(type(error).__name__)
    return Retry(backoff(attempts))


def _refused(error: TelegramError) -> Failure:
    said = error.message.lower()
    if "deactivated" in said or "chat not found" in said:
        return Unlink(error.message)
    return Pause(error.message) if isinstance(error, Forbidden) else GiveUp(error.message)


def backoff(attempts: int) -> timedelta:
    """Exponential with full jitter: up to 1 s, 2 s, 4 s … 10 min."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempts, 16), LONGEST_WAIT)
    return longest * random.random()  # noqa: S311 - spreads load, keeps no secret
