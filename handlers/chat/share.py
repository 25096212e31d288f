"""A shared order: the owner's buttons, and the link that somebody else opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler
from telegram.helpers import create_deep_linked_url

from bot.services.people.sharing import NothingToShare, SharedView, ShareEnded
from bot.texts import orders, pictures, sharing
from bot.texts.message import Message
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    Services,
    acknowledge,
    caller,
    pressed,
    replace,
    say,
)
from handlers.chat.own_order import NotTheirs, own_order

# Its owner


async def share(update: Update, context: Context) -> None:
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, sharing.SHARE))
        token = await services.sharing.share(chat, order, datetime.now(UTC))
    except NotTheirs as not_theirs:
        message = not_theirs.answer
    except NothingToShare:
        message = sharing.nothing_to_share(who.reader)
    else:
        url = create_deep_linked_url(context.bot.username, token)
        name = f"@{context.bot.username}" if context.bot.supports_inline_queries else None
        view = SharedView.of(order, datetime.now(UTC), who.reader.timezone)
        picture = pictures.of_share(view, token, who.reader)
        sights = sharing.Sights(picture, services.pages.of(token))
        message = sharing.link(order, url, who.reader, inline=name, sights=sights)
    await say(update, message)


async def stop(update: Update, context: Context) -> None:
    """Answers the same if nothing is shared any more: the result is what was asked for."""
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, sharing.STOP))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
    else:
        await services.sharing.stop(chat, order)
        await replace(update, sharing.stopped(order, who.reader))


# Whoever has the link, be they anybody's customer or nobody's


async def open_shared(update: Update, context: Context, token: str) -> None:
    who = await caller(update, context)
    try:
        message = await look(context.bot_data, who, token)
    except ShareEnded:
        message = sharing.ended(who.reader)
    await say(update, message)


async def refresh(update: Update, context: Context) -> None:
    who = await caller(update, context)
    toast = None
    async with ending(update, who):
        message = await look(context.bot_data, who, pressed(update, sharing.REFRESH))
        has_changed = await replace(update, message)
        toast = (orders.updated if has_changed else orders.nothing_new)(who.reader)
    await acknowledge(update, toast)


async def look(services: Services, who: Caller, token: str) -> Message:
    """What the link shows. Raises `ShareEnded`."""
    view = await services.sharing.view(token, datetime.now(UTC), who.reader.timezone)
    waits = not view.has_arrived and await services.waiting.is_on(token, who.id)
    page = services.pages.of(token)
    return sharing.shared(view, token, who.reader, waits=waits, page=page)


@asynccontextmanager
async def ending(update: Update, who: Caller) -> AsyncIterator[None]:
    """A context manager that says so if the link has ended."""
    try:
        yield
    except ShareEnded:
        await replace(update, sharing.ended(who.reader))


def handlers() -> Handlers:
    return [
        CallbackQueryHandler(share, pattern=f"^{sharing.SHARE}"),
        CallbackQueryHandler(stop, pattern=f"^{sharing.STOP}"),
        CallbackQueryHandler(refresh, pattern=f"^{sharing.REFRESH}"),
    ]
