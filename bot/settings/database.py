"""The database, and the keys that seal personal text in it."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode

from bot.settings.values import words
from storage.sealing import Seal


def _mongodb(uri: SecretStr) -> SecretStr:
    if not re.match(r"mongodb(\+srv)?://[^\s/]", uri.get_secret_value()):
        raise ValueError("it is not a mongodb address")
    return uri


def _encryption_key(key: SecretStr) -> SecretStr:
    try:
        Seal([key.get_secret_value()])
    except ValueError:
        raise ValueError("a key is not the base64 of 32 bytes") from None
    return key


def _days(kept: str) -> Any:
    return Field(
        None, ge=7, le=3650, description=f"the days that {kept} is kept, from 7; unset: for good"
    )


class DatabaseSettings(BaseSettings):
    mongodb_uri: Annotated[SecretStr, AfterValidator(_mongodb)] | None = Field(
        None, description="mongodb://… or mongodb+srv://…; unset: the embedded database"
    )
    mongodb_driver: Literal["motor", "pymongo"] = Field("motor", description="motor or pymongo")
    data_dir: Path = Field(Path("data"), description="a folder for the embedded database")
    encryption_keys: Annotated[
        list[Annotated[SecretStr, AfterValidator(_encryption_key)]],
        NoDecode,
        BeforeValidator(words),
    ] = Field(
        default_factory=list,
        description="keys for personal text, each 32 bytes in base64, separated by commas: "
        "the first encrypts, all decrypt; unset: one that the first start makes and keeps",
    )
    keep_orders_days: int | None = _days("a closed order")
    keep_feedback_days: int | None = _days("feedback on a delivery")
    keep_dead_letters_days: int | None = _days("a message that could not be delivered")
