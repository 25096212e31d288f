"""`demo`: runs everything on this machine, in a source checkout."""

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.cli.running import refusal, run_to_end, stop_signal
from bot.errors import CommandFailed


def demo(
    port: Annotated[int, typer.Option(help="The page's port; 0: any free port.")] = 8090,
    data: Annotated[
        Path | None, typer.Option(help="A folder for its database. Default: a temporary one.")
    ] = None,
    shop_env: Annotated[
        Path | None,
        typer.Option(help="A file for the settings that your own shop needs to connect."),
    ] = None,
    texts: Annotated[
        Path | None, typer.Option(help="A folder with the shop's own words, like examples/texts.")
    ] = None,
    states: Annotated[
        Path | None, typer.Option(help="The shop's own states, like examples/states.toml.")
    ] = None,
) -> None:
    """Run everything on this machine, with no token: a phone, a shop and the real service."""
    if not (find_spec("sandbox") and find_spec("time_machine")):
        raise refusal(CommandFailed(_NO_SANDBOX))
    from bot.cli.demonstration import demonstrate  # noqa: PLC0415 - what is installed has no sandbox

    logs.configure("WARNING", "console")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a clock that jumps makes it complain
    given = {"texts_dir": texts, "states_file": states}
    own = {name: path for name, path in given.items() if path}
    run_to_end(demonstrate(port, data, stop_signal, shop_env=shop_env, own=own))


_NO_SANDBOX = "the demo comes with the source checkout only: run `make demo` there"
