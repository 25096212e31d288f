"""`import`: records the shop's existing orders, from its database, a file, or a system's API."""

import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from pydantic import SecretStr

from bot import logs
from bot.book.exports import EXPORTS
from bot.book.files import CannotRead
from bot.book.going_through import Figures, Options, go_through
from bot.book.looking import look
from bot.book.reconciling import Book, book_of, file_or_database
from bot.cli.running import read_settings, run_to_end
from bot.database import bring_up, open_database
from bot.errors import CommandFailed
from bot.services.orders.booked import FieldMap
from bot.settings import Settings
from bot.writing import Stores, Writing
from handlers.web.shops import DIALECTS
from handlers.web.shops.books import FORMS
from storage.checkpoints import Checkpoints
from storage.clock import Clock
from storage.errors import DatabaseError
from storage.mongo import Mongo
from storage.staff import StaffNotes

SHOWN = 20
"""Refusals that are printed. The others are only counted."""
EVERY = 5.0
"""Seconds between two lines of progress, if there is no terminal for a bar."""


class Exporter(StrEnum):
    """Systems whose exports can be read."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


@dataclass(frozen=True)
class Wanted:
    """``refused``: a file for refused orders. ``dry``: write nothing. ``system``: the one whose
    export it is. ``ask``: after a warning, ask whether to go on.
    """

    system: str | None = None
    ask: bool = False
    from_start: bool = False
    notify: bool = False
    dry: bool = False
    refused: Path | None = None


def import_orders(  # noqa: PLR0913, PLR0917 - typer's way of options
    source: Annotated[
        str | None,
        typer.Argument(
            help="mongodb://…/shop, or a .csv or .jsonl file. Default: RECONCILE_SOURCE, or what "
            "--from names.",
            show_default=False,
        ),
    ] = None,
    collection: Annotated[
        str | None, typer.Option(help="The shop's collection. Default: RECONCILE_COLLECTION.")
    ] = None,
    names: Annotated[
        str | None,
        typer.Option(
            "--map",
            help="The shop's names of an order's fields: order_id=_id,customer_id=user,…  "
            "Default: RECONCILE_MAP.",
        ),
    ] = None,
    system: Annotated[
        Exporter | None,
        typer.Option(
            "--from",
            help="The system that is asked for its orders or, with a file, has exported it.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ignore warnings.")] = False,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin again, even if a run was interrupted.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what is missing; write nothing.")
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Notify customers of the newest missing states.")
    ] = False,
    refused: Annotated[
        Path | None, typer.Option(help="A file for refused orders: a line of JSON each.")
    ] = None,
) -> None:
    """Bring in the shop's orders, or what is missing of them. Safe to repeat."""
    logs.configure("ERROR", "console")
    options = {
        "reconcile_source": ("SOURCE", source or system),
        "reconcile_collection": ("--collection", collection),
        "reconcile_map": ("--map", names),
    }
    given = {name: option for name, option in options.items() if option[1]}
    called = {name: option for name, (option, _) in given.items()}
    settings = read_settings(called, **{name: value for name, (_, value) in given.items()})
    wanted = Wanted(
        system=system,
        ask=not yes and sys.stdin.isatty(),
        from_start=from_start,
        notify=notify,
        dry=check,
        refused=refused,
    )
    run_to_end(bring_in(settings, wanted))


async def bring_in(settings: Settings, wanted: Wanted) -> None:
    """Raises `CommandFailed`, and `typer.Exit` with 1 if something was refused."""
    try:
        async with _ready_database(settings) as mongo:
            figures = await _gone_through(settings, wanted, mongo)
    except CannotRead as error:
        raise CommandFailed(str(error)) from None
    except DatabaseError as error:
        raise CommandFailed(
            f"the database does not answer ({type(error).__name__}): "
            "run it again, it goes on where it stopped"
        ) from error
    typer.echo(_in_words(figures, dry=wanted.dry))
    if figures.refused:
        raise typer.Exit(1)


@asynccontextmanager
async def _ready_database(settings: Settings) -> AsyncIterator[Mongo]:
    async with open_database(settings) as mongo:
        await bring_up(mongo)
        yield mongo


