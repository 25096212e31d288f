"""`who`: the person behind an alias in the log."""

from typing import Annotated

import typer

from bot import logs
from bot.cli.running import read_settings, run_to_end
from bot.database import connected
from bot.services.people.aliases import aliases
from bot.settings import Settings
from storage.chats import Chats
from storage.models import Chat
from storage.sealing import Seal


def who(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ALIAS|CUSTOMER",
            help="What the log calls a chat or a customer, or a customer's id.",
        ),
    ],
) -> None:
    """Tell who is behind an alias in the log, and what a customer's chats are called there."""
    logs.configure("ERROR", "console")
    run_to_end(find(read_settings(), wanted))


async def find(settings: Settings, wanted: str) -> None:
    """Prints a line for each chat. Raises `typer.Exit` with 1 if there is none."""
    async with connected(settings) as database:
        mongo = await database.sealed(only_looking=True)
        found = [c async for c in Chats(mongo).all() if wanted in _names(c, mongo.sealing)]
    for chat in found:
        typer.echo(_line(chat, mongo.sealing))
    if not found:
        typer.echo("Nobody who is linked now goes by that.")
        raise typer.Exit(1)


def _names(chat: Chat, seal: Seal) -> set[str]:
    """All that the chat and its customer are called, or were with another key."""
    customer = chat.customer_id
    return {customer, *aliases(seal, "chat", chat.id), *aliases(seal, "customer", customer)}


def _line(chat: Chat, seal: Seal) -> str:
    state = f"paused: {chat.paused}" if chat.paused else "not paused"
    return (
        f"chat {aliases(seal, 'chat', chat.id)[0]}  customer {chat.customer_id}  "
        f"link {chat.link_id}  since {chat.linked_at:%Y-%m-%d %H:%M}  {state}  "
        f"orders waiting: {len(chat.entries)}"
    )
