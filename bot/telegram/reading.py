"""Reads what a Bot API server sends. What cannot be read does not affect the rest."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import Counter
from telegram import Bot, Update
from telegram.error import TelegramError

from bot.telegram.errors import Unknowable

UNREADABLE = Counter(
    "trackline_updates_unreadable_total", "Updates that could not be read, and were put aside"
)
LARGEST_ID = 2**63 - 1
"""The largest id in the database and in Telegram: a signed 64-bit number."""

log = structlog.get_logger()


class Unreadable(Unknowable):
    """The answer was a 200, and python-telegram-bot cannot read what came with it."""


def read_update(raw: object, bot: Bot | None) -> Update | None:
    """The update. None: it cannot be read, which is counted, and logged without its content."""
    try:
        update: Update = Update.de_json(raw, bot)  # type: ignore[arg-type]
        _check_ids(raw, update)
    except Exception as error:  # noqa: BLE001 - the library raises whatever it stumbles over
        UNREADABLE.inc()
        log.error("update_unreadable", update_id=id_of(raw), error=type(error).__name__)  # noqa: TRY400
        return None
    return update


def id_of(raw: object) -> int | None:
    """The update's id, to confirm it by. None: there is none. Telegram's ids are positive."""
    match raw:
        case {"update_id": int(found)} if _is_id(found) and found >= 0:
            return found
    return None


def _check_ids(raw: object, update: Update) -> None:
    """Raises `TypeError` for ids that are no numbers: the library does not check them."""
    others = [one.id for one in (update.effective_chat, update.effective_user) if one]
    if id_of(raw) is None or not all(map(_is_id, others)):
        raise TypeError("an id is no number")


def _is_id(value: object) -> bool:
    return type(value) is int and abs(value) <= LARGEST_ID


@contextmanager
def understood() -> Iterator[None]:
    """Turns what the library raises for an answer that it cannot read into `Unreadable`."""
    try:
        yield
    except TelegramError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever it stumbles over
        reason = type(error).__name__
    else:
        return
    # Raised out here, it has no context: the library's error may hold the answer.
    raise Unreadable(f"The answer cannot be read ({reason})")
