"""Each thing that can go wrong with a send, and what is done about it."""

import random
from collections.abc import Iterator
from datetime import timedelta
from inspect import getmembers, isclass

import pytest
import telegram.error
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import bot.telegram.errors
from bot.delivery.policy import (
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    MOST_ERRORS,
    TOKEN_WAIT,
    GiveUp,
    Pause,
    Retry,
    Unlink,
    backoff,
    decide,
    decide_own,
)
from bot.telegram.errors import FloodControl, NoAnswerInTime, NotSent, NotSentInTime, Unknowable

LAST = MOST_ATTEMPTS - 1
PASSING = [
    NotSent("Not sent: ClientConnectorError"),
    NotSentInTime("Not sent: every connection is busy"),
    Unknowable("Outcome unknown: Bad Gateway (502)"),
    NoAnswerInTime("Outcome unknown: no answer in time"),
    NetworkError("I'm a Teapot (418)"),
    TimedOut(),
    TelegramError("something new"),
    Conflict("terminated by other getUpdates request"),
    EndPointNotFound("no such method"),
    PassportDecryptionError("never from a send"),
]
REFUSED = [
    BadRequest("Can't parse entities: unsupported start tag"),
    BadRequest("Message is too long"),
    BadRequest("Inline keyboard button URL 'x' is invalid: wrong HTTP URL"),
    ChatMigrated(-1001),
]
PAUSED = [
    Forbidden("Forbidden: bot was blocked by the user"),
    Forbidden("Forbidden: bot can't initiate conversation with a user"),
]
GONE = [
    Forbidden("Forbidden: user is deactivated"),
    BadRequest("Bad Request: chat not found"),
    BadRequest("Chat not found"),
]
WAITING = [FloodControl(30), InvalidToken("Unauthorized")]


@pytest.fixture(params=[0.0, 0.5, 0.999])
def chance(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """What the dice say."""
    dice: float = request.param
    monkeypatch.setattr(random, "random", lambda: dice)
    return dice


def errors_of(module: object) -> Iterator[type[TelegramError]]:
    for _, found in getmembers(module, isclass):
        if issubclass(found, TelegramError):
            yield found


def test_every_kind_of_error_is_decided_on_here() -> None:
    known = {type(error) for error in [*PASSING, *REFUSED, *PAUSED, *GONE, *WAITING]}
    plain_flood = RetryAfter  # our transport raises FloodControl in its place
    assert known | {plain_flood} == {*errors_of(telegram.error), *errors_of(bot.telegram.errors)}


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_trouble_that_may_pass_is_tried_again_and_counted(error: TelegramError) -> None:
    decision = decide(error, 0)
    assert isinstance(decision, Retry)
    assert decision.counts
    assert timedelta(0) <= decision.after <= timedelta(seconds=1)


@pytest.mark.parametrize("error", PASSING, ids=repr)
def test_the_last_attempt_is_the_last(error: TelegramError) -> None:
    assert isinstance(decide(error, LAST - 1), Retry)
    for attempts in (LAST, LAST + 1, 10**6):
        decision = decide(error, attempts)
        assert isinstance(decision, GiveUp)
        assert error.message in decision.reason


@pytest.mark.parametrize("attempts", [0, LAST, 10**6])
@pytest.mark.parametrize("error", REFUSED, ids=repr)
def test_a_message_that_telegram_refuses_is_given_up_at_once(
    error: TelegramError, attempts: int
) -> None:
    """Though a `BadRequest` is a `NetworkError` to python-telegram-bot."""
    assert decide(error, attempts) == GiveUp(error.message)


@pytest.mark.parametrize("error", PAUSED, ids=repr)
def test_a_person_who_wants_nothing_from_us_is_left_alone(error: TelegramError) -> None:
    assert decide(error, 0) == Pause(error.message)


@pytest.mark.parametrize("error", GONE, ids=repr)
def test_a_chat_with_nobody_in_it_is_unlinked(error: TelegramError) -> None:
    assert decide(error, 0) == Unlink(error.message)


@pytest.mark.parametrize("attempts", [0, LAST, 10**6])
@pytest.mark.parametrize("seconds", [1, 30, 86_400])
def test_a_flood_is_waited_out_for_as_long_as_telegram_says(seconds: int, attempts: int) -> None:
    decision = decide(FloodControl(seconds), attempts)
    assert decision == Retry(timedelta(seconds=seconds), counts=False)


@pytest.mark.parametrize("attempts", [0, LAST, 10**6])
def test_a_refused_token_costs_no_message_an_attempt(attempts: int) -> None:
    assert decide(InvalidToken("Unauthorized"), attempts) == Retry(TOKEN_WAIT, counts=False)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 1), (1, 2), (2, 4), (8, 256), (9, 512), (10, 600), (11, 600), (99, 600), (10**9, 600)],
)
def test_waiting_doubles_up_to_ten_minutes(attempts: int, seconds: int, chance: float) -> None:
    assert backoff(attempts) == timedelta(seconds=seconds) * chance


def test_an_error_of_our_own_is_tried_again_a_few_times_and_tells_its_type_only() -> None:
    error = ValueError("Mrs Example's note")
    for attempts in range(MOST_ERRORS - 1):
        decision = decide_own(error, attempts)
        assert isinstance(decision, Retry)
        assert decision.counts
    for attempts in (MOST_ERRORS - 1, MOST_ERRORS, 10**6):
        assert decide_own(error, attempts) == GiveUp("ValueError")


def test_those_who_failed_together_do_not_come_back_together() -> None:
    waits = {backoff(5) for _ in range(100)}
    assert len(waits) > 90
    assert min(waits) < timedelta(seconds=16) < max(waits) <= timedelta(seconds=32)


def test_an_outage_of_some_hours_loses_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.5)
    waited = timedelta(0)
    for attempts in range(LAST):
        decision = decide(NotSent("Not sent"), attempts)
        assert isinstance(decision, Retry)
        assert decision.after <= LONGEST_WAIT
        waited += decision.after
    assert waited > timedelta(hours=6)
