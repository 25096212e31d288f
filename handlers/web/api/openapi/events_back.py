"""The events that we post to the shop (`SHOP_WEBHOOK_URL`), as webhooks of OpenAPI."""

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
    "until answered with a 2xx. They may come twice, and out of order."
)


class _EventBack(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Member(_EventBack):
    """A chat that follows an account or a single order."""

    link_id: str
    """The link of the chat."""
    customer_id: str | None = None
    """Absent for a guest's order."""
    order_id: str | None = None
    """Present if the chat follows a single order."""


class FormerMember(Member):
    """A chat that no longer gets messages."""

    reason: Reason


class Delivery(Member):
    """News about an order that has reached Telegram."""

    status: str
    """The status in the message."""


class OpinionTold(Member):
    """A customer's feedback on a delivery."""

    feedback_id: str
    rating: Rating
    comment: str | None


class Chosen(Member):
    """The button of yours that a customer has pressed."""

    action_id: str
    label: str
    event_id: str
    """The `webhook-id` of the event that the button came with."""
    parcel: str | None = None


class CodeWanted(_EventBack):
    """A code that you must email to the buyer of the order."""

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
    """A chat no longer gets messages."""

    type: Literal["customer.unlinked"]
    timestamp: datetime
    data: FormerMember


class CustomerBlocked(_EventBack):
    """A customer has blocked the bot. News is collected until they unblock it."""

    type: Literal["customer.blocked"]
    timestamp: datetime
    data: Member


class CustomerUnblocked(_EventBack):
    """A customer has unblocked the bot."""

    type: Literal["customer.unblocked"]
    timestamp: datetime
    data: Member


class MessageDelivered(_EventBack):
    """Telegram has accepted a message with an order's news."""

    type: Literal["message.delivered"]
    timestamp: datetime
    data: Delivery


class FeedbackGiven(_EventBack):
    """A customer has given feedback on a delivery, has changed it, or has added a comment."""

    type: Literal["feedback.given"]
    timestamp: datetime
    data: OpinionTold


class ActionChosen(_EventBack):
    """A customer has pressed one of your own buttons."""

    type: Literal["order.action_chosen"]
    timestamp: datetime
    data: Chosen


class CodeRequested(_EventBack):
    """Somebody has named an order and its contact. Email this code to the contact."""

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
    """The webhooks by event type. ``headers``: those of a signed request."""
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
            "2XX": {"description": "You have received it; you need not have processed it yet."},
            "410": {"description": "You want no events for an hour."},
            "default": {"description": "It is sent again, for three days."},
        },
    }
