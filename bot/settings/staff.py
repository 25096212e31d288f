"""The staff's group."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from bot.settings.values import words


def _chat_and_topic(value: object) -> object:
    """``-1001234567890:7`` → ``(-1001234567890, 7)``."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(-[1-9]\d{0,15})(?::([1-9]\d{0,9}))?", value.strip(), re.ASCII)
    if not found:
        raise ValueError("it is not a group's id")
    return int(found[1]), int(found[2]) if found[2] else None


class StaffSettings(BaseSettings):
    staff_chat: Annotated[
        tuple[int, int | None] | None, NoDecode, BeforeValidator(_chat_and_topic)
    ] = Field(
        None,
        description="the id of the staff's group, like -1001234567890, or of a topic in it, "
        "like -1001234567890:7; unset: none",
    )
    staff_members: Annotated[
        list[Annotated[int, Field(gt=0)]], NoDecode, BeforeValidator(words)
    ] = Field(
        default_factory=list,
        description="the Telegram ids of the people who may ask there, separated by commas",
    )
    stuck_days: int = Field(
        5, ge=1, le=365, description="the days without news after which an open order is stuck"
    )
    silence_days: int = Field(
        7,
        ge=1,
        le=90,
        description="the days without a message after which a conversation with a customer ends",
    )
