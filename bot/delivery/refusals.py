"""What becomes of a conversation's message that the staff's group has refused: pure functions."""

from dataclasses import dataclass
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.delivery.policy import Failure, GiveUp, Retry, backoff, decide

KEPT = timedelta(days=3)
"""A message that is older is given up with the next refusal."""


@dataclass(frozen=True)
class NoTopic:
    """The topic was deleted."""


Outcome = Failure | NoTopic | None
"""What became of a message. None: it has arrived."""
_NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid")


def refused_by_shop(error: TelegramError, attempts: int, age: timedelta) -> Outcome:
    """``attempts``: failed attempts before this one.

    A group that is not set up right, or not reached, may be repaired. Until then this message and
    the later ones wait.
    """
    text = error.message.lower()
    if any(each in text for each in _NO_TOPIC):
        return NoTopic()
    if "topic_not_modified" in text:
        return None  # it is open, or closed, already
    if is_message_s(error):
        return GiveUp(error.message)
    failure = decide(error, attempts)
    if isinstance(failure, Retry) and not failure.counts:
        return failure
    return GiveUp(error.message) if age > KEPT else Retry(backoff(attempts))


def is_message_s(error: TelegramError) -> bool:
    """Whether Telegram refuses the message or the topic, and not the group as a whole."""
    if not isinstance(error, BadRequest) or isinstance(error, ChatMigrated):
        return False
    groups = ("not enough rights", "chat not found", "not a forum")
    return not any(each in error.message.lower() for each in groups)
