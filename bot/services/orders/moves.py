"""`order.courier_moved`: the place of an order's courier, as the contract defines it.

It is not an event of the order and does not appear in the timeline.
"""

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    RootModel,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.services.orders.events import OrderEvent
from bot.services.orders.values import Identifier, Part, PastMoment
from storage.models import Place

COURIER_MOVED = "order.courier_moved"

MOVE_EXAMPLE: dict[str, JsonValue] = {
    "type": COURIER_MOVED,
    "timestamp": "2026-11-23T09:30:05Z",
    "data": {"order_id": "ord_1", "latitude": 0.3541, "longitude": 32.6126, "heading": 225},
}

Degrees = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Move(Part):
    """The event's ``data``."""

    order_id: Identifier
    latitude: Annotated[Degrees, Field(ge=-90, le=90)]
    longitude: Annotated[Degrees, Field(ge=-180, le=180)]
    accuracy: Annotated[float, Field(strict=True, ge=0, le=1500)] | None = None
    """The accuracy: the courier is within this radius, in metres."""
    heading: Annotated[float, Field(strict=True, ge=0, le=360)] | None = None
    """The direction of movement in degrees: 0 or 360 is north, 90 is east."""


class CourierMoved(Part):
    """The present place of the order's courier. Only the latest place is stored, until the order
    has arrived."""

    model_config = ConfigDict(json_schema_extra={"examples": [dict(MOVE_EXAMPLE)]})

    type: Literal["order.courier_moved"]
    timestamp: PastMoment
    """When the courier was there. A place older than the latest one is ignored."""
    data: Move

    @property
    def place(self) -> Place:
        """The place in Telegram's form, where north is 360."""
        move, heading = self.data, self.data.heading
        return Place(
            at=self.timestamp,
            latitude=move.latitude,
            longitude=move.longitude,
            accuracy=move.accuracy,
            heading=None if heading is None else round(heading) or 360,
        )


def by_type(event: type[BaseModel], move: type[BaseModel]) -> WrapValidator:
    """Validates as one or the other model, by ``type``, so that errors are about that one only."""

    def read(value: object, _: ValidatorFunctionWrapHandler) -> BaseModel:
        is_move = isinstance(value, dict) and value.get("type") == COURIER_MOVED
        return (move if is_move else event).model_validate(value)

    return WrapValidator(read)


class PostedEvent(
    RootModel[Annotated[OrderEvent | CourierMoved, by_type(OrderEvent, CourierMoved)]]
):
    """What `POST /webhooks/orders` takes."""
