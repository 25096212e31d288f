"""The one place that reads the environment."""

import base64
import binascii
import difflib
import hmac
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.services.orders.booked import FieldMap, is_book
from bot.services.orders.statuses import Status, canonical
from bot.services.shop.keys import ApiKey
from bot.texts.languages import LANGUAGES
from storage.sealing import Seal

ENV_FILE = Path(".env")
TELEGRAM = "https://api.telegram.org"


class SettingsError(Exception):
    """One line per setting that is missing or malformed: its name and what it wants."""


def _words(value: object) -> object:
    """``a, b`` → ``["a", "b"]``."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _pairs(value: object) -> object:
    """``a=b, c=d`` → ``{"a": "b", "c": "d"}``."""
    if isinstance(value, str):
        pairs = [word.partition("=") for word in value.split(",") if word.strip()]
        if not all(ours for _, _, ours in pairs):
            raise ValueError("every pair needs an '='")
        return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}
    return value


def _webhook_secret(secret: SecretStr) -> SecretStr:
    prefix, _, encoded = secret.get_secret_value().partition("_")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if prefix != "whsec" or len(key) < 16:
        raise ValueError("a secret is not whsec_ and the base64 of at least 16 bytes")
    return secret


def _told_apart(keys: list[SecretStr]) -> list[SecretStr]:
    read = _api_keys(keys)
    for what in ("name", "secret"):
        if len({getattr(key, what) for key in read}) < len(read):
            raise ValueError(f"two keys have the same {what}")
    return keys


def _api_keys(keys: list[SecretStr]) -> list[ApiKey]:
    return [ApiKey.read(key.get_secret_value(), n) for n, key in enumerate(keys, 1)]


def _encryption_key(key: SecretStr) -> SecretStr:
    try:
        Seal([key.get_secret_value()])
    except ValueError:
        raise ValueError("a key is not the base64 of 32 bytes") from None
    return key


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[\w-]{3,}", token.get_secret_value(), re.ASCII):
        raise ValueError("it does not look like a token")
    return token


def _mongodb(uri: SecretStr) -> SecretStr:
    if not re.match(r"mongodb(\+srv)?://[^\s/]", uri.get_secret_value()):
        raise ValueError("it is not a mongodb address")
    return uri


def _book(source: SecretStr) -> SecretStr:
    if not is_book(source.get_secret_value()):
        raise ValueError("it is neither a mongodb address nor a .csv or .jsonl file")
    return source


def _fields(names: dict[str, str]) -> dict[str, str]:
    FieldMap.of(names)
    return names


def _url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise ValueError("it is not an http or https address")
    return url.rstrip("/")


ShopSecrets = Annotated[list[SecretStr], NoDecode, BeforeValidator(_words)]
"""As those systems, or their users, have made them."""


def _webhook_url(url: SecretStr) -> SecretStr:
    """Kept as it is, and from the logs: there may be a key in it."""
    if not re.fullmatch(r"https?://[^\s/?#]+([/?][^\s#]*)?", url.get_secret_value()):
        raise ValueError("it is not an http or https address")
    return url


def _chat_and_topic(value: object) -> object:
    """``-1001234567890:7`` → ``(-1001234567890, 7)``."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(-[1-9]\d{0,15})(?::([1-9]\d{0,9}))?", value.strip(), re.ASCII)
    if not found:
        raise ValueError("it is not a group's id")
    return int(found[1]), int(found[2]) if found[2] else None


def _our_status(words: dict[str, str]) -> dict[str, str]:
    for ours in words.values():
        if canonical(ours, {}) not in list(Status):
            raise ValueError(f"a state is none of {', '.join(Status)}")
    return words


def _state_and_language(names: dict[str, str]) -> dict[str, str]:
    for name in names:
        state, _, language = name.rpartition(".")
        if not state or language not in LANGUAGES:
            raise ValueError(f"a name is not a state, a dot, and one of {', '.join(LANGUAGES)}")
    return {name.casefold(): text for name, text in names.items()}


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


