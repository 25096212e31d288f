"""The command line: ``python -m bot``, installed as ``trackline``. A file per command."""

from importlib import metadata
from typing import Annotated

import typer

from bot.cli import (
    copying,
    dead_letters,
    demo,
    doctor,
    importing,
    init,
    link_token,
    run,
    send_event,
    texts,
    who,
)

cli = typer.Typer(
    help="Trackline: a Telegram bot that gives a shop's customers a live timeline of their orders.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(metadata.version("trackline"))
        raise typer.Exit


@cli.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    pass


cli.command()(init.init)
cli.command()(run.run)
cli.command()(demo.demo)
cli.command()(doctor.doctor)
cli.command()(copying.backup)
cli.command()(copying.restore)
cli.command(name="move-to")(copying.move_to)
cli.command(name="dead-letters")(dead_letters.list_dead_letters)
cli.command(name="import")(importing.import_orders)
cli.command(
    name="reconcile",
    help="Compare the shop's orders with ours, and add what is missing, as import does.",
)(importing.import_orders)
cli.command(name="send-event")(send_event.send)
cli.command(name="link-token")(link_token.link)
cli.command()(texts.texts)
cli.command()(who.who)


def main() -> None:
    cli()
