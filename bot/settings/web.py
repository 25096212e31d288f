"""The web server."""

from pydantic import Field
from pydantic_settings import BaseSettings


class WebSettings(BaseSettings):
    http_host: str = Field("127.0.0.1", description="the address to listen on, like 127.0.0.1")
    http_port: int = Field(8080, ge=0, le=65535, description="a port from 1 to 65535, 0: any")
    api_rate: float = Field(
        100,
        gt=0,
        le=10_000,
        description="requests a second with each key and secret, up to 10000, on each replica; "
        "four seconds' worth may come at once",
    )
