"""What a person can do with one of their orders: mute it, follow it."""

from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.ext import CallbackQueryHandler
from telegram.ext.filters import BaseFilter

from bot.services.orders.timeline import Timeline
from bot.services.people.people import People
from bot.texts import options, orders
from bot.texts.message import Message, Reader
from handlers.chat.context import (
    Context,
    Handlers,
    Services,
    acknowledge,
    caller,
    pressed,
    replace,
)
from handlers.chat.own_order import NotTheirs, own_order
from storage.models import Chat

Mark = Callable[[People, Chat, str], Awaitable[Chat]]


async def show(update: Update, context: Context) -> None:
    """Replaces the timeline; Back brings the timeline back."""
    who = await caller(update, context)
    try:
        chat, order = await own_order(context.bot_data, who, pressed(update, orders.OPTIONS))
    except NotTheirs as not_theirs:
        message = not_theirs.answer
    else:
        message = await options_of(context.bot_data, chat, order, who.reader)
    await replace(update, message)
    await acknowledge(update)


async def options_of(services: Services, chat: Chat, order: Timeline, reader: Reader) -> Message:
    is_shared = await services.sharing.is_shared(chat, order)
    return options.options(order, chat, reader, is_shared=is_shared)


def _marks(
    prefix: str, mark: Mark, says: Callable[[Reader], str]
) -> CallbackQueryHandler[Context, None]:
    """A handler for the buttons with this prefix: marks the order and shows the options again."""

    async def press(update: Update, context: Context) -> None:
        services, who, toast = context.bot_data, await caller(update, context), None
        try:
            chat, order = await own_order(services, who, pressed(update, prefix))
        except NotTheirs as not_theirs:
            message = not_theirs.answer
        else:
            chat = await mark(services.people, chat, order.order_id)
            message = await options_of(context.bot_data, chat, order, who.reader)
            toast = says(who.reader)
        await replace(update, message)
        await acknowledge(update, toast)

    return CallbackQueryHandler(press, pattern=f"^{prefix}")


def handlers(_: BaseFilter) -> Handlers:
    return [
        CallbackQueryHandler(show, pattern=f"^{orders.OPTIONS}"),
        _marks(options.MUTE, People.mute, options.muted),
        _marks(options.FOLLOW, People.follow, options.followed),
        _marks(options.USUAL, People.treat_as_usual, options.as_usual),
    ]
