"""Types of the values in an event, with their validation."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    PlainSerializer,
    SecretStr,
    StrictInt,
    StringConstraints,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    field_validator,
)

from storage.models import DAY_OR_MOMENT

Day = TypeVar("Day", bound=date)

CLOCK_SKEW = timedelta(days=1)
"""How far a shop's clock, or its idea of a time zone, may be ahead of ours."""

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
"""Hosts for which http is as good as https."""

A_MOMENT = "it should be an ISO-8601 date and time, like 2026-11-23T09:30:00Z"


def iso_8601(value: object) -> object:
    if not _has_time(value):
        raise ValueError(A_MOMENT)
    return value


def _has_time(value: object) -> bool:
    return isinstance(value, str) and bool(re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d", value))


def storable(moment: datetime) -> datetime:
    """The time in UTC and in milliseconds, as the database stores it."""
    moment = of_our_time(moment)
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def of_our_time(day: Day) -> Day:
    if not 2000 <= day.year < 2100:
        raise ValueError("the year should be between 2000 and 2099")
    return day


def not_ahead(moment: datetime) -> datetime:
    if moment > datetime.now(UTC) + CLOCK_SKEW:
        raise ValueError("it should be at most a day in the future")
    return moment


def day_or_moment(value: object, moment: ValidatorFunctionWrapHandler) -> date:
    """A date if the value has no time, otherwise the result of ``moment``."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError("it should be a day that exists, like 2026-11-23") from None
        return of_our_time(day)
    if not _has_time(value):
        raise ValueError(f"{A_MOMENT}, or a day, like 2026-11-23")
    read: datetime = moment(value)
    return read


def web_address(url: str) -> str:
    """Checks strictly: Telegram refuses a whole message if the address of a button is not valid."""
    scheme = netloc = host = ""
    with suppress(ValueError):  # a wrong port raises, too
        parts = urlsplit(url)
        scheme, netloc, host, _ = parts.scheme, parts.netloc, parts.hostname or "", parts.port
    is_full = re.search(r"[^.][.:][^.]", host)
    is_clean = url.isprintable() and not re.search(r'[\s<>"\\]', url) and "@" not in netloc
    if not (is_full and is_clean and scheme in {"http", "https"}):
        raise ValueError(
            "it should be an http or https address with a full host name and no user name"
        )
    return url


def secure_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in THIS_MACHINE:
        raise ValueError("it should be an https address")
    return url


Identifier = Annotated[
    str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@#+=~-]*$")
]
"""Plain ASCII without spaces. Opaque to us."""

Moment = Annotated[AwareDatetime, BeforeValidator(iso_8601), AfterValidator(storable)]
PastMoment = Annotated[Moment, AfterValidator(not_ahead)]
"""In the past, or at most `CLOCK_SKEW` ahead."""
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
    """JSON has only one kind of number: 2.0 is 2."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def at_least_one(count: int) -> int:
    if count < 1:
        raise ValueError("it should be at least 1")
    return count


ShortText = Annotated[str, text(64)]
Note = Annotated[str, text(1000)]
Location = Annotated[str, text(200)]
Count = Annotated[StrictInt, Field(ge=0, le=1_000_000), BeforeValidator(_whole)]


class Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_says_nothing(cls, value: object) -> object:
        """An empty string means no value: shops often send ``"note": ""``."""
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
