"""What to do after the staff's group, or a customer, did not take what was said to them: pure."""

from dataclasses import dataclass
from datetime import timedelta

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.delivery.policy import Failure, GiveUp, Retry, backoff, decide

KEPT = timedelta(days=3)
"""How old something is when one more refusal of the staff's group is its last."""


@dataclass(frozen=True)
class NoTopic:
    """It was deleted."""


Outcome = Failure | NoTopic | None
"""What became of something. None: it was brought."""
_NO_TOPIC = ("thread not found", "topic_deleted", "topic_id_invalid")


def refused_by_shop(error: TelegramError, attempts: int, age: timedelta) -> Outcome:
    """``attempts``: how many failed before this one.

    That the group is not as it should be, or is not reached, is no fault of the message, and may be
    mended: so long it waits, and what is said after it.
    """
    text = error.message.lower()
    if any(each in text for each in _NO_TOPIC):
        return NoTopic()
    if "topic_not_modified" in text:
        return None  # it is so already
    if is_message_s(error):
        return GiveUp(error.message)
    failure = decide(error, attempts)
    if isinstance(failure, Retry) and not failure.counts:
        return failure
    return GiveUp(error.message) if age > KEPT else Retry(backoff(attempts))


def is_message_s(error: TelegramError) -> bool:
    """Whether it is the message, or the topic, that Telegram does not take, and not the group."""
    if not isinstance(error, BadRequest) or isinstance(error, ChatMigrated):
        return False
    groups = ("not enough rights", "chat not found", "not a forum")
    return not any(each in error.message.lower() for each in groups)
