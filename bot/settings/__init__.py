"""The only place that reads the environment. Each group of settings has a file."""

import base64
import difflib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from dotenv.parser import Binding, parse_stream
from pydantic import BeforeValidator, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings.backend import BackendSettings
from bot.settings.customers import CustomerSettings
from bot.settings.database import DatabaseSettings
from bot.settings.operation import OperationSettings
from bot.settings.reconciling import ReconcilingSettings
from bot.settings.staff import StaffSettings
from bot.settings.telegram import TelegramSettings
from bot.settings.values import words
from bot.settings.web import WebSettings
from bot.texts.own import WrongFile

ENV_FILE = Path(".env")
NO_FILE = "There is no {} in this folder: `python -m bot init` makes one."


class SettingsError(Exception):
    """A line for each setting that is missing or malformed: its name, and what is expected."""


class Settings(
    OperationSettings,
    StaffSettings,
    WebSettings,
    ReconcilingSettings,
    DatabaseSettings,
    CustomerSettings,
    BackendSettings,
    TelegramSettings,
    BaseSettings,
):
    """The operator's settings. A field's description says what is expected, and is used in errors.

    Errors of the last group come first, as in pydantic.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, extra="ignore", hide_input_in_errors=True, frozen=True
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, given: dict[str, Any]) -> dict[str, Any]:
        """``NAME=`` counts as unset."""
        return {
            name: value
            for name, value in given.items()
            if not (isinstance(value, str) and value.strip() == "")
        }

    @property
    def given_keys(self) -> list[str]:
        return [key.get_secret_value() for key in self.encryption_keys]

    @property
    def key_of_token(self) -> str:
        """The key with which older versions sealed personal text, if no other was given."""
        made = hmac.digest(self.bot_token.get_secret_value().encode(), b"personal text", "sha256")
        return base64.urlsafe_b64encode(made).decode()


class Access(Settings):
    """Settings of a program that only calls the service:

    it needs no token, and can pass the keys.
    """

    bot_token: SecretStr = SecretStr("")
    webhook_secrets: Annotated[list[SecretStr], NoDecode, BeforeValidator(words)] = []
    api_keys: Annotated[list[SecretStr], NoDecode, BeforeValidator(words)] = []


def load(
    env_file: Path | None = ENV_FILE,
    *,
    kind: type[Settings] = Settings,
    called: Mapping[str, str] | None = None,
    **overrides: Any,
) -> Settings:
    """Settings from the environment and ``env_file``, ``overrides`` before both.

    ``called``: the names of overrides for errors, like ``--map``. Raises `SettingsError`, whose
    text never holds a value.
    """
    called = called or {}
    mistakes: list[str] = []
    try:
        mistakes += _mistakes_in(env_file) if env_file else []
        settings = kind(_env_file=env_file, **overrides)
    except (OSError, UnicodeDecodeError):
        mistakes.append(f"{env_file} cannot be read: it should be a text file in UTF-8.")
    except ValidationError as error:
        errors = [(str(e["loc"][0]), e["type"], e["msg"]) for e in error.errors()]
        mistakes += [_explain(field, called.get(field), *why) for field, *why in errors]
        if env_file and not env_file.exists() and "missing" in {kind for _, kind, _ in errors}:
            mistakes.append(NO_FILE.format(env_file))
    else:
        mistakes += _wrong_files(settings)
    if mistakes:
        raise SettingsError("\n".join(dict.fromkeys(mistakes)))
    return settings


def is_open_to_others(env_file: Path = ENV_FILE) -> bool:
    """Whether other users of this machine can read the file, which holds secrets."""
    return env_file.is_file() and bool(env_file.stat().st_mode & 0o077)


def _wrong_files(settings: Settings) -> Sequence[str]:
    """The mistakes in files that settings name."""
    mistakes = list[str]()
    for named in ("texts", "understanding", "states"):
        try:
            getattr(settings, named)
        except WrongFile as wrong:
            mistakes += wrong.mistakes
    return mistakes


def _explain(field: str, called: str | None, kind: str, message: str) -> str:
    name, expected = called or field.upper(), Settings.model_fields[field].description
    if kind == "missing":
        return f"{name} is missing: it should be {expected}."
    why = f" ({message.removeprefix('Value error, ')})" if kind == "value_error" else ""
    return f"{name} is malformed{why}: it should be {expected}."


def _mistakes_in(env_file: Path) -> Iterable[str]:
    """Lines of the file that set nothing, and names that are almost the name of a setting."""
    if not env_file.exists() or env_file.is_dir():
        return
    with env_file.open(encoding="utf-8") as file:
        for binding in parse_stream(file):
            if binding.error or (binding.key and binding.value is None):
                yield f"{env_file}, line {_line_of(binding)}: it should be NAME=value."
            elif binding.key and (near := _mistyped(binding.key)):
                yield f"{binding.key} is not a setting: did you mean {near}?"


def _line_of(binding: Binding) -> int:
    """The parser counts the empty lines before a binding as its own."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _mistyped(name: str) -> str | None:
    """The setting that was probably meant. None: it is one, or resembles none."""
    ours = [name.upper() for name in Settings.model_fields]
    near = difflib.get_close_matches(name.upper(), ours, n=1, cutoff=0.8)
    return near[0] if near and name.upper() not in ours else None
