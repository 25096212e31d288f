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
"""Seconds after which a client should try again."""
LONGEST_WAIT = 2.6
"""Seconds that a request waits for the database in total, so that it is answered within three."""
MOST_LATE = 20
"""While so many timed-out requests still wait for the database, no new one is started."""
DATABASE_AWAY = "The database does not answer now. Send this again later."

REFUSED = Counter(
    "trackline_requests_refused_total", "Requests that were answered with an error", ["status"]
)
for _status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE):
    REFUSED.labels(int(_status))  # exported as 0 at first, as alerts compare with earlier values

log = structlog.get_logger()
T = TypeVar("T")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Problem(Exception):
    """An error response. ``members`` are added to its body.

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
        """For the log, without any value from the request: the wrong fields, or the detail."""
        return [wrong["field"] for wrong in self.members.get("errors", [])] or self.detail


class Unauthorized(Problem):
    """One text for everything that can be wrong with a signature or a key."""

    def __init__(self) -> None:
        super().__init__(
            HTTPStatus.UNAUTHORIZED, "The signature or the key is missing, wrong or too old."
        )


class WrongFields(Problem):
    """Adds ``errors``: one ``{"field": "data.status", "problem": "…"}`` for each wrong field."""

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
    """The same request may succeed later. This one may have been stored or not."""

    def __init__(self, detail: str = DATABASE_AWAY) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, detail, retry_after=RETRY_AFTER)


_timeouts = Timeouts()


async def in_time(work: Awaitable[T]) -> T:
    """The work's result. Raises `TryLater` after `LONGEST_WAIT`.

    While `MOST_LATE` are late, raises at once without starting the work. Otherwise a database that
    recovers from a long outage would have more to do than it can catch up with.
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
    """Turns every error into a problem document, which reveals nothing internal."""
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
        answer.force_close()  # the rest of the body is not read
    return answer
