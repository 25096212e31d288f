"""Optional parts of an event besides its state: goods, a photo, a payment, a pickup, actions."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.services.orders.values import (
    Count,
    DayOrMoment,
    Identifier,
    Part,
    ShortText,
    at_least_one,
    secure_address,
    text,
    web_address,
)

MOST_ITEMS = 200
MOST_ACTIONS = 6
AS_ONE = Field(json_schema_extra={"minimum": 1})
"""The rule as JSON schema."""

SecureAddress = Annotated[
    str,
    StringConstraints(max_length=1000),
    AfterValidator(web_address),
    AfterValidator(secure_address),
    Field(json_schema_extra={"format": "uri"}),
]


class ItemNews(Part):
    """Something that was ordered."""

    name: Annotated[str, text(500)]
    """What the customer calls it. No price, and nothing about a person."""
    quantity: Annotated[Count, AfterValidator(at_least_one), AS_ONE] = 1
    parcel: ShortText | None = None
    """In which of the order's parcels it is."""
    image_url: SecureAddress | None = None
    """An https address."""


class PickupNews(Part):
    """Where, and until when, the customer fetches the order."""

    name: Annotated[str, text(100)] | None = None
    address: Annotated[str, text(300)] | None = None
    map_url: SecureAddress | None = None
    """An https address."""
    hours: Annotated[str, text(200)] | None = None
    """When it is open, in your words."""
    until: DayOrMoment | None = None
    """It is kept until then: a moment, or a day in the customer's own zone."""
    code: ShortText | None = None
    """What the customer shows there."""


class ActionNews(Part):
    """Something that you offer the customer: a button."""

    id: Identifier
    label: Annotated[str, text(40)]
    """What stands on the button."""
    url: SecureAddress | None = None
    """An https address that the button opens. Without one you are told that it was pressed."""


def _each_once(actions: list[ActionNews]) -> list[ActionNews]:
    if len({action.id for action in actions}) < len(actions):
        raise ValueError("each action should have an id of its own")
    return actions


class Extras(Part):
    """What a step may bring along, for the customer to see or to use."""

    photo_url: SecureAddress | None = None
    """The https address of a picture that proves the delivery: JPEG, PNG or WebP, up to 10 MB. It
    is fetched when the news leaves, which is then its caption, and when the customer asks."""
    payment_url: SecureAddress | None = None
    """The https address where the customer pays, while a payment is due."""
    pickup: PickupNews | None = None
    actions: (
        Annotated[list[ActionNews], Field(max_length=MOST_ACTIONS), AfterValidator(_each_once)]
        | None
    ) = None
    """All that the customer may choose from now on; an empty list takes the choice away."""

    @property
    def extras(self) -> dict[str, Any]:
        """As fields of the stored event."""
        return self.model_dump(include=_EXTRAS)


_EXTRAS = set(Extras.model_fields)

_COUNT = TypeAdapter[int](Count)
_LIST = TypeAdapter[list[ItemNews]](Annotated[list[ItemNews], Field(max_length=MOST_ITEMS)])


def _count_or_list(value: object, _: ValidatorFunctionWrapHandler) -> int | list[ItemNews]:
    """Validates one of the two, so that errors are about that one only."""
    if isinstance(value, list):
        return _LIST.validate_python(value)
    return _COUNT.validate_python(value)


Items = Annotated[
    Count | Annotated[list[ItemNews], Field(max_length=MOST_ITEMS)], WrapValidator(_count_or_list)
]


def kept_items(items: int | Sequence[ItemNews] | None, parcel: str | None = None) -> dict[str, Any]:
    """As fields of the stored event: how many things the order has, and which.

    A list of a ``parcel``, or of things that all name their parcel, gives no number of things.
    """
    if items is None or isinstance(items, int):
        return {"items": items}
    is_whole = parcel is None and any(item.parcel is None for item in items)
    return {
        "items": sum(item.quantity for item in items) if is_whole or not items else None,
        "goods": [item.model_dump() for item in items],
    }
