"""Field types for the payloads of other systems.

What an event cannot do without (an id, a state, a time) must be right, or the post is refused.
Other values are cut to fit or left out: nobody at the shop could fix them, and an order without a
tracking link is better than no order.
"""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetPydanticSchema,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.services.orders.documents import counted
from bot.services.orders.expecting import LAST_MINUTE
from bot.services.orders.values import (
    Identifier,
    PastMoment,
    day_or_moment,
    iso_8601,
    of_our_time,
    web_address,
)

T = TypeVar("T")

_ours = TypeAdapter(Identifier)


class Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Headers(Payload):
    """The aliases of its fields are names of headers."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        names = [field.alias or name for name, field in cls.model_fields.items()]
        return cls.model_validate({name: headers[name] for name in names if name in headers})


def _or_nothing(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


Lenient = Annotated[T | None, WrapValidator(_or_nothing)]
"""None if the value is missing or invalid."""


def _as_list(value: Any) -> Any:
    """After an element was removed, PHP writes a list as an object with numbers as keys."""
    if isinstance(value, dict) and all(str(key).isdecimal() for key in value):
        return list(value.values())
    return [] if value is None else value


def _readable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    listed, found = _as_list(value), []
    for one in listed if isinstance(listed, list) else []:
        with suppress(ValidationError):
            found += read([one])
    return found


Many = Annotated[list[T], BeforeValidator(_as_list)]
"""A list, also as PHP may write it, or null for an empty one."""
Some = Annotated[list[T], WrapValidator(_readable)]
"""The same, without invalid elements."""


def identifier(value: Any) -> str:
    """An id as text, with all its digits. Becomes what people can type (``963`` for ``"#963"``,
    ``ID-1234`` for ``"ID 1234"``), or a hash if that is not possible.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it should be a number or text, and not empty")
    for name in (value.strip(), re.sub(r"\s+", "-", value.strip("# \t\r\n"))):
        with suppress(ValidationError):
            return _ours.validate_python(name)
    return f"sha256-{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"


Id = Annotated[str, BeforeValidator(identifier)]


def _cut(longest: int) -> BeforeValidator:
    def cut(value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return value.replace("\0", "").strip()[:longest] if isinstance(value, str) else value

    return BeforeValidator(cut)


_some = StringConstraints(strip_whitespace=True, min_length=1)
Word = Annotated[str, _cut(64), _some]
Name = Annotated[str, _cut(128), _some]
"""The name of an order or a parcel, as the system writes it."""
Line = Annotated[str, _cut(100), _some]
Note = Annotated[str, _cut(1000), _some]
Contact = Annotated[str, _cut(320), _some]
Link = Annotated[str, StringConstraints(max_length=500), AfterValidator(web_address)]
Thing = Annotated[str, _cut(500), _some]
"""The name of an item."""


def _in_utc(value: Any) -> Any:
    """Takes a time without a zone as UTC, and a day as its beginning."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value}T00:00:00Z"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d[T ][\d:.]+", value):
        return f"{value}Z"
    return value


Moment = Annotated[PastMoment, BeforeValidator(_in_utc)]
"""When something has happened."""


def _from_count(value: Any) -> Any:
    at = counted(value)
    return at.isoformat() if at else value


Counted = Annotated[Moment, BeforeValidator(_from_count)]
"""The same, also as seconds or milliseconds since 1970."""


Expected = Annotated[
    date,
    GetPydanticSchema(lambda _, schema: schema.generate_schema(AwareDatetime)),
    AfterValidator(of_our_time),
    BeforeValidator(iso_8601),
    BeforeValidator(_in_utc),
    WrapValidator(day_or_moment),
]
"""When something is expected: a day, or a time in the zone that the system has written."""


def window(earliest: date | None, latest: date | None = None) -> dict[str, date] | None:
    """The contract's ``estimated_delivery``: in days, unless all given ends have a time.

    The first and the last minute of a day, in the zone in which they are written, do not count as a
    time, because this is how systems write a day.
    """
    ends = [end for end in (earliest, latest) if end]
    if not ends:
        return None
    if not all(isinstance(end, datetime) for end in ends) or all(map(_is_edge, ends)):
        ends = [end.date() if isinstance(end, datetime) else end for end in ends]
    return {"earliest": min(ends), "latest": max(ends)}


def _is_edge(end: date) -> bool:
    return isinstance(end, datetime) and (end.time() < time(0, 1) or end.time() >= LAST_MINUTE)
