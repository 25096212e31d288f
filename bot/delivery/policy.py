"""What a send that failed comes to: pure functions of the error."""

import random
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.telegram.errors import FloodControl

MOST_ATTEMPTS = 100
"""Some seven hours: that Telegram, or our way to it, is down is not the message's fault."""
MOST_ERRORS = 3
"""Of our own: a bug fails each time, and what waits behind it in the chat must go on."""
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
TOKEN_WAIT = timedelta(minutes=1)
"""How long to wait while Telegram refuses our token: the operator has to act."""


@dataclass(frozen=True)
class Retry:
    """Try again ``after``. ``counts``: as one of the attempts that are made."""

    after: timedelta
    counts: bool = True


@dataclass(frozen=True)
class Pause:
    """The person does not want to hear from us; they may change their mind."""

    reason: str


@dataclass(frozen=True)
class Unlink:
    """There is nobody there any more."""

    reason: str


@dataclass(frozen=True)
class GiveUp:
    """This message will never arrive; others may."""

    reason: str


@dataclass(frozen=True)
class Lost:
    """The lease has run out before the message left: whoever has it now will send it."""


Failure = Retry | Pause | Unlink | GiveUp | Lost
"""What a send that failed comes to."""


def decide(error: TelegramError, attempts: int) -> Failure:
    """``attempts``: how many failed before this one. Texts are compared with Telegram's own.

    A `BadRequest` is a `NetworkError` to python-telegram-bot: what is permanent comes first.
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
    """The same for an error of our own. Only its type is told: its text may hold personal words."""
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
