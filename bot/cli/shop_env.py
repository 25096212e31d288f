"""`demo --shop-env FILE`: writes the settings with which another shop connects to the demo."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.errors import CommandFailed

_WRITTEN_HERE = "# Written by Trackline's demo, and anew each time it starts.\n"


def refuse_somebody_else_s(file: Path) -> None:
    """Raises `CommandFailed` for a file that no demo wrote: it may be the bot's own .env."""
    try:
        if file.exists() and not file.read_bytes().startswith(_WRITTEN_HERE.encode()):
            raise CommandFailed(f"{file} was not written by a demo: choose another --shop-env")
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: choose another --shop-env") from error


def write(file: Path, given: Mapping[str, str]) -> None:
    """Writes the file, readable by this user only. Raises `CommandFailed`."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as opened:
            os.fchmod(descriptor, 0o600)  # if it existed
            opened.write(_WRITTEN_HERE)
            opened.writelines(f"{name}={value}\n" for name, value in given.items())
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: choose another --shop-env") from error
