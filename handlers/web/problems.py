"""Errors as `application/problem+json` (RFC 9457)."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import structlog
from aiohttp import web
from prometheus_client import Counter
from pydantic import ValidationError

from bot.services.orders.plain_words import in_plain_words
from storage.errors import DatabaseError, is_passing
from storage.timeouts import TimedOut, Timeouts

RETRY_AFTER = 5
"""Seconds after which it makes sense to try again."""
LONGEST_WAIT = 2.6
"""Seconds that a request waits for the database in all; a sender hears within three."""
MOST_LATE = 20
"""Requests that were answered so and still wait for the database; beside them none is begun."""
DATABASE_AWAY = "The database does not answer now. Send this again later."

REFUSED = Counter(
    "trackline_requests_refused_total", "Requests that were answered with an error", ["status"]
)
for _status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE):
    REFUSED.labels(int(_status))  # alerts compare with what was before, be it none

log = structlog.get_logger()
T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Problem(Exception):
    """An answer other than success. ``members`` are added to the body.

    ``retry_after``: seconds after which the same request may succeed.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after
        self.members = members

    @property
    def in_brief(self) -> object:
        """For the log, which repeats nothing of what was sent: wrong fields, or the detail."""
        return [wrong["field"] for wrong in self.members.get("errors", [])] or self.detail


class Unauthorized(Problem):
    """One text for everything that may be wrong with a signature or a key."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED, "The signature or the key is missing, wrong or too old."
        )


class WrongFields(Problem):
    """``errors``: one ``{"field": "data.status", "problem": "…"}`` per wrong field."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Some fields are missing or wrong.",
            errors=[{"field": field, "problem": problem} for field, problem in errors],
        )

    @classmethod
    def from_pydantic(cls, error: ValidationError) -> "WrongFields":
        return cls(
            [
                (".".join(map(str, wrong["loc"])) or "body", in_plain_words(wrong))
                for wrong in error.errors(include_url=False, include_input=False)
            ]
        )


class TryLater(Problem):
    """The same request may succeed later. Whether this one was stored may be unknowable."""

    def __init__(self, detail: str = DATABASE_AWAY) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, detail, retry_after=RETRY_AFTER)


_timeouts = Timeouts()


async def in_time(work: Awaitable[T]) -> T:
    """The work's result. Raises `TryLater` after `LONGEST_WAIT`.

    At once, and without beginning, while `MOST_LATE` are late already: a database that was away
    long would come back to more than it can catch up with.
    """
    if len(_timeouts.late) >= MOST_LATE:
        if isinstance(work, Coroutine):
            work.close()
        raise TryLater()
    try:
        return await _timeouts.within(LONGEST_WAIT, work)
    except TimedOut:
        raise TryLater() from None


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns every error into a problem document; nothing internal is told."""
    try:
        return await handler(request)
    except Problem as problem:
        return _answer(problem)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        answer = _answer(Problem(HTTPStatus(error.status), _DETAILS.get(error.status, "")))
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer
    except DatabaseError as error:
        if not is_passing(error):
            return _failed(request)
        log.warning("database_away", error=type(error).__name__)
        return _answer(TryLater())
    except Exception:  # noqa: BLE001 - a request's edge
        return _failed(request)


def _failed(request: web.Request) -> web.Response:
    log.exception("request_failed", route=str(request.match_info.route.resource))
    return _answer(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, _DETAILS[500]))


_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
"""By RFC 9110; Python's own names for them depend on its version."""
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    500: "Something went wrong on our side.",
}


def title(status: HTTPStatus) -> str:
    return _RENAMED.get(status) or status.phrase


def _answer(problem: Problem) -> web.Response:
    REFUSED.labels(int(problem.status)).inc()
    body = {
        "type": "about:blank",
        "title": title(problem.status),
        "status": problem.status,
        "detail": problem.detail,
        **problem.members,
    }
    answer = web.json_response(body, status=problem.status, content_type="application/problem+json")
    if problem.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    if problem.status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}:
        answer.force_close()  # what is left of the body stays unread
    return answer
