"""Events as a shop's backend writes them, and what is wrong with those that are refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.services.orders.events import OrderEvent

NOW = datetime.now(UTC).replace(microsecond=0)


def read(event: Any) -> OrderEvent:
    return OrderEvent.model_validate(event)


def event(kind: str = "order.updated", **data: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": NOW.isoformat(), "data": {"order_id": "ord_1", **data}}


def wrong_fields(wrong: Any) -> dict[str, str]:
    """Field → problem, of an event that is refused."""
    with pytest.raises(ValidationError) as refused:
        read(wrong)
    errors = refused.value.errors(include_input=False)
    return {".".join(map(str, error["loc"])): error["msg"] for error in errors}


def nested(field: str, value: object) -> dict[str, Any]:
    """``a.b`` → ``{"a": {"b": value}}``."""
    name, _, rest = field.partition(".")
    return {name: nested(rest, value) if rest else value}


def value_of(field: str, told: OrderEvent) -> Any:
    value: Any = told.data
    for name in field.split("."):
        value = getattr(value, name)
    return value
