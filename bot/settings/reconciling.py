"""Reconciling with the shop's own orders."""

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode

from bot.services.orders.booked import FieldMap, is_book
from bot.settings.backend import LEAST
from bot.settings.values import address, pairs

SYSTEMS = {
    "shopify": ["shopify_shop", "shopify_client_id", "shopify_client_secret"],
    "woocommerce": [
        "woocommerce_url",
        "woocommerce_consumer_key",
        "woocommerce_consumer_secret",
    ],
}
"""Systems that can be asked for their orders, and the settings that this needs."""


def _book(source: SecretStr) -> SecretStr:
    said = source.get_secret_value()
    if said not in SYSTEMS and not is_book(said):
        raise ValueError(
            "it is neither shopify nor woocommerce, a mongodb address nor a .csv or .jsonl file"
        )
    return source


def _shop(name: str) -> str:
    """The shop's address, from what is in the address bar of its admin."""
    if _is_near(name):
        return address(name)
    bare = re.sub(r"^https://(admin\.shopify\.com/store/)?|\.myshopify\.com/?$", "", name.lower())
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", bare):
        raise ValueError("it is not a name with .myshopify.com behind it")
    return f"https://{bare}.myshopify.com"


def _secure(url: str) -> str:
    """https only: over http, others could read the key."""
    if not _is_near(url) and not url.startswith("https://"):
        raise ValueError("it is not an https address")
    if "@" in url:
        raise ValueError("there is a user in it: the key has settings of its own")
    return re.sub(r"/wp-json(/.*)?$", "", address(url))


def _is_near(url: str) -> bool:
    """Whether it is on this machine."""
    return re.match(r"http://(127\.0\.0\.1|localhost)[:/]", url) is not None


def _client_id(given: str) -> str:
    if not re.fullmatch(r"[\w-]{16,}", given, re.ASCII):
        raise ValueError("it is not 16 or more letters and digits")
    return given


def _long(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < LEAST:
        raise ValueError(f"it is shorter than {LEAST} characters")
    return secret


def _begins(prefix: str) -> AfterValidator:
    def check(secret: SecretStr) -> SecretStr:
        if not secret.get_secret_value().startswith(prefix):
            raise ValueError(f"it does not begin with {prefix}")
        return secret

    return AfterValidator(check)


def _fields(names: dict[str, str]) -> dict[str, str]:
    FieldMap.of(names)
    return names


class ReconcilingSettings(BaseSettings):
    reconcile_source: Annotated[SecretStr, AfterValidator(_book)] | None = Field(
        None,
        description="the shop's own orders, from which missed events are added: shopify, "
        "woocommerce, mongodb://…/shop, or a .csv or .jsonl file; unset: none",
    )
    reconcile_collection: str = Field(
        "orders", min_length=1, description="the collection of orders in the shop's database"
    )
    reconcile_map: Annotated[
        dict[str, str], NoDecode, BeforeValidator(pairs), AfterValidator(_fields)
    ] = Field(
        default_factory=dict,
        description="what the shop calls an order's fields, like 'order_id=_id, customer_id=user'",
    )
    reconcile_every_hours: float = Field(
        24,
        gt=0,
        le=720,
        description="the hours between two comparisons, up to 720; 0.25 is a quarter of an hour",
    )
    shopify_shop: Annotated[str, AfterValidator(_shop)] | None = Field(
        None,
        validate_default=True,
        description="the Shopify shop whose orders are read, like nile-coffee.myshopify.com",
    )
    shopify_admin_token: Annotated[SecretStr, _begins("shpat_")] | None = Field(
        None,
        description="the shpat_… token of an app that was made in the shop's admin before "
        "2026, instead of a client id and secret",
    )
    shopify_client_id: Annotated[str, AfterValidator(_client_id)] | None = Field(
        None,
        validate_default=True,
        description="the client id of the app that reads the orders",
    )
    shopify_client_secret: Annotated[SecretStr, AfterValidator(_long)] | None = Field(
        None,
        validate_default=True,
        description="the client secret of that app; it may also be in SHOPIFY_SECRETS",
    )
    woocommerce_url: Annotated[str, AfterValidator(_secure)] | None = Field(
        None,
        validate_default=True,
        description="the https address of the WooCommerce shop whose orders are read",
    )
    woocommerce_consumer_key: Annotated[SecretStr, _begins("ck_")] | None = Field(
        None,
        validate_default=True,
        description="the ck_… key of its REST API, with read permission",
    )
    woocommerce_consumer_secret: Annotated[SecretStr, _begins("cs_")] | None = Field(
        None,
        validate_default=True,
        description="the cs_… secret of that key",
    )

    @field_validator(*(name for names in SYSTEMS.values() for name in names))
    @classmethod
    def _needed(cls, given: object, info: ValidationInfo) -> object:
        source = info.data.get("reconcile_source")
        system = source.get_secret_value() if source else ""
        has_token = info.data.get("shopify_admin_token") and info.field_name != "shopify_shop"
        is_needed = info.field_name in SYSTEMS.get(system, []) and not has_token
        if given is None and is_needed:
            raise PydanticCustomError("missing", "reading its orders needs it")
        return given

    @property
    def reads_system(self) -> str | None:
        """The system whose API is the source. None: it is a file or a database."""
        said = self.reconcile_source.get_secret_value() if self.reconcile_source else ""
        return said if said in SYSTEMS else None
