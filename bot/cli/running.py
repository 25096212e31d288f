"""What the commands have in common: they read the settings, run to an end, or refuse in a line."""

import asyncio
import signal
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog
import typer

from bot.app import Trackline
from bot.database import CannotStart
from bot.settings import Settings, SettingsError, load
from bot.texts.own import WrongFile
from storage.embedded import EmbeddedDatabaseError
from storage.errors import DatabaseError, is_passing

log = structlog.get_logger()


def read_settings(called: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """As `load` does it, or the refusal."""
    try:
        return load(called=called, **overrides)
    except SettingsError as error:
        raise refusal(error) from None


def run_to_end(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (CannotStart, SettingsError, WrongFile, EmbeddedDatabaseError) as error:
        raise refusal(error) from None
    except DatabaseError as error:
        if not is_passing(error):
            raise
        why = f"the database does not answer ({type(error).__name__}): does it run, and is "
        raise refusal(CannotStart(f"{why}MONGODB_URI right?")) from None


def refusal(error: Exception) -> typer.Exit:
    typer.secho(str(error), err=True, fg=typer.colors.RED)
    return typer.Exit(2)


async def stop_signal(service: Trackline) -> None:
    """Waits for SIGTERM, Ctrl-C or the terminal's end, or for the service's failure, which is
    raised.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def take(number: signal.Signals) -> None:
        log.info("stopping", signal=number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # `nohup`: it is to outlive its terminal
        loop.add_signal_handler(number, take, number)
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(service.failed())]
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        task.result()
