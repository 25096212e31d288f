"""Telegram: the bot's token, and how updates come."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from bot.settings.values import address

TELEGRAM = "https://api.telegram.org"


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[\w-]{3,}", token.get_secret_value(), re.ASCII):
        raise ValueError("it does not look like a token")
    return token


class TelegramSettings(BaseSettings):
    bot_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        description="the token that @BotFather gave, like 123456:ABC-DEF"
    )
    bot_api_url: Annotated[str, AfterValidator(address)] = Field(
        TELEGRAM,
        description="the Bot API server's address, like https://api.telegram.org",
    )
    public_url: str | None = Field(
        None, description="the public https address; unset: long polling"
    )
    telegram_rate: float = Field(
        28,
        gt=0,
        le=1000,
        description="pushes a second, all replicas together, up to 1000; Telegram accepts about 30",
    )

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, url: str | None, info: ValidationInfo) -> str | None:
        """Telegram's own servers deliver to https only; a self-hosted one also to http."""
        if url is None:
            return None
        url = address(url)
        if info.data.get("bot_api_url") == TELEGRAM and not url.startswith("https://"):
            raise ValueError("Telegram delivers to https only")
        return url
