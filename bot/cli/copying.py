"""`backup`, `restore` and `move-to`: copies all data to a file or to another database."""

import hashlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.cli.running import read_settings, run_to_end
from bot.database import Connected, connected
from bot.errors import CommandFailed
from bot.settings import Settings
from storage import archive, copies
from storage.archive import WrongArchive
from storage.copies import COLLECTIONS, AnotherCopy, Progress, Sum

STEP_TIMEOUT = 60.0
"""Seconds that one step of a database operation may take. It is long: nobody waits in a chat."""

File = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]


def backup(file: File) -> None:
    """Write all data into a file; keep ENCRYPTION_KEYS elsewhere. The bot may run meanwhile."""
    logs.configure("ERROR", "console")
    run_to_end(_backup(read_settings(), file))


def restore(file: File) -> None:
    """Read a backup into the empty database that the settings name. The bot is stopped."""
    logs.configure("ERROR", "console")
    run_to_end(_restore(read_settings(), file))


def move_to(
    uri: Annotated[
        str,
        typer.Argument(metavar="MONGODB_URI", envvar="MOVE_TO", help="The database to copy to."),
    ],
) -> None:
    """Copy all data into another database, which is empty. The bot is stopped; the old data stays.

    What was interrupted goes on when it is run again.
    """
    logs.configure("ERROR", "console")
    settings = read_settings()
    target = read_settings({"mongodb_uri": "MONGODB_URI"}, mongodb_uri=uri)
    run_to_end(_move(settings, target))


async def _backup(settings: Settings, file: Path) -> None:
    async with connected(settings, beside=True, step_timeout=STEP_TIMEOUT) as database:
        await database.sealed(only_looking=True)
        total = sum((await copies.count(database.mongo)).values())
        with _progress("Written", total) as done:
            try:
                keys = await database.keeper.read()
                sums = await archive.write(file, database.mongo, keys, datetime.now(UTC), done)
            except FileExistsError:
                raise CommandFailed(f"{file} is there already: name another file") from None
            except OSError as error:
                raise CommandFailed(f"{file} cannot be written: {error.strerror}") from None
    typer.echo(f"{sum(each.documents for each in sums.values()):,} documents are in {file}.")
    typer.echo(
        "Keep ENCRYPTION_KEYS elsewhere: without them nobody reads the personal text in it."
        if settings.given_keys
        else "Whoever has the file can read everything in it: keep it safe."
    )


async def _restore(settings: Settings, file: Path) -> None:
    try:
        with archive.opened(file) as read:
            async with connected(settings, step_timeout=STEP_TIMEOUT) as target:
                total = sum(each.documents for each in read.sums.values())
                await _fill(target, read.name, read.documents, total)
                await _compare(target, lambda name: _known(read.sums.get(name, Sum())))
                await _finish(target, read.keys)
                await target.sealed(only_looking=True)
    except WrongArchive as error:
        raise CommandFailed(str(error)) from None
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}") from None
    typer.echo(f"All that was there at {read.made_at:%Y-%m-%d %H:%M} UTC is here. Start the bot.")


async def _known(found: Sum) -> Sum:
    return found


async def _move(settings: Settings, into: Settings) -> None:
    async with (
        connected(settings, step_timeout=STEP_TIMEOUT) as source,
        connected(into, step_timeout=STEP_TIMEOUT) as target,
    ):
        await source.mongo.ping()
        await source.sealed(only_looking=True)
        total = sum((await copies.count(source.mongo)).values())
        keys = await source.keeper.read()
        made_of = hashlib.sha256(keys or b"").hexdigest()  # each installation has its own
        await _fill(target, made_of, partial(copies.documents, source.mongo), total)
        await _compare(target, partial(copies.sum_of, source.mongo))
        await _finish(target, keys)
    typer.echo("All is there, and compared. Set MONGODB_URI to it, and start the bot.")
    typer.echo("The old data is as it was: remove it when you no longer need it.")


async def _fill(
    target: Connected, source: str, read: Callable[[str], AsyncIterator[bytes]], total: int
) -> None:
    """Copies the data. ``source``: identifies the copy, so that another run can continue it."""
    try:
        await copies.begin(target.mongo, source)
    except AnotherCopy:
        raise CommandFailed(
            "there is other data in the database to copy into: name one that is empty"
        ) from None
    with _progress("Copied", total) as done:
        for name in COLLECTIONS:
            await copies.mirror(read(name), target.mongo, name, done)


async def _compare(target: Connected, wanted: Callable[[str], Awaitable[Sum]]) -> None:
    total = sum((await copies.count(target.mongo)).values())
    with _progress("Compared", total) as done:
        for name in COLLECTIONS:
            if await copies.sum_of(target.mongo, name, done) != await wanted(name):
                raise CommandFailed(
                    f"{name} has changed while it was copied: stop the bot, and run this again"
                )


async def _finish(target: Connected, keys: bytes | None) -> None:
    before = await target.keeper.read()
    if keys and keys != before:
        await target.keeper.write(keys, before)
    await copies.finish(target.mongo)


@contextmanager
def _progress(label: str, total: int) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update
