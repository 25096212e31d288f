"""Work of a loop that goes on, whatever becomes of a piece of it."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from storage.errors import DatabaseError

T = TypeVar("T")

log = structlog.get_logger()


async def guarded(work: Awaitable[T], failed: str) -> T | None:
    """The result of ``work``. None: it failed, and was logged, as ``failed`` if it is a bug.

    What a piece of work left undone is still marked in the database, and is found there again.
    """
    try:
        return await work
    except DatabaseError as error:
        log.warning("database_failed", error=type(error).__name__)
    except Exception:
        log.exception(failed)
    return None
