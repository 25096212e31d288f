"""`dead-letters`: what could not be told, why, and sending it again."""

from datetime import UTC, datetime

import typer

from bot.app import open_database
from bot.settings import Settings
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.models import DeadLetter, Entry

SHOWN = 500


async def dead_letters(settings: Settings, *, send_again: bool) -> None:
    """Prints a line per letter, the oldest first; with ``send_again`` posts them anew.

    The messages themselves are sent by the running service.
    """
    async with open_database(settings) as (mongo, _):
        letters, chats = DeadLetters(mongo), Chats(mongo)
        waiting = await letters.oldest(SHOWN)
        for letter in waiting:
            fate = await _again(letters, chats, letter) if send_again else letter.reason
            typer.echo(f"{letter.since:%Y-%m-%d %H:%M}  {letter.order_id}  {fate}")
        if not waiting:
            typer.echo("There are no dead letters.")


async def _again(letters: DeadLetters, chats: Chats, letter: DeadLetter) -> str:
    """Back into its mailbox, where newer news of the order takes its place."""
    chat = await chats.get(letter.chat_id)
    if chat is not None:
        entry = Entry(
            order_id=letter.order_id,
            news=letter.news,
            since=datetime.now(UTC),
            after=letter.news - 1,
        )
        await chats.post(chat, entry)
    await letters.remove(letter)
    return "waits in its mailbox again" if chat else "removed: the chat is no longer linked"
