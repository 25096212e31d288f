"""What customers see."""

from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings


def _language(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (UnknownLocaleError, ValueError):
        raise ValueError("no such language is known") from None
    return tag.replace("-", "_")


_timezones = cache(available_timezones)


def _timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError("no such time zone is known")
    return name


class CustomerSettings(BaseSettings):
    shop_name: str | None = Field(
        None,
        min_length=1,
        max_length=64,
        description='the shop\'s name as customers know it; unset: "our shop" in their language',
    )
    default_language: Annotated[str, AfterValidator(_language)] = Field(
        "en", description="a language tag like en or en-GB"
    )
    default_timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        "UTC", description="an IANA time zone like Africa/Kampala"
    )
    link_minutes: int = Field(
        15, ge=1, le=1440, description="the minutes that a link stays valid, from 1 to 1440"
    )

    order_link_days: int = Field(
        90, ge=1, le=365, description="the days that a link to an order works, from 1 to 365"
    )

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.default_timezone)
