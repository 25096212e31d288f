"""What a Bot API server says, read with care: what cannot be read spoils nothing else."""

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
"""What the database and Telegram hold."""

log = structlog.get_logger()


class Unreadable(Unknowable):
    """The answer was a 200, and python-telegram-bot cannot read what came with it."""


def read_update(raw: object, bot: Bot | None) -> Update | None:
    """None: it cannot be read. That is counted, and logged without what is in it."""
    try:
        update: Update = Update.de_json(raw, bot)  # type: ignore[arg-type]
        _check_ids(raw, update)
    except Exception as error:  # noqa: BLE001 - the library raises whatever it stumbles over
        UNREADABLE.inc()
        log.error("update_unreadable", update_id=id_of(raw), error=type(error).__name__)  # noqa: TRY400
        return None
    return update


def id_of(raw: object) -> int | None:
    """By which it can be confirmed; Telegram's are positive."""
    match raw:
        case {"update_id": int(found)} if _is_id(found) and found >= 0:
            return found
    return None


def _check_ids(raw: object, update: Update) -> None:
    """The library takes anything for an id. Raises `TypeError`."""
    others = [one.id for one in (update.effective_chat, update.effective_user) if one]
    if id_of(raw) is None or not all(map(_is_id, others)):
        raise TypeError("an id is no number")


def _is_id(value: object) -> bool:
    return type(value) is int and abs(value) <= LARGEST_ID


@contextmanager
def understood() -> Iterator[None]:
    """What the library raises for an answer that it cannot read becomes `Unreadable`."""
    try:
        yield
    except TelegramError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever it stumbles over
        reason = type(error).__name__
    else:
        return
    # Out here it has no context: the library's error may hold what came.
    raise Unreadable(f"The answer cannot be read ({reason})")
