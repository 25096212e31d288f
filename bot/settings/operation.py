"""The roles of this replica, how it stops, and what it logs."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.settings.values import address, words

Role = Literal["web", "bot", "dispatcher", "scheduler"]


class OperationSettings(BaseSettings):
    roles: Annotated[tuple[Role, ...], NoDecode, BeforeValidator(words)] = Field(
        ("web", "bot", "dispatcher", "scheduler"),
        min_length=1,
        description="what this replica does: web, bot, dispatcher and scheduler, or some of them, "
        "separated by commas",
    )

    @field_validator("roles")
    @classmethod
    def _all_in_one_process(cls, roles: tuple[Role, ...], info: ValidationInfo) -> tuple[Role, ...]:
        if info.data.get("mongodb_uri") is None and {*roles} != {*get_args(Role)}:
            raise ValueError("some roles only want MONGODB_URI: others share that database")
        return roles

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
    otel_exporter_otlp_endpoint: Annotated[str, AfterValidator(address)] | None = Field(
        None,
        description="the http or https address of an OpenTelemetry collector that gets traces; "
        "unset: none",
    )
    log_format: Literal["json", "console"] = Field("json", description="json or console")
