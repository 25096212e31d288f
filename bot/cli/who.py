"""`who`: finds the person behind an alias in the log."""

from typing import Annotated

import typer

from bot import logs
from bot.cli.running import read_settings, run_to_end
from bot.database import connected
from bot.services.people.aliases import aliases
from bot.settings import Settings
from storage.chats import Chats
from storage.models import Chat, Link
from storage.sealing import Seal
from storage.whose import customer_of, customers, order_of, singles


def who(
    wanted: Annotated[
        str,
        typer.Argument(
            metavar="ALIAS|CUSTOMER",
            help="An alias from the log, or a customer's id.",
        ),
    ],
) -> None:
    """Tell who is behind an alias in the log, and what a customer's chats are called there."""
    logs.configure("ERROR", "console")
    run_to_end(find(read_settings(), wanted))


async def find(settings: Settings, wanted: str) -> None:
    """Prints a line for each chat that goes by this.

    Raises `typer.Exit` with 1 if there is none.
    """
    async with connected(settings, beside=True) as database:
        mongo = await database.sealed(only_looking=True)
        found = [c async for c in Chats(mongo).all() if wanted in _names(c, mongo.sealing)]
    for chat in found:
        typer.echo(_line(chat, mongo.sealing))
    if not found:
        typer.echo("Nobody who is linked now goes by that.")
        raise typer.Exit(1)


def _names(chat: Chat, seal: Seal) -> set[str]:
    """All names of the chat and of those it follows, also the aliases of older keys."""
    names = {*aliases(seal, "chat", chat.id), *singles(chat.whose)}
    for customer in customers(chat.whose):
        names |= {customer, *aliases(seal, "customer", customer)}
    return names


def _line(chat: Chat, seal: Seal) -> str:
    state = f"paused: {chat.paused}" if chat.paused else "not paused"
    links = "".join(f"  {_link(link)}" for link in chat.links)
    return (
        f"chat {aliases(seal, 'chat', chat.id)[0]}{links}  {state}  "
        f"orders waiting: {len(chat.entries)}"
    )


def _link(link: Link) -> str:
    customer, order = customer_of(link.whose), order_of(link.whose)
    what = f"customer {customer}" if customer else f"order {order}"
    return f"{what}  link {link.reference}  since {link.since:%Y-%m-%d %H:%M}"
