"""How it stops, and what it logs."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class OperationSettings(BaseSettings):
    shutdown_seconds: float = Field(
        20,
        gt=0,
        le=300,
        description="the seconds that a stop may take to finish its work, up to 300",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        description="DEBUG, INFO (a line for each event and each message), WARNING or ERROR",
    )
    log_format: Literal["json", "console"] = Field("json", description="json or console")
