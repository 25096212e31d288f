"""`GET /api/v1/feedback` and `…/orders/{order_id}/feedback`: what customers said of deliveries."""

from collections.abc import Sequence
from datetime import UTC, datetime

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.orders.tracking import OrderNotFound
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, operation
from handlers.web.api.paging import Wanted, following
from handlers.web.backend import Backend
from handlers.web.refusals import refusing
from storage.models import Opinion, Rating

routes = web.RouteTableDef()


class FeedbackInfo(Body):
    """One person's feedback on one order."""

    model_config = example(
        feedback_id="8c1f0e5d2b7a4963",
        order_id="ord_1",
        customer_id="cus_7",
        rating="bad",
        comment="The box was wet",
        given_at="2026-11-21T17:05:00Z",
    )

    feedback_id: str
    """Stays the same when the feedback changes."""
    order_id: str
    customer_id: str | None
    """Null for a guest's order."""
    rating: Rating
    comment: str | None
    """In the customer's own words."""
    given_at: AwareDatetime
    """When it was given, or last changed or commented on."""

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


class OrderFeedback(Body):
    """The feedback on one order. Each person of a household may give their own."""

    feedback: list[FeedbackInfo]


class FeedbackPage(OrderFeedback):
    """A page of all feedback, oldest first."""

    next: str | None
    """Pass this as ``after`` to get what follows. Null if there has never been anything."""


@routes.get("/api/v1/feedback")
@operation(Scope.READ)
async def list_feedback(backend: Backend, query: Wanted) -> FeedbackPage:
    """List what customers said of their deliveries, oldest first.

    New feedback appears after ten seconds. Feedback that is changed or commented on appears again,
    with the same ``feedback_id``.
    """
    found = await backend.feedback.page(query.after, query.limit, datetime.now(UTC))
    last = (found[-1].at, found[-1].reference) if found else None
    return FeedbackPage(feedback=_as_info(found), next=following(last, query))


@routes.get("/api/v1/orders/{order_id}/feedback")
@operation(Scope.READ, refusals=refusing(OrderNotFound))
async def list_order_feedback(backend: Backend, order_id: str) -> OrderFeedback:
    """List the feedback on one order."""
    await backend.tracking.order(order_id)
    return OrderFeedback(feedback=_as_info(await backend.feedback.of_order(order_id)))


def _as_info(opinions: Sequence[Opinion]) -> list[FeedbackInfo]:
    return [FeedbackInfo.of(opinion) for opinion in opinions]
