"""The events that are posted to the shop (`SHOP_WEBHOOK_URL`), as OpenAPI's webhooks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.services.shop.shop_events import Reason
from handlers.web.api.openapi.schemas import Schema, Schemas
from storage.models import Rating

TAG = "Events back"
WORDS = (
    "Posted to `SHOP_WEBHOOK_URL`, signed as Standard Webhooks 1.0 with `SHOP_WEBHOOK_SECRET`, "
    "until a 2xx comes. They may come twice, and not in order."
)


class _EventBack(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Member(_EventBack):
    """Somebody's chat, by what it follows: an account, or a single order."""

    link_id: str
    """The link that the chat came by."""
    customer_id: str | None = None
    """Not there of a guest's order."""
    order_id: str | None = None
    """There where a single order is followed."""


class FormerMember(Member):
    """A chat that hears nothing any more."""

    reason: Reason


class Delivery(Member):
    """News of an order that has reached Telegram."""

    status: str
    """The state that it told."""


class OpinionTold(Member):
    """How a delivery went, in the customer's words."""

    feedback_id: str
    rating: Rating
    comment: str | None


class Chosen(Member):
    """Which of your own buttons a customer has pressed."""

    action_id: str
    label: str
    event_id: str
    """The `webhook-id` of the event that the button came with."""
    parcel: str | None = None


class CodeWanted(_EventBack):
    """The code that you are to mail to who has bought the order."""

    order_id: str
    code: str
    expires_at: datetime
    customer_id: str | None = None


class CustomerLinked(_EventBack):
    """A customer has connected a chat, or somebody follows an order."""

    type: Literal["customer.linked"]
    timestamp: datetime
    data: Member


class CustomerUnlinked(_EventBack):
    """A chat hears nothing any more."""

    type: Literal["customer.unlinked"]
    timestamp: datetime
    data: FormerMember


class CustomerBlocked(_EventBack):
    """A customer has blocked the bot: news gathers until they take it back."""

    type: Literal["customer.blocked"]
    timestamp: datetime
    data: Member


class CustomerUnblocked(_EventBack):
    """A customer has taken the bot back."""

    type: Literal["customer.unblocked"]
    timestamp: datetime
    data: Member


class MessageDelivered(_EventBack):
    """Telegram has taken a message with an order's news."""

    type: Literal["message.delivered"]
    timestamp: datetime
    data: Delivery


class FeedbackGiven(_EventBack):
    """A customer has said how a delivery went, has changed it, or has added a comment."""

    type: Literal["feedback.given"]
    timestamp: datetime
    data: OpinionTold


class ActionChosen(_EventBack):
    """A customer has pressed one of your own buttons."""

    type: Literal["order.action_chosen"]
    timestamp: datetime
    data: Chosen


class CodeRequested(_EventBack):
    """Somebody has named an order and its contact, and you mail them this code."""

    type: Literal["order.code_requested"]
    timestamp: datetime
    data: CodeWanted


EVENTS: dict[str, type[BaseModel]] = {
    "customer.linked": CustomerLinked,
    "customer.unlinked": CustomerUnlinked,
    "customer.blocked": CustomerBlocked,
    "customer.unblocked": CustomerUnblocked,
    "message.delivered": MessageDelivered,
    "feedback.given": FeedbackGiven,
    "order.action_chosen": ActionChosen,
    "order.code_requested": CodeRequested,
}


def events_back(schemas: Schemas, headers: Sequence[Schema]) -> dict[str, Schema]:
    """``headers``: of a signed request, whichever way it goes."""
    return {kind: {"post": _post(kind, schemas, headers)} for kind in EVENTS}


def _post(kind: str, schemas: Schemas, headers: Sequence[Schema]) -> Schema:
    return {
        "operationId": "told_" + kind.replace(".", "_"),
        "tags": [TAG],
        "summary": (EVENTS[kind].__doc__ or "").removesuffix("."),
        "security": [],
        "parameters": list(headers),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schemas.taken(EVENTS[kind])}},
        },
        "responses": {
            "2XX": {"description": "You have it, and need not have done anything with it yet."},
            "410": {"description": "You want none for an hour."},
            "default": {"description": "It comes again, for three days."},
        },
    }
