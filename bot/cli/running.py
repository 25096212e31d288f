"""What commands have in common: reading the settings, running to an end, and refusing."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog
import typer

from bot.app import Trackline
from bot.errors import CommandFailed
from bot.settings import Settings, SettingsError, load
from bot.texts.own import WrongFile
from storage.embedded import EmbeddedDatabaseError
from storage.errors import DatabaseError, is_passing

log = structlog.get_logger()


def read_settings(called: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """As `load`. Raises the refusal."""
    try:
        return load(called=called, **overrides)
    except SettingsError as error:
        raise refusal(error) from None


def run_to_end(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (CommandFailed, SettingsError, WrongFile, EmbeddedDatabaseError) as error:
        raise refusal(error) from None
    except DatabaseError as error:
        if not is_passing(error):
            raise
        why = f"the database does not answer ({type(error).__name__}): does it run, and is "
        raise refusal(CommandFailed(f"{why}MONGODB_URI right?")) from None


def refusal(error: Exception) -> typer.Exit:
    typer.secho(str(error), err=True, fg=typer.colors.RED)
    return typer.Exit(2)


async def stop_signal(service: Trackline) -> None:
    """Waits for SIGTERM, for Ctrl-C, for the end of the terminal, or for the service to fail.

    Raises the service's error. Without a terminal, SIGHUP reads the settings again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def take(number: signal.Signals) -> None:
        log.info("stopping", signal=number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, take, number)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # `nohup`: it outlives its terminal
        if sys.stdin.isatty():
            loop.add_signal_handler(signal.SIGHUP, take, signal.SIGHUP)
        else:
            loop.add_signal_handler(signal.SIGHUP, _reload, service)
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(service.failed())]
    try:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    for task in done:
        task.result()


def _reload(service: Trackline) -> None:
    """Reads the settings again. If they cannot be read, nothing changes."""
    try:
        settings = load()
    except SettingsError as error:
        log.error("settings_not_reloaded", why=str(error).splitlines())  # noqa: TRY400 - it says all
        return
    log.info("settings_reloaded", restart_for=service.reload(settings))
