"""`/track <order>`: where an order is, and the buttons that ask for it."""

from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.people.feedback import is_fresh
from bot.texts import feedback, orders
from bot.texts.message import Message
from handlers.chat import guests
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
from handlers.chat.orders import list_orders
from handlers.chat.own_order import NotTheirs, own_order


async def track(update: Update, context: Context) -> None:
    reference = " ".join(context.args or [])
    if await guests.understood(update, context, reference):
        return
    if reference:
        await say(update, await _answer(context.bot_data, await caller(update, context), reference))
    else:
        await list_orders(update, context)


async def show(update: Update, context: Context) -> None:
    """A button of a list or of a push: the timeline comes as a new message."""
    await acknowledge(update)
    who, reference = await caller(update, context), pressed(update, orders.SHOW)
    await say(update, await _answer(context.bot_data, who, reference))


async def refresh(update: Update, context: Context) -> None:
    """The timeline's own button: it changes in its place, and is told whether it did."""
    who, reference = await caller(update, context), pressed(update, orders.REFRESH)
    has_changed = await replace(update, await _answer(context.bot_data, who, reference))
    told = orders.updated if has_changed else orders.nothing_new
    await acknowledge(update, told(who.reader))


async def _answer(services: Services, who: Caller, reference: str) -> Message:
    try:
        return await look_up(services, who, reference)
    except NotTheirs as not_theirs:
        return not_theirs.answer


async def look_up(services: Services, who: Caller, reference: str) -> Message:
    """The timeline; of a fresh delivery, with the question how it went. Raises `NotTheirs`."""
    chat, order = await own_order(services, who, reference)
    now = datetime.now(UTC)
    message = orders.order_timeline(order, who.reader, now)
    if not is_fresh(order, now):
        return message
    given = await services.feedback.given(chat, order.order_id)
    return feedback.asking(message, order, who.reader, given)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("track", track, where),
        CallbackQueryHandler(show, pattern=f"^{orders.SHOW}"),
        CallbackQueryHandler(refresh, pattern=f"^{orders.REFRESH}"),
    ]
