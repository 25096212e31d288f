"""Settings of what customers see."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from bot.settings.values import File, Folder
from bot.texts.languages import Texts
from bot.texts.own import own_texts, own_understanding
from bot.texts.phrases import Understanding


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


def _page(given: str) -> str:
    """An https address, or one on this machine, as in the demo."""
    near = r"http://127\.0\.0\.1:\d+/\S*"
    if not re.fullmatch(rf"https://[^\s/?#@:]+\.[^\s/?#@:]+(:\d+)?([/?#]\S*)?|{near}", given):
        raise ValueError("it is no https address")
    return given


def _way_to_the_shop(given: str) -> str:
    """An https address, or a phone number of a plus and at most 15 digits (ITU-T E.164)."""
    if re.fullmatch(r"https://[^\s/?#@:]+\.[^\s/?#@:]+(:\d+)?([/?#]\S*)?", given):
        return given
    if re.fullmatch(r"@[a-z]\w{3,31}", given, re.ASCII | re.IGNORECASE):
        return f"https://t.me/{given[1:]}"
    phone = re.sub(r"[ ().-]", "", given)
    if re.fullmatch(r"\+[1-9]\d{6,14}", phone, re.ASCII):
        return phone
    raise ValueError("it is none of the three")


_IMAGES = {".png": rb"\x89PNG\r\n\x1a\n", ".svg": rb"(?s).*<svg\b", ".webp": rb"(?s)RIFF....WEBP"}
LARGEST_LOGO = 50_000


def _logo(file: Path) -> Path:
    begins = _IMAGES.get(file.suffix.lower())
    if begins is None:
        raise ValueError("it is of another kind")
    if file.stat().st_size > LARGEST_LOGO:
        raise ValueError("it is too large")
    if not re.match(begins, file.read_bytes()):
        raise ValueError(f"it is no {file.suffix[1:].upper()}")
    return file


def _color(given: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", given):
        raise ValueError("it is not a # and six of 0-9, a-f")
    return given.lower()


class CustomerSettings(BaseSettings):
    shop_name: str | None = Field(
        None,
        min_length=1,
        max_length=64,
        description='the shop\'s name as customers know it; unset: "the shop" in their language',
    )
    shop_logo: Annotated[File, AfterValidator(_logo)] | None = Field(
        None,
        description="the shop's logo on web pages: an .svg, .png or .webp file of up to 50 kB; "
        "unset: none",
    )
    shop_color: Annotated[str, AfterValidator(_color)] | None = Field(
        None,
        description="the shop's colour on web pages, like #6f4e37; it is made darker or "
        "lighter where it is hard to read; unset: blue",
    )
    support_url: Annotated[str, AfterValidator(_way_to_the_shop)] | None = Field(
        None,
        description="where customers ask the shop: an https address, a phone number like "
        "+256700000001, or a Telegram name like @nilecoffee; unset: nowhere",
    )
    shop_url: Annotated[str, AfterValidator(_page)] | None = Field(
        None,
        description="where customers connect: the shop's page with Connect Telegram, an https "
        "address; unset: they are told to look for it",
    )
    pictures: Literal["on", "off", "local"] = Field(
        "on",
        description="on, off or local: whether orders are also shown as pictures; on needs an "
        "https PUBLIC_URL, from which Telegram fetches them; local is for the sandbox, which "
        "fetches from HTTP_HOST",
    )
    live_messages: Literal["on", "off"] = Field(
        "on",
        description="on or off: whether new connections start with one live message per "
        "order, which is kept up to date and comes again with news, or with a new message each "
        "time; everybody may choose in /settings",
    )
    tracking_page: Literal["on", "off", "local"] = Field(
        "on",
        description="on, off or local: whether a shared order also has a web page; on needs "
        "PUBLIC_URL; local shows it at HTTP_HOST",
    )
    texts_dir: Folder | None = Field(
        None,
        description="a folder with the shop's own words, a file like en.po for each language, "
        "and phrases of its customers, like en.toml; unset: ours",
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

    mini_app: Literal["on", "off", "local"] = Field(
        "on",
        description="on, off or local: whether customers also see their orders as a page "
        "inside Telegram; on needs an https PUBLIC_URL; local is for the sandbox, which shows "
        "it from HTTP_HOST",
    )
    courier_map: Literal["auto", "on", "off"] = Field(
        "auto",
        description="on or off: whether customers can ask to see their courier on a map; "
        "auto: as soon as the shop sends positions of its couriers",
    )
    order_link_days: int = Field(
        90, ge=1, le=365, description="the days that a link to an order works, from 1 to 365"
    )

    @property
    def texts(self) -> Texts:
        """Read from their files each time. Raises `WrongFile`."""
        return own_texts(self.texts_dir)

    @property
    def understanding(self) -> Understanding:
        """Read from their files each time. Raises `WrongFile`."""
        return own_understanding(self.texts_dir)

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.default_timezone)