class Settings(BaseSettings):
    """What the operator decides. A field's description says what the setting wants."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    bot_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="the token that @BotFather gave, like 123456:ABC-DEF"
    )
    bot_api_url: Annotated[str, AfterValidator(_url)] = Field(
        TELEGRAM,
        description="the Bot API server's address, like https://api.telegram.org",
    )
    mongodb_uri: Annotated[SecretStr, AfterValidator(_mongodb)] | None = Field(
        None, description="mongodb://… or mongodb+srv://…; unset: the embedded database"
    )
    mongodb_driver: Literal["motor", "pymongo"] = Field("motor", description="motor or pymongo")
    data_dir: Path = Field(Path("data"), description="a folder for the embedded database")
    webhook_secrets: Annotated[
        list[Annotated[SecretStr, AfterValidator(_webhook_secret)]],
        NoDecode,
        BeforeValidator(_words),
    ] = Field(
        min_length=1,
        description="one or more whsec_… secrets, separated by commas, all valid at once",
    )
    shopify_secrets: ShopSecrets = Field(
        default_factory=list,
        description="client secrets of Shopify apps, separated by commas; unset: no such route",
    )
    woocommerce_secrets: ShopSecrets = Field(
        default_factory=list,
        description="secrets of WooCommerce webhooks, separated by commas; unset: no such route",
    )
    aftership_secrets: ShopSecrets = Field(
        default_factory=list,
        description="webhook secrets of AfterShip, separated by commas; unset: no such route",
    )
    api_keys: Annotated[
        list[SecretStr], NoDecode, BeforeValidator(_words), AfterValidator(_told_apart)
    ] = Field(
        min_length=1,
        description="one or more keys of at least 16 characters, separated by commas; one that may "
        "not do everything has a name and scopes before it, like website:read+link:KEY, of read, "
        "write and link",
    )
    shop_webhook_url: Annotated[SecretStr, AfterValidator(_webhook_url)] | None = Field(
        None,
        description="the shop's http or https address that is told what customers do; unset: none",
    )
    shop_webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None,
        validate_default=True,
        description="the whsec_… secret that signs what goes to SHOP_WEBHOOK_URL",
    )
    encryption_keys: Annotated[
        list[Annotated[SecretStr, AfterValidator(_encryption_key)]],
        NoDecode,
        BeforeValidator(_words),
    ] = Field(
        default_factory=list,
        description="keys for personal text, each 32 bytes in base64, separated by commas: the "
        "first one seals, all open; unset: a key made from BOT_TOKEN",
    )
    http_host: str = Field("127.0.0.1", description="the address to listen on, like 127.0.0.1")
    http_port: int = Field(8080, ge=0, le=65535, description="a port from 1 to 65535, 0: any")
    api_rate: float = Field(
        100,
        gt=0,
        le=10_000,
        description="requests a second with each key and secret, up to 10000, on each replica; "
        "four seconds' worth may come at once",
    )
    public_url: str | None = Field(
        None, description="the https address that the world sees; unset: long polling"
    )
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
    status_words: Annotated[
        dict[str, str], NoDecode, BeforeValidator(_pairs), AfterValidator(_our_status)
    ] = Field(
        default_factory=dict,
        description="the shop's own words for states, like 'dispatched=shipped, gone=delivered'; "
        "with a shop system's name, those of its webhooks only: 'woocommerce.completed=shipped'",
    )
    status_names: Annotated[
        dict[str, str], NoDecode, BeforeValidator(_pairs), AfterValidator(_state_and_language)
    ] = Field(
        default_factory=dict,
        description="what customers read for the shop's own states, a language each, like "
        "'engraving.en=Being engraved, engraving.fr=En gravure'",
    )
    staff_chat: Annotated[
        tuple[int, int | None] | None, NoDecode, BeforeValidator(_chat_and_topic)
    ] = Field(
        None,
        description="the id of the staff's group, like -1001234567890, and with :7 behind it of a "
        "topic there; unset: none",
    )
    staff_members: Annotated[
        list[Annotated[int, Field(gt=0)]], NoDecode, BeforeValidator(_words)
    ] = Field(
        default_factory=list,
        description="the Telegram ids of those who may ask there, separated by commas",
    )
    stuck_days: int = Field(
        5, ge=1, le=365, description="the days without news after which an open order is stuck"
    )
    reconcile_source: Annotated[SecretStr, AfterValidator(_book)] | None = Field(
        None,
        description="the shop's own orders: mongodb://…/shop, or a .csv or .jsonl file; what was "
        "missed is mended from it; unset: never",
    )
    reconcile_collection: str = Field(
        "orders", min_length=1, description="the collection of orders in the shop's database"
    )
    reconcile_map: Annotated[
        dict[str, str], NoDecode, BeforeValidator(_pairs), AfterValidator(_fields)
    ] = Field(
        default_factory=dict,
        description="what the shop calls an order's fields, like 'order_id=_id, customer_id=user'",
    )
    reconcile_every_hours: float = Field(
        24, gt=0, le=720, description="the hours from one look to the next, up to 720"
    )
    telegram_rate: float = Field(
        28,
        gt=0,
        le=1000,
        description="pushes a second, all replicas together, up to 1000; Telegram takes about 30",
    )
    shutdown_seconds: float = Field(
        20,
        gt=0,
        le=300,
        description="the seconds that a stop may take to finish its work, up to 300",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["json", "console"] = Field("json", description="json or console")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        """``NAME=`` means the same as no line at all."""
        return {
            name: value
            for name, value in given.items()
            if not (isinstance(value, str) and value.strip() == "")
        }

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, url: str | None, info: ValidationInfo) -> str | None:
        """Telegram's own servers deliver to https only; a self-hosted one takes http as well."""
        if url is None:
            return None
        url = _url(url)
        if info.data.get("bot_api_url") == TELEGRAM and not url.startswith("https://"):
            raise ValueError("Telegram delivers to https only")
        return url

    @field_validator("shop_webhook_secret")
    @classmethod
    def _signed(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None and info.data.get("shop_webhook_url"):
            raise PydanticCustomError("missing", "SHOP_WEBHOOK_URL needs it")
        return secret

    @property
    def keys(self) -> list[ApiKey]:
        return _api_keys(self.api_keys)

    @property
    def seal(self) -> Seal:
        """What personal text is sealed with."""
        if keys := [key.get_secret_value() for key in self.encryption_keys]:
            return Seal(keys)
        made = hmac.digest(self.bot_token.get_secret_value().encode(), b"personal text", "sha256")
        return Seal([base64.urlsafe_b64encode(made).decode()])

    @property
    def shop_secrets(self) -> dict[str, list[str]]:
        """By the shop system's name, of those that are connected."""
        given = {
            "shopify": self.shopify_secrets,
            "woocommerce": self.woocommerce_secrets,
            "aftership": self.aftership_secrets,
        }
        return {
            name: [secret.get_secret_value() for secret in secrets]
            for name, secrets in given.items()
            if secrets
        }

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.default_timezone)


