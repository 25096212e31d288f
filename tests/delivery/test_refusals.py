"""What becomes of what the staff's group does not take: a pure decision."""

from datetime import timedelta

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.delivery.policy import GiveUp, Retry
from bot.delivery.refusals import KEPT, NoTopic, refused_by_shop
from bot.telegram.errors import FloodControl

YOUNG, OLD = timedelta(minutes=1), KEPT + timedelta(minutes=1)


@pytest.mark.parametrize("said", ["Message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
def test_a_topic_that_is_gone_is_opened_anew(said: str) -> None:
    assert refused_by_shop(BadRequest(said), 0, OLD) == NoTopic()


def test_a_topic_that_is_closed_already_is_closed() -> None:
    assert refused_by_shop(BadRequest("TOPIC_NOT_MODIFIED"), 0, YOUNG) is None


@pytest.mark.parametrize("said", ["Message to copy not found", "Message can't be copied"])
def test_a_message_that_cannot_be_brought_is_given_up_at_once(said: str) -> None:
    assert refused_by_shop(BadRequest(said), 0, YOUNG) == GiveUp(said)


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("bot was kicked from the supergroup chat"),
        BadRequest("Not enough rights to create a topic"),
        BadRequest("Chat not found"),
        BadRequest("The chat is not a forum"),
        ChatMigrated(-1001),
        NetworkError("Bad Gateway"),
    ],
)
def test_a_group_that_is_not_as_it_should_be_is_waited_for_for_days(error: TelegramError) -> None:
    for attempts in (0, 200):
        outcome = refused_by_shop(error, attempts, YOUNG)
        assert isinstance(outcome, Retry)
        assert outcome.counts
    assert isinstance(refused_by_shop(error, 200, OLD), GiveUp)


def test_a_429_does_not_count() -> None:
    outcome = refused_by_shop(FloodControl(timedelta(seconds=7)), 0, OLD)
    assert outcome == Retry(timedelta(seconds=7), counts=False)
