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
    """The name that the customer knows. No price, and nothing about a person."""
    quantity: Annotated[Count, AfterValidator(at_least_one), AS_ONE] = 1
    parcel: ShortText | None = None
    """The parcel that it is in."""
    image_url: SecureAddress | None = None
    """An https address."""


class PickupNews(Part):
    """Where and until when the customer can pick the order up."""

    name: Annotated[str, text(100)] | None = None
    address: Annotated[str, text(300)] | None = None
    map_url: SecureAddress | None = None
    """An https address."""
    hours: Annotated[str, text(200)] | None = None
    """The opening hours, in your words."""
    until: DayOrMoment | None = None
    """The deadline: a moment, or a day in the customer's own time zone."""
    code: ShortText | None = None
    """The code that the customer shows there."""


class ActionNews(Part):
    """A button that you offer to the customer."""

    id: Identifier
    label: Annotated[str, text(40)]
    """The text on the button."""
    url: SecureAddress | None = None
    """An https address that the button opens. Without one, you are told when it is pressed."""


def _each_once(actions: list[ActionNews]) -> list[ActionNews]:
    if len({action.id for action in actions}) < len(actions):
        raise ValueError("each action should have an id of its own")
    return actions


class Extras(Part):
    """Optional parts of a step that the customer can see or use."""

    photo_url: SecureAddress | None = None
    """The https address of a photo that proves the delivery: JPEG, PNG or WebP, up to 10 MB. It is
    fetched when the news is sent, as its caption, and when the customer asks for it."""
    payment_url: SecureAddress | None = None
    """The https address where the customer can pay while a payment is due."""
    pickup: PickupNews | None = None
    actions: (
        Annotated[list[ActionNews], Field(max_length=MOST_ACTIONS), AfterValidator(_each_once)]
        | None
    ) = None
    """All buttons that the customer has from now on. An empty list removes them."""

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