class Access(Settings):
    """For a program that only calls the service: it needs no token, and may bring what it needs."""

    bot_token: SecretStr = SecretStr("")
    webhook_secrets: Annotated[list[SecretStr], NoDecode, BeforeValidator(_words)] = []
    api_keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(_words)] = []


def load(
    env_file: Path | None = ENV_FILE, *, kind: type[Settings] = Settings, **overrides: Any
) -> Settings:
    """Settings from the environment and ``env_file``, ``overrides`` before both.

    Raises `SettingsError`, whose text never holds a value.
    """
    problems: list[str] = []
    try:
        problems += _mistyped(env_file) if env_file else []
        settings = kind(_env_file=env_file, **overrides)
    except (OSError, UnicodeDecodeError):
        problems.append(f"{env_file} cannot be read: it wants to be a text file in UTF-8.")
    except ValidationError as error:
        problems += [_explain(str(e["loc"][0]), e["type"], e["msg"]) for e in error.errors()]
    if problems:
        raise SettingsError("\n".join(dict.fromkeys(problems)))
    return settings


def _explain(field: str, kind: str, message: str) -> str:
    wants = Settings.model_fields[field].description
    if kind == "missing":
        return f"{field.upper()} is missing: it wants {wants}."
    why = f" ({message.removeprefix('Value error, ')})" if kind == "value_error" else ""
    return f"{field.upper()} is malformed{why}: it wants {wants}."


def _mistyped(env_file: Path) -> Iterable[str]:
    """Lines of the file that are nearly, but not quite, one of our settings."""
    ours = [name.upper() for name in Settings.model_fields]
    for name in dotenv_values(env_file):
        near = difflib.get_close_matches(name.upper(), ours, n=1, cutoff=0.8)
        if near and name.upper() not in ours:
            yield f"{name} is not a setting: did you mean {near[0]}?"
