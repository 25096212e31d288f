"""The order event that a shop's backend posts, as the contract defines it."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.services.orders.expecting import is_in_order
from bot.services.orders.extras import Extras, Items
from bot.services.orders.values import (
    Contact,
    DayOrMoment,
    Identifier,
    Location,
    Note,
    Part,
    PastMoment,
    ShortText,
    text,
    web_address,
)

EXAMPLE: dict[str, JsonValue] = {
    "type": "order.created",
    "timestamp": "2026-11-20T09:30:00Z",
    "data": {"order_id": "ord_1", "customer_id": "cus_7", "order_number": "1001", "items": 2},
}

A_CHANGE_HAS_A_STATE: dict[str, JsonValue] = {
    "if": {"properties": {"type": {"const": "order.status_changed"}}},
    "then": {
        "properties": {
            "data": {"properties": {"status": {"type": "string"}}, "required": ["status"]}
        }
    },
}
"""The rule as JSON schema."""


class CarrierNews(Part):
    """The carrier of a parcel. It replaces an earlier one as a whole, missing fields included."""

    name: Annotated[str, text(100)] | None = None
    tracking_number: Annotated[str, text(100)] | None = None
    tracking_url: (
        Annotated[
            str,
            StringConstraints(max_length=500),
            AfterValidator(web_address),
            Field(json_schema_extra={"format": "uri"}),
        ]
        | None
    ) = None
    """An http or https address that the customer can open."""


class ContactNews(Part):
    """The customer's contacts for the order. With its number, they let guests follow it.

    Only keyed hashes are stored.
    """

    email: Contact | None = None
    phone: Contact | None = None
    """In any form."""

    @property
    def all(self) -> list[str]:
        return [given.get_secret_value() for given in (self.email, self.phone) if given]


class DeliveryWindow(Part):
    """When the delivery is expected; either end may be open.

    An end with a time is that moment, wherever your customer is; without one (`2026-11-23`) it is
    that day, in each customer's own zone.
    """

    earliest: DayOrMoment | None = None
    latest: DayOrMoment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not is_in_order(self.earliest, self.latest):
            raise ValueError("earliest should not be after latest")
        return self


class OrderNews(Extras):
    """The event's ``data``."""

    order_id: Identifier
    """Your id of the order. Opaque to us."""
    customer_id: Identifier | None = None
    """The customer's account. Required in the first event of an order, unless that is an
    `order.created`: then it is a guest's order, which may move into an account later."""
    order_number: ShortText | None = None
    """The number that the customer knows. Default: the order's id."""
    status: ShortText | None = None
    """`payment_due`, `placed`, `confirmed`, `processing`, `packed`, `shipped`, `in_transit`,
    `out_for_delivery`, `ready_for_pickup`, `attempt_failed`, `delayed`, `no_news` (for long),
    `on_hold`, `problem`, `delivered`, `returned`, `refunded` or `cancelled`; or a word of your own,
    as mapped by `STATUS_WORDS`. An unknown word is shown as it is."""
    occurred_at: PastMoment | None = None
    """When it happened, at most a day ahead. Default: the event's ``timestamp``. Late events are
    sorted into the timeline."""
    parcel: ShortText | None = None
    """The parcel that the event is about, if the order has several."""
    note: Note | None = None
    """Shown with the step."""
    location: Location | None = None
    """Shown with the step."""
    carrier: CarrierNews | None = None
    estimated_delivery: DeliveryWindow | None = None
    items: Items | None = None
    """The number of things ordered, or a list of them. With a ``parcel``, a list is its content."""
    contact: ContactNews | None = None
    notify: StrictBool = True
    """False: record the event without notifying anybody."""


class OrderEvent(Part):
    """Something that happened to an order. Unknown members are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [dict(EXAMPLE)], **A_CHANGE_HAS_A_STATE}
    )

    type: Literal["order.created", "order.status_changed", "order.updated"]
    """`order.created`: without a ``status`` it means "placed", unless the order has a state.
    `order.status_changed` needs a ``status``. `order.updated`: a note, a carrier, a new day …"""
    timestamp: PastMoment
    """When the event was created."""
    data: OrderNews

    @field_validator("data")
    @classmethod
    def _a_change_has_a_state(cls, data: OrderNews, info: ValidationInfo) -> OrderNews:
        if info.data.get("type") == "order.status_changed" and data.status is None:
            needed = PydanticCustomError("needs_status", "order.status_changed needs a status")
            wrong = InitErrorDetails(type=needed, loc=("status",), input=None)
            raise ValidationError.from_exception_data("data", [wrong])  # so that it has its place
        return data
