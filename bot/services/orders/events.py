"""What a shop's backend tells us: an order event, as the contract writes it."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    JsonValue,
    PlainSerializer,
    SecretStr,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from bot.services.orders.expecting import is_in_order
from storage.models import DAY_OR_MOMENT

Day = TypeVar("Day", bound=date)

CLOCK_SKEW = timedelta(days=1)
"""How far ahead of ours a shop's clock (or its idea of a time zone) may be."""


EXAMPLE: dict[str, JsonValue] = {
    "type": "order.created",
    "timestamp": "2026-11-20T09:30:00Z",
    "data": {"order_id": "ord_1", "customer_id": "cus_7", "order_number": "1001", "items": 2},
}

A_MOMENT = "it should be an ISO-8601 date and time, like 2026-11-23T09:30:00Z"

A_CHANGE_HAS_A_STATE: dict[str, JsonValue] = {
    "if": {"properties": {"type": {"const": "order.status_changed"}}},
    "then": {
        "properties": {
            "data": {"properties": {"status": {"type": "string"}}, "required": ["status"]}
        }
    },
}
"""As a JSON schema says it."""


def iso_8601(value: object) -> object:
    if not _has_time(value):
        raise ValueError(A_MOMENT)
    return value


def _has_time(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", value))


def storable(moment: datetime) -> datetime:
    """In UTC, to the millisecond, as the database keeps it."""
    moment = of_our_time(moment)
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def of_our_time(day: Day) -> Day:
    if not 2000 <= day.year < 2100:
        raise ValueError("the year should be between 2000 and 2099")
    return day


def not_ahead(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + CLOCK_SKEW:
        raise ValueError("it is more than a day in the future")
    return moment


def day_or_moment(value: object, moment: ValidatorFunctionWrapHandler) -> date:
    """A day, where there is no time."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError("it should be a day that exists, like 2026-11-23") from None
        return of_our_time(day)
    if not _has_time(value):
        raise ValueError(f"{A_MOMENT}, or a day, like 2026-11-23")
    told: datetime = moment(value)
    return told


def web_address(url: str) -> str:
    """Telegram refuses a message as a whole if it does not like the address of a button."""
    scheme = netloc = host = ""
    with suppress(ValueError):  # a wrong port raises, too
        parts = urlsplit(url)
        scheme, netloc, host, _ = parts.scheme, parts.netloc, parts.hostname or "", parts.port
    is_full = re.search(r"[^.][.:][^.]", host)
    is_clean = url.isprintable() and not re.search(r'[\s<>"\\]', url) and "@" not in netloc
    if not (is_full and is_clean and scheme in {"http", "https"}):
        raise ValueError(
            "it should be an http or https address with a full host name and no user's name"
        )
    return url


Identifier = Annotated[
    str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@#+=~-]*$")
]
"""Plain ASCII, no spaces: opaque to us."""

Moment = Annotated[AwareDatetime, BeforeValidator(iso_8601), AfterValidator(storable)]
PastMoment = Annotated[Moment, AfterValidator(not_ahead)]
"""Or at most `CLOCK_SKEW` ahead."""
DayOrMoment = Annotated[
    date,
    GetPydanticSchema(lambda _, schema: schema.generate_schema(Moment)),
    WrapValidator(day_or_moment),
    PlainSerializer(lambda end: end),
    WithJsonSchema(DAY_OR_MOMENT),
]


def text(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


def _whole(value: object) -> object:
    """JSON knows one kind of number: 2.0 is 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


ShortText = Annotated[str, text(64)]
Note = Annotated[str, text(1000)]
Location = Annotated[str, text(200)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000), BeforeValidator(_whole)]


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_says_nothing(cls, value: object) -> object:
        """Shops fill in forms: ``"note": ""`` is no note."""
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("*")
    @classmethod
    def _without_nul(cls, value: object) -> object:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("it should not contain a NUL character")
        return value


Contact = Annotated[
    SecretStr,  # in no `repr` or traceback
    Field(max_length=320),
    WithJsonSchema({"type": "string", "maxLength": 320, "writeOnly": True}),
]


class CarrierNews(Part):
    """Who brings a parcel. What is left out stays as it was told before."""

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
    """An http or https address, which the customer can open."""


class ContactNews(Part):
    """What the customer gave for the order: with its number, a way for guests to follow it.

    Only keyed hashes are kept.
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
            raise ValueError("earliest is after latest")
        return self


class OrderNews(Part):
    """The event's ``data``."""

    order_id: Identifier
    """Yours, opaque to us."""
    customer_id: Identifier | None = None
    """Whose account the order is in. Needed the first time that an order is seen, unless its
    `order.created` has none: a guest's order, which may come to an account later."""
    order_number: ShortText | None = None
    """What the customer calls the order; without one, its id."""
    status: ShortText | None = None
    """`payment_due`, `placed`, `confirmed`, `processing`, `packed`, `shipped`, `in_transit`,
    `out_for_delivery`, `ready_for_pickup`, `attempt_failed`, `delayed`, `no_news` (for long),
    `on_hold`, `problem`, `delivered`, `returned`, `refunded` or `cancelled`; or a word of your own,
    as `STATUS_WORDS` maps it. A word that nobody knows is shown as it is."""
    occurred_at: PastMoment | None = None
    """When it happened, at most a day ahead; without one, the event's ``timestamp``. Late events
    find their place in the timeline."""
    parcel: ShortText | None = None
    """Which of the order's parcels, if there are several."""
    note: Note | None = None
    """Shown with the step."""
    location: Location | None = None
    """Shown with the step."""
    carrier: CarrierNews | None = None
    estimated_delivery: DeliveryWindow | None = None
    items: Count | None = None
    """How many things were ordered."""
    contact: ContactNews | None = None
    notify: StrictBool = True
    """False: record it and tell nobody."""


class OrderEvent(Part):
    """What happened to an order. Members that are not listed are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [dict(EXAMPLE)], **A_CHANGE_HAS_A_STATE}
    )

    type: Literal["order.created", "order.status_changed", "order.updated"]
    """`order.created`: without a ``status`` it is placed, unless it has a state already.
    `order.status_changed` needs a ``status``. `order.updated`: a note, a carrier, another day …"""
    timestamp: PastMoment
    """When the event was made."""
    data: OrderNews

    @field_validator("data")
    @classmethod
    def _a_change_has_a_state(cls, data: OrderNews, info: ValidationInfo) -> OrderNews:
        if info.data.get("type") == "order.status_changed" and data.status is None:
            needed = PydanticCustomError("needs_status", "order.status_changed needs a status")
            wrong = InitErrorDetails(type=needed, loc=("status",), input=None)
            raise ValidationError.from_exception_data("data", [wrong])  # so that it has its place
        return data
