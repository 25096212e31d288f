"""Reconciling with the shop's own orders."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode

from bot.services.orders.booked import FieldMap, is_book
from bot.settings.values import pairs


def _book(source: SecretStr) -> SecretStr:
    if not is_book(source.get_secret_value()):
        raise ValueError("it is neither a mongodb address nor a .csv or .jsonl file")
    return source


def _fields(names: dict[str, str]) -> dict[str, str]:
    FieldMap.of(names)
    return names


class ReconcilingSettings(BaseSettings):
    reconcile_source: Annotated[SecretStr, AfterValidator(_book)] | None = Field(
        None,
        description="the shop's own orders: mongodb://…/shop, or a .csv or .jsonl file; what was "
        "missed is mended from it; unset: never",
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
        24, gt=0, le=720, description="the hours from one look to the next, up to 720"
    )
