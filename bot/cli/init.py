"""`init`: asks four questions, makes the secrets, and runs the bot."""

import asyncio
import base64
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer
from telegram.error import InvalidToken, TelegramError

from bot import logs
from bot.app import Trackline
from bot.cli.running import read_settings, refusal, run_to_end, stop_signal
from bot.errors import CommandFailed
from bot.settings import ENV_FILE, Settings, SettingsError, load
from bot.telegram.asking import introduced

QUESTIONS = {
    "bot_token": "The token that @BotFather gave you",
    "shop_name": "Your shop's name, as customers know it",
    "default_timezone": "Your customers' time zone, like Africa/Kampala",
    "public_url": "The https address at which the world reaches this machine (none: press Enter)",
}
DEFAULTS = {"default_timezone": "UTC", "public_url": ""}


def init() -> None:
    """Ask what is needed, make the secrets, write .env, and run the bot."""
    logs.configure("WARNING", "console")
    if ENV_FILE.exists():
        raise refusal(CommandFailed(f"{ENV_FILE} is there already: change it, or move it away."))
    given = made_secrets()
    for name, question in QUESTIONS.items():
        given[name] = _answer(name, question, given)
    if elsewhere := os.environ.get("BOT_API_URL"):
        given["bot_api_url"] = elsewhere  # the token was checked there
    write(ENV_FILE, given)
    typer.echo(f"{ENV_FILE} is written, and only you can read it. Keep a copy: it has the keys.")
    run_to_end(_serve(read_settings()))


def made_secrets() -> dict[str, str]:
    return {
        "webhook_secrets": f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}",
        "api_keys": secrets.token_hex(24),
        "encryption_keys": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


def _answer(name: str, question: str, given: Mapping[str, str]) -> str:
    """Asks until the setting accepts the answer."""
    while True:
        is_secret = name == "bot_token"
        answer: str = typer.prompt(question, DEFAULTS.get(name), hide_input=is_secret)
        answer = answer.strip()
        try:
            settings = _settings({"bot_token": "0:x", **given, name: answer})
            if is_secret:
                typer.echo(asyncio.run(_checked(settings)))
        except (SettingsError, CommandFailed) as error:
            typer.secho(str(error), fg=typer.colors.RED)
        else:
            return answer


def _settings(given: dict[str, Any]) -> Settings:
    """Settings as read from .env. Raises `SettingsError`."""
    return load(env_file=None, **given)


async def _checked(settings: Settings) -> str:
    """The bot of the token, in words. Raises `CommandFailed` if Telegram does not know it."""
    try:
        async with introduced(settings) as bot:
            return f"It is the bot @{bot.username}."
    except InvalidToken:
        raise CommandFailed("Telegram does not know this token: copy it whole.") from None
    except TelegramError as error:
        return f"Telegram cannot be asked about it now ({error.message})."


def write(path: Path, given: Mapping[str, str]) -> None:
    """Writes the file. Raises `typer.Exit` if it cannot be written."""
    lines = [f"{name.upper()}={_quoted(value)}" for name, value in given.items() if value]
    text = "# .env.example says what else there is.\n" + "\n".join(lines) + "\n"
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        raise refusal(CommandFailed(f"{path} cannot be written: {error.strerror}")) from None


def _quoted(value: str) -> str:
    """The value as in an .env file.

    Without quotes if possible: Docker reads those as a part of it.
    """
    if re.fullmatch(r"[\w.:/@+=-]*", value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


async def _serve(settings: Settings) -> None:
    async with Trackline(settings) as service:
        typer.echo(f"The bot is running. It listens on {service.url}; Ctrl-C stops it.")
        if service.operators_url and settings.console == "on":
            typer.echo(f"The console: {service.operators_url}/console, with API_KEYS of .env.")
        await stop_signal(service)
