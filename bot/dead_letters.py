"""`dead-letters`: what could not be told, why, and sending it again."""

import typer

from bot.app import open_database
from bot.services.news.undelivered import Undelivered
from bot.settings import Settings
from storage.chats import Chats
from storage.dead_letters import DeadLetters

SHOWN = 500


async def dead_letters(settings: Settings, *, send_again: bool) -> None:
    """Prints a line per letter, the oldest first; with ``send_again`` posts them anew.

    The messages themselves are sent by the running service.
    """
    async with open_database(settings) as (mongo, _):
        undelivered = Undelivered(DeadLetters(mongo), Chats(mongo))
        waiting = await undelivered.page(None, SHOWN)
        for letter in waiting:
            fate = letter.reason
            if send_again:
                again = await undelivered.send_again(letter)
                fate = "waits in its mailbox again" if again else _UNLINKED
            typer.echo(f"{letter.since:%Y-%m-%d %H:%M}  {letter.order_id}  {fate}")
        if not waiting:
            typer.echo("There are no dead letters.")


_UNLINKED = "removed: the chat is no longer linked"
