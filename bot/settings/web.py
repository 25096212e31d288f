"""The web server."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode


def _host_and_port(value: object) -> object:
    """``127.0.0.1:9090`` → ``("127.0.0.1", 9090)``."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"\[?([\w.:-]+?)\]?:(\d{1,5})", value.strip(), re.ASCII)
    if not found or int(found[2]) > 65535:
        raise ValueError("it is not a host and a port")
    return found[1], int(found[2])


class WebSettings(BaseSettings):
    http_host: str = Field("127.0.0.1", description="the address to listen on, like 127.0.0.1")
    http_port: int = Field(8080, ge=0, le=65535, description="a port from 1 to 65535, 0: any")
    metrics_address: Annotated[
        tuple[str, int] | None, NoDecode, BeforeValidator(_host_and_port)
    ] = Field(
        None,
        description="a host and port, like 127.0.0.1:9090, for /metrics, /console and the "
        "API; unset: HTTP_HOST and HTTP_PORT, with everything else",
    )
    console: Literal["on", "off"] = Field(
        "on", description="on or off: whether /console shows the operator how the service is doing"
    )
    api_rate: float = Field(
        100,
        gt=0,
        le=10_000,
        description="requests a second for each key and secret, up to 10000, on each replica; "
        "a burst may have four seconds' worth",
    )
