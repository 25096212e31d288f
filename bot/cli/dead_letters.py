"""`dead-letters`: lists messages that could not be sent, and sends them again."""

from collections.abc import Mapping
from typing import Annotated

import typer

from bot import logs
from bot.cli.running import read_settings, run_to_end
from bot.database import open_database
from bot.services.news.undelivered import Undelivered
from bot.settings import Settings
from storage.chats import Chats
from storage.clock import Clock
from storage.dead_letters import DeadLetters
from storage.models import DeadLetter
from storage.orders import Orders
from storage.pace import Pace

SHOWN = 500
"""Letters that one run lists."""


def list_dead_letters(
    send_again: Annotated[
        bool, typer.Option("--send-again", help="Put them back into their mailboxes.")
    ] = False,
) -> None:
    """List the messages that could not be sent, and why; or send them again."""
    logs.configure("ERROR", "console")
    run_to_end(dead_letters(read_settings(), send_again=send_again))


async def dead_letters(settings: Settings, *, send_again: bool) -> None:
    """Prints a line for each letter, the oldest first. ``send_again``: posts them again.

    The running service sends the messages.
    """
    async with open_database(settings) as mongo:
        clock = Clock()
        clock.learned(await Pace(mongo).now())
        undelivered = Undelivered(DeadLetters(mongo), Chats(mongo), Orders(mongo), clock)
        waiting = await undelivered.page(None, SHOWN)
        numbers = await undelivered.numbers(waiting)
        for letter in waiting:
            fate = letter.reason
            if send_again:
                again = await undelivered.send_again(letter)
                fate = "waits in its mailbox again" if again else _UNLINKED
            typer.echo(f"{letter.since:%Y-%m-%d %H:%M}  {_called(letter, numbers)}  {fate}")
        if not waiting:
            typer.echo("There are no dead letters.")


def _called(letter: DeadLetter, numbers: Mapping[str, str]) -> str:
    number = numbers.get(letter.order_id, letter.order_id)
    return number if number == letter.order_id else f"{number} ({letter.order_id})"


_UNLINKED = "removed: the chat does not follow the order any more"
