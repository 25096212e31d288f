"""`GET /api/v1/feedback` and `…/orders/{order_id}/feedback`: what customers said, for the shop."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.services.tracking import OrderNotFound
from handlers.web.backend import BACKEND, Backend
from handlers.web.keys import require_key
from handlers.web.problems import Problem, WrongFields, in_time
from storage.models import Opinion, Rating

MOST = 100
"""Opinions of one page, and how many there are if nobody says how many are wanted."""

routes = web.RouteTableDef()

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{1,13}) ([0-9a-f]{16})", re.ASCII)

Place = tuple[datetime, str]
"""Of an opinion in the list: when it was said, and its reference."""


class FeedbackInfo(BaseModel):
    """``given_at``: when it was said, changed or commented on last."""

    feedback_id: str
    order_id: str
    customer_id: str
    rating: Rating
    comment: str | None
    given_at: AwareDatetime

    @classmethod
    def of(cls, opinion: Opinion) -> "FeedbackInfo":
        return cls(
            feedback_id=opinion.reference,
            order_id=opinion.order_id,
            customer_id=opinion.customer_id,
            rating=opinion.rating,
            comment=opinion.comment,
            given_at=opinion.at,
        )


class OrderFeedback(BaseModel):
    feedback: list[FeedbackInfo]


class FeedbackPage(OrderFeedback):
    """``next``: what to ask with for whatever comes behind; None while there was never any."""

    next: str | None


def _whole_number(value: object) -> object:
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value, re.ASCII)):
        raise ValueError("it should be a whole number")
    return int(value)


def _place(cursor: object) -> Place:
    try:
        padded = str(cursor) + "=" * (-len(str(cursor)) % 4)
        decoded = base64.b64decode(padded.encode(), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        decoded = ""
    if not (found := _CURSOR.fullmatch(decoded)):
        raise ValueError("it should be the next of an answer before")
    return _EPOCH + timedelta(milliseconds=int(found[1])), found[2]


def _cursor(opinion: Opinion) -> str:
    place = f"{(opinion.at - _EPOCH) // timedelta(milliseconds=1)} {opinion.reference}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


class Wanted(BaseModel):
    """The query of a page."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[Place | None, BeforeValidator(_place)] = None
    limit: Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_whole_number)] = MOST


@routes.get("/api/v1/feedback")
async def tell_feedback(request: web.Request) -> web.Response:
    require_key(request)
    wanted = _wanted(request)
    feedback = request.app[BACKEND].feedback
    found = await in_time(feedback.page(wanted.after, wanted.limit, datetime.now(UTC)))
    after = _cursor(found[-1]) if found else request.query.get("after")
    return _answer(FeedbackPage(feedback=_told(found), next=after))


@routes.get("/api/v1/orders/{order_id}/feedback")
async def tell_order_feedback(request: web.Request) -> web.Response:
    require_key(request)
    try:
        found = await in_time(_of_order(request.app[BACKEND], request.match_info["order_id"]))
    except OrderNotFound:
        raise Problem(HTTPStatus.NOT_FOUND, "This order was never seen.") from None
    return _answer(OrderFeedback(feedback=_told(found)))


async def _of_order(backend: Backend, order_id: str) -> list[Opinion]:
    """Raises `OrderNotFound`."""
    await backend.tracking.for_shop(order_id)
    return await backend.feedback.of_order(order_id)


def _wanted(request: web.Request) -> Wanted:
    """Raises `WrongFields`."""
    query = request.query
    if twice := sorted({name for name in query if len(query.getall(name)) > 1}):
        raise WrongFields([(name, "It stands more than once.") for name in twice])
    try:
        return Wanted.model_validate(dict(query))
    except ValidationError as error:
        raise WrongFields.from_pydantic(error) from None


def _told(opinions: Sequence[Opinion]) -> list[FeedbackInfo]:
    return [FeedbackInfo.of(opinion) for opinion in opinions]


def _answer(body: BaseModel) -> web.Response:
    """What people wrote is kept by nobody on the way."""
    return web.Response(
        text=body.model_dump_json(),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