async def _gone_through(settings: Settings, wanted: Wanted, mongo: Mongo) -> Figures:
    if settings.reconcile_source is None:
        raise CommandFailed(
            "say where the orders are: python -m bot import SOURCE, or RECONCILE_SOURCE in .env"
        )
    book, checkpoints = _book(settings, settings.reconcile_source, wanted), Checkpoints(mongo)
    writing, words = Writing(settings, Stores(mongo, settings), Clock()), settings.words_for_states
    if system := settings.reads_system or wanted.system:
        words = DIALECTS[system].overridden_by(words)
    catching_up = writing.catching_up_by(words)
    begun = None if wanted.from_start or wanted.dry else await checkpoints.position(book.key)
    after, done = (begun["after"], begun["orders"]) if begun else (None, 0)
    if begun:
        typer.echo(f"Going on behind the {done:,} orders of the last run; --from-start does not.")
    with ExitStack() as kept:
        file = kept.enter_context(wanted.refused.open("w")) if wanted.refused else None
        async with book.opened() as source:
            seen = await look(source, words, settings.named_states)
            _warn([*await source.warnings(), *seen.warnings], wanted)
            progress = _Progress(kept, await source.total(), done, file)
            observer = progress if wanted.dry else _Remembering(progress, checkpoints, book.key)
            options = Options(after=after, notify=wanted.notify, dry=wanted.dry)
            figures = await go_through(source, catching_up, options, observer)
    progress.print_refusals()
    if not wanted.dry:
        await checkpoints.finish(book.key)
        if met := writing.noticed.take_words():
            await StaffNotes(mongo).leave_words(met)
    return figures


def _book(settings: Settings, source: SecretStr, wanted: Wanted) -> Book:
    if settings.reads_system or not wanted.system:
        return book_of(settings, source, FORMS)
    export = EXPORTS[wanted.system].named(settings.reconcile_map)
    return replace(file_or_database(settings, source), fields=FieldMap(), export=export)


def _warn(warnings: Sequence[str], wanted: Wanted) -> None:
    for warning in warnings:
        typer.echo(f"Warning: {warning}", err=True)
    if warnings and wanted.ask and not wanted.dry:
        typer.confirm("Go on?", abort=True, err=True)


class _Progress:
    """A bar on a terminal, else a line now and then."""

    def __init__(self, kept: ExitStack, total: int, done: int, refusals: TextIO | None) -> None:
        self.done = done
        self._before = done
        self._total = max(total, done)
        self._refusals = refusals
        self._refused = 0
        self._shown: list[str] = []
        self._bar = None
        self._said_at = time.monotonic()
        if sys.stderr.isatty():
            bar = typer.progressbar(length=self._total, label="Orders", file=sys.stderr)
            self._bar = kept.enter_context(bar)
            self._bar.update(done)

    def refuse(self, place: str, problem: str) -> None:
        self._refused += 1
        if self._refusals:
            self._refusals.write(json.dumps({"place": place, "problem": problem}) + "\n")
        if self._refused <= SHOWN:
            self._shown.append(f"Refused: {place}: {problem}")

    def print_refusals(self) -> None:
        """Afterwards, for they would tear the bar."""
        for line in self._shown:
            typer.echo(line, err=True)
        if self._refused > SHOWN:
            more = self._refused - SHOWN
            typer.echo(f"… and {more:,} more: --refused FILE keeps all of them.", err=True)

    async def reach(self, _position: Any, figures: Figures) -> None:
        step, self.done = self._before + figures.orders - self.done, self._before + figures.orders
        if self._bar:
            self._bar.update(step)
        elif time.monotonic() - self._said_at > EVERY:
            self._said_at = time.monotonic()
            typer.echo(f"{self.done:,} of about {self._total:,} orders", err=True)


class _Remembering:
    """Saves the position, so that another run can continue there."""

    def __init__(self, progress: _Progress, checkpoints: Checkpoints, key: str) -> None:
        self.refuse = progress.refuse
        self._progress = progress
        self._checkpoints = checkpoints
        self._key = key

    async def reach(self, position: Any, figures: Figures) -> None:
        await self._progress.reach(position, figures)
        reached = {"after": position, "orders": self._progress.done}
        await self._checkpoints.reach(self._key, reached, datetime.now(UTC))


def _in_words(figures: Figures, *, dry: bool) -> str:
    orders = [f"{figures.orders:,} read", f"{figures.new:,} new"]
    orders.append(f"{figures.mended:,} lacked something")
    if figures.refused:
        orders.append(f"{figures.refused:,} refused")
    if figures.guests:
        orders.append(f"{figures.guests:,} guests'")
    if figures.left_out:
        orders.append(
            f"{figures.left_out:,} left out, as they are drafts or were sold at the counter"
        )
    if figures.erased:
        orders.append(f"{figures.erased:,} left out, as their customers were erased")
    events = [f"{figures.recorded:,} {'missing' if dry else 'recorded'}"]
    events.append(f"{figures.known:,} known before")
    return f"Orders: {', '.join(orders)}.\nEvents: {', '.join(events)}."
