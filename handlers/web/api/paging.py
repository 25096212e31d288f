"""Paging of long lists: `limit` and `after`, the same for all lists."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from handlers.web.api.operation import OF_TEXT, Query

MOST = 100
"""The largest page, and the default."""

Place = tuple[datetime, str]
"""Where a page ends, as in `storage.paging`."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,13}) ([\x21-\x7e]{1,256})", re.ASCII)


def cursor(at: datetime, name: str) -> str:
    """The text for a place, as in ``next``."""
    place = f"{(at - _EPOCH) // timedelta(milliseconds=1)} {name}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: object) -> Place:
    try:
        padded = str(cursor) + "=" * (-len(str(cursor)) % 4)
        decoded = base64.b64decode(padded.encode(), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        decoded = ""
    if not (found := _CURSOR.fullmatch(decoded)):
        raise ValueError("it should be the next of an answer before")
    return _EPOCH + timedelta(milliseconds=int(found[1])), found[2]


class Wanted(Query):
    """The part of a long list."""

    after: Annotated[
        Place | None,
        BeforeValidator(_place),
        WithJsonSchema({"type": "string", "format": "cursor"}),
    ] = None
    """The ``next`` of the previous page. Leave it out to start from the beginning."""
    limit: Annotated[int, Field(ge=1, le=MOST), OF_TEXT] = MOST
    """The most items to return."""


def following(last: Place | None, query: Wanted) -> str | None:
    """The page's ``next``: after its ``last`` item or, for an empty page, the ``after`` it had."""
    end = last or query.after
    return cursor(*end) if end else None
