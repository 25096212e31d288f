"""The command line: ``python -m bot``, installed as ``trackline``."""

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from bot import logs
from bot.app import CannotStart, Trackline
from bot.calling import access, address
from bot.dead_letters import dead_letters
from bot.doctor import examine
from bot.importing import Wanted, bring_in
from bot.link_token import link_token
from bot.send_event import Telling, send_event
from bot.settings import Settings, SettingsError, load
from storage.embedded import EmbeddedDatabaseError

cli = typer.Typer(
    help="Trackline: a Telegram bot that gives a shop's customers a live timeline of their orders.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Url = Annotated[str | None, typer.Option(help="Where it runs. Default: this machine, HTTP_PORT.")]


def main() -> None:
    cli()


@cli.command()
def run() -> None:
    """Run the bot: settings from the environment and .env."""
    settings = _settings()
    logs.configure(settings.log_level, settings.log_format)
    _run(_serve(settings))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page is; 0 takes any free port.")] = 8090,
    data: Annotated[
        Path | None, typer.Option(help="A folder for its database. Default: a temporary one.")
    ] = None,
    shop_env: Annotated[
        Path | None,
        typer.Option(help="A file to write what a shop of your own needs to connect, like .env."),
    ] = None,
) -> None:
    """Run everything on this machine, with no token: a phone, a shop and the real service."""
    if find_spec("sandbox") is None:
        raise _refusal(CannotStart(_NO_SANDBOX))
    from bot.demo import demonstrate  # noqa: PLC0415 - what is installed has no sandbox

    logs.configure("WARNING", "console")
    _run(demonstrate(port, data, _stop_signal, shop_env=shop_env))


_NO_SANDBOX = "the demo comes with the source checkout only: run `make demo` there"


@cli.command()
def doctor() -> None:
    """Check the settings, the database, Telegram and the webhook; say what to mend."""
    logs.configure("ERROR", "console")
    settings = _settings()
    if not asyncio.run(examine(settings)):
        raise typer.Exit(1)


@cli.command(name="dead-letters")
def list_dead_letters(
    send_again: Annotated[
        bool, typer.Option("--send-again", help="Put them back into their mailboxes.")
    ] = False,
) -> None:
    """List the messages that could not be sent, and why; or send them again."""
    logs.configure("ERROR", "console")
    _run(dead_letters(_settings(), send_again=send_again))


@cli.command(
    name="reconcile",
    help="Compare the shop's orders with ours, and mend what is missing: an import.",
)
@cli.command(name="import")
def import_orders(  # noqa: PLR0913, PLR0917 - typer's way of options
    source: Annotated[
        str | None,
        typer.Argument(
            help="mongodb://…/shop, or a .csv or .jsonl file. Default: RECONCILE_SOURCE.",
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
            help="What the shop calls an order's fields: order_id=_id,customer_id=user,…  "
            "Default: RECONCILE_MAP.",
        ),
    ] = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Do not go on where a run was cut off.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Say what is missing; write nothing.")
    ] = False,
    notify: Annotated[
        bool, typer.Option("--notify", help="Tell customers of newest states that were missing.")
    ] = False,
    refused: Annotated[
        Path | None, typer.Option(help="A file for what is refused: a line of JSON each.")
    ] = None,
) -> None:
    """Bring in the shop's orders, or what is missing of them. Safe to repeat."""
    logs.configure("ERROR", "console")
    given = {
        "reconcile_source": source,
        "reconcile_collection": collection,
        "reconcile_map": names,
    }
    settings = _settings(**{name: value for name, value in given.items() if value})
    wanted = Wanted(from_start=from_start, notify=notify, dry=check, refused=refused)
    _run(bring_in(settings, wanted))


@cli.command(name="send-event")
def send(  # noqa: PLR0913, PLR0917 - typer's way of options
    order_id: str,
    status: Annotated[str | None, typer.Argument(show_default=False)] = None,
    customer: Annotated[str | None, typer.Option(help="Whose order it is.")] = None,
    number: Annotated[str | None, typer.Option(help="What the customer calls it.")] = None,
    note: str | None = None,
    parcel: str | None = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Default: order.created with --customer, …")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Record it and tell nobody.")] = False,
    url: Url = None,
    secret: Annotated[
        str | None,
        typer.Option(envvar="WEBHOOK_SECRET", help="Default: the first of WEBHOOK_SECRETS."),
    ] = None,
) -> None:
    """Post an order event to a running service, signed as a shop does it."""
    settings = _access()
    secret = secret or _first("WEBHOOK_SECRETS", settings.webhook_secrets)
    telling = Telling(
        order_id, status, kind, customer, number=number, note=note, parcel=parcel, notify=not quiet
    )
    _run(send_event(telling, url=url or address(settings), secret=secret))


@cli.command(name="link-token")
def link(
    customer_id: str,
    hint: Annotated[
        str | None, typer.Option(help="The account as the customer knows it: a•••@example.com")
    ] = None,
    url: Url = None,
    key: Annotated[
        str | None, typer.Option(envvar="API_KEY", help="Default: the first of API_KEYS.")
    ] = None,
) -> None:
    """Ask a running service for a customer's one-time link; on a terminal, to scan as well."""
    settings = _access()
    key = key or _first("API_KEYS", settings.api_keys)
    _run(link_token(customer_id, hint, url=url or address(settings), key=key))


def _access() -> Settings:
    try:
        return access()
    except SettingsError as error:
        raise _refusal(error) from None


def _first(name: str, given: Sequence[SecretStr]) -> str:
    """Raises the refusal that says what is missing."""
    if not given:
        raise _refusal(SettingsError(f"{name} is missing: it wants what the service has."))
    return given[0].get_secret_value()


def _settings(**overrides: Any) -> Settings:
    try:
        return load(**overrides)
    except SettingsError as error:
        raise _refusal(error) from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except (CannotStart, EmbeddedDatabaseError) as error:
        raise _refusal(error) from None


def _refusal(error: Exception) -> typer.Exit:
    typer.secho(str(error), err=True, fg=typer.colors.RED)
    return typer.Exit(2)


async def _serve(settings: Settings) -> None:
    async with Trackline(settings) as service:
        await _stop_signal(service)


async def _stop_signal(service: Trackline) -> None:
    """Waits for SIGTERM or Ctrl-C, or for the service's failure, which is raised."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    waiting = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(service.failed())]
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    for task in done:
        task.result()


if __name__ == "__main__":
    main()
