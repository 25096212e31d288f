"""Orders of the shop's own book, and how to read one from a record of its database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from bot.services.orders.documents import any_moment, unwrapped
from bot.services.orders.extras import MOST_ITEMS, ItemNews
from bot.services.orders.plain_words import in_plain_words
from bot.services.orders.values import Identifier, not_ahead, storable, text
from storage.orders import MOST_EVENTS


def is_book(source: str) -> bool:
    """Whether ``source`` can hold a shop's orders: a database's address or a file name."""
    return is_database(source) or source.endswith((".csv", ".jsonl"))


def is_database(source: str) -> bool:
    return re.match(r"mongodb(\+srv)?://[^\s/]", source) is not None


class WrongRecord(Exception):
    """The record is invalid. The text says what would be right and contains no values."""


Moment = Annotated[
    datetime, BeforeValidator(any_moment), AfterValidator(storable), AfterValidator(not_ahead)
]


def _or_none(items: Any) -> Any:
    """An empty list for invalid items: an order without its contents is better than no order."""
    try:
        return _items.validate_python(items)
    except ValidationError:
        return []


class _Booked(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class BookedStep(_Booked):
    status: Annotated[str, text(64)]
    at: Moment


_items = TypeAdapter[list[ItemNews]](Annotated[list[ItemNews], Field(max_length=MOST_ITEMS)])


class BookedOrder(_Booked):
    """``customer_id``: None for a guest: the record has the field, and it is empty.

    ``status``: the present state. ``at``: when the order was last changed, or else created.
    ``contacts``: the customer's e-mail address and phone number. ``items``: empty if unreadable.
    """

    order_id: Identifier
    customer_id: Identifier | None
    order_number: Annotated[str, text(64)] | None = None
    status: Annotated[str, text(64)] | None = None
    at: Moment | None = None
    steps: Annotated[list[BookedStep], Field(max_length=MOST_EVENTS)] = []
    contacts: Annotated[list[str], Field(repr=False)] = []
    items: Annotated[list[ItemNews], BeforeValidator(_or_none), Field(repr=False)] = []

    @property
    def words(self) -> list[str]:
        """Its states, in the shop's words."""
        statuses = [step.status for step in self.steps]
        return [*statuses, self.status] if self.status and self.status not in statuses else statuses


@dataclass(frozen=True)
class FieldMap:
    """The names of the shop's fields. The defaults are the usual schema of a shop on Mongoose.

    A dot selects a member of an object, as in ``user._id``.
    """

    order_id: str = "_id"
    customer_id: str = "user"
    order_number: str = "orderNumber"
    status: str = "status"
    created_at: str = "createdAt"
    updated_at: str = "updatedAt"
    steps: str = "trackingInfo"
    step_status: str = "status"
    step_at: str = "timestamp"
    email: str = "email"
    phone: str = "phone"
    items: str = "items"
    item_name: str = "name"
    item_quantity: str = "quantity"

    @classmethod
    def of(cls, changes: Mapping[str, str]) -> Self:
        """Raises ValueError, which lists the valid fields."""
        names = [field.name for field in fields(cls)]
        if not set(changes) <= set(names):
            raise ValueError(f"each field should be one of {', '.join(names)}")
        return cls(**changes)

    @property
    def roots(self) -> list[str]:
        """The top-level fields to request."""
        order = [self.order_id, self.customer_id, self.order_number, self.status]
        rest = [self.created_at, self.updated_at, self.steps, self.email, self.phone, self.items]
        return sorted({path.partition(".")[0] for path in order + rest})

    def read(self, record: Mapping[str, Any]) -> BookedOrder:
        """Raises `WrongRecord`."""
        steps = value_at(record, self.steps) or []
        given = {
            "order_id": _text_of(value_at(record, self.order_id)),
            "customer_id": _text_of(value_at(record, self.customer_id)),
            "order_number": _text_of(value_at(record, self.order_number)),
            "status": value_at(record, self.status),
            "at": value_at(record, self.updated_at) or value_at(record, self.created_at),
            "steps": [self._step(step) for step in steps] if isinstance(steps, list) else steps,
        }
        given = {name: value for name, value in given.items() if value is not None}
        contacts = (_text_of(value_at(record, name)) for name in (self.email, self.phone))
        items = value_at(record, self.items)
        given["items"] = [self._item(item) for item in items] if isinstance(items, list) else []
        given["contacts"] = [contact for contact in contacts if isinstance(contact, str)]
        if self.customer_id.partition(".")[0] in record or self.customer_id in record:
            given.setdefault("customer_id", None)
        try:
            order = BookedOrder.model_validate(given)
        except ValidationError as error:
            raise WrongRecord(self._explained(error)) from None
        if not order.steps and order.at is None:
            raise WrongRecord(
                f"it has no time: {self.updated_at}, {self.created_at} and the steps "
                f"({self.steps}, or {self.step_at} in a row) are missing"
            )
        return order

    def _step(self, step: object) -> object:
        if not isinstance(step, Mapping):
            return step
        given = {"status": value_at(step, self.step_status), "at": value_at(step, self.step_at)}
        return {name: value for name, value in given.items() if value is not None}

    def _item(self, item: object) -> object:
        if not isinstance(item, Mapping):
            return item
        quantity = value_at(item, self.item_quantity)
        if isinstance(quantity, str) and quantity.strip().isdecimal():
            quantity = int(quantity)
        named = {"name": value_at(item, self.item_name)}
        return named if quantity is None else named | {"quantity": quantity}

    def _explained(self, error: ValidationError) -> str:
        wrong = error.errors(include_url=False, include_input=False)
        return "; ".join(f"{self._place(e['loc'])}: {in_plain_words(e)}" for e in wrong)

    def _place(self, place: tuple[int | str, ...]) -> str:
        """``("steps", 1, "at")`` → "timestamp of step 2"."""
        match place:
            case ("steps", int(n), "status"):
                return f"{self.step_status} of step {n + 1}"
            case ("steps", int(n), "at"):
                return f"{self.step_at} of step {n + 1}"
            case ("steps", int(n), *_):
                return f"{self.steps}, step {n + 1}"
            case ("at",):
                return f"{self.updated_at} or {self.created_at}"
            case (name, *_):
                return str(getattr(self, str(name)))
        return "record"


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """The value at a path. None: missing or empty.

    A field whose name contains the dot comes before a member of an object.
    """
    found: Any = record.get(path)
    if found is None and "." in path:
        found = record
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
    found = unwrapped(found)
    return None if isinstance(found, str) and not found.strip() else found


def _text_of(value: object) -> object:
    """The shop may store ids and order numbers as numbers; here they are text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else value
