"""Calls a running service as a shop's backend does, and prints its answers in plain lines."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

import aiohttp
import typer
from pydantic import SecretStr

from bot.cli.running import refusal
from bot.errors import CommandFailed
from bot.services.shop.keys import ApiKey, Scope
from bot.settings import Access, Settings, SettingsError, load

Url = Annotated[
    str | None, typer.Option(help="The service's address. Default: this machine, HTTP_PORT.")
]

ANSWER_TIMEOUT = aiohttp.ClientTimeout(total=15)
"""Seconds that the service may take to answer."""
_NOT_LET_IN = "is it one of the service's WEBHOOK_SECRETS or API_KEYS, and is the clock right?"


def access() -> Settings:
    """The settings of the service that runs with the same .env. Raises `SettingsError`."""
    return load(kind=Access)


def access_or_refusal() -> Settings:
    try:
        return access()
    except SettingsError as error:
        raise refusal(error) from None


def first_of(name: str, given: Sequence[SecretStr]) -> str:
    """The first secret. Raises the refusal that says what is missing."""
    if not given:
        raise refusal(
            SettingsError(f"{name} is missing: it should be the same as the service has.")
        )
    return given[0].get_secret_value()


def first_that_may(scope: Scope, keys: Sequence[SecretStr]) -> str:
    """The first of API_KEYS that has the scope. Raises the refusal that says what is missing."""
    first_of("API_KEYS", keys)
    given = [key.get_secret_value() for key in keys]
    for place, key in enumerate(given, 1):
        if _may(scope, key, place):
            return key
    raise refusal(
        SettingsError(f"none of API_KEYS has the scope {scope}: add it to one, or name a --key.")
    )


def _may(scope: Scope, key: str, place: int) -> bool:
    """Whether the key has the scope. A malformed key is left to the service, which explains it."""
    try:
        return scope in ApiKey.read(key, place).scopes
    except ValueError:
        return True


def address(settings: Settings) -> str:
    """The address of the service on this machine."""
    return f"http://127.0.0.1:{settings.http_port}"


def bearer(key: str) -> str:
    """The part of an API key that a caller sends: all of it, or the KEY of ``NAME:SCOPES:KEY``."""
    return key.rsplit(":", 1)[-1] if key.count(":") == 2 else key


@dataclass(frozen=True)
class Answer:
    status: int
    body: Mapping[str, Any]

    @property
    def is_success(self) -> bool:
        return self.status < 300 and bool(self.body)

    @property
    def refusal(self) -> str:
        """The refusal in words, with a line for each wrong field."""
        lines = [
            f"{self.status}: {self.body.get('detail') or 'this is not how our service answers'}"
        ]
        lines += [f"  {e['field']}: {e['problem']}" for e in self.body.get("errors", [])]
        if self.status == HTTPStatus.UNAUTHORIZED:
            lines.append(f"  {_NOT_LET_IN}")
        return "\n".join(lines)


async def post(url: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Posts the body. Raises `CommandFailed` if nothing answers."""
    sent = {"Content-Type": "application/json", **headers}
    try:
        async with (
            aiohttp.ClientSession(timeout=ANSWER_TIMEOUT) as session,
            session.post(url.rstrip("/") + path, data=body, headers=sent) as response,
        ):
            is_json = "json" in response.content_type
            found = await response.json(content_type=None) if is_json else {}
            return Answer(response.status, found if isinstance(found, dict) else {})
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError):
        raise CommandFailed(
            "--url should begin with http:// or https://, like http://127.0.0.1:8080"
        ) from None
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        if isinstance(error, aiohttp.ClientConnectorError):
            why = os.strerror(error.os_error.errno or 0)
        raise CommandFailed(
            f"nothing answers at {url} ({why}): does the bot run there, or at another --url?"
        ) from None
