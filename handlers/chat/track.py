"""`/track <order>`: where an order is, and the buttons that lead to it."""

from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.orders.timeline import Timeline
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
    pressed_message,
    replace,
    say,
)
from handlers.chat.orders import list_orders
from handlers.chat.own_order import NotTheirs, own_order
from storage.models import Chat


async def track(update: Update, context: Context) -> None:
    reference = " ".join(context.args or [])
    if await guests.understood(update, context, reference):
        return
    if reference:
        await say(update, await _answer(context.bot_data, await caller(update, context), reference))
    else:
        await list_orders(update, context)


async def show(update: Update, context: Context) -> None:
    """The button of a list or a notification: the timeline comes as a new message."""
    await acknowledge(update)
    who, reference = await caller(update, context), pressed(update, orders.SHOW)
    await say(update, await _answer(context.bot_data, who, reference))


async def refresh(update: Update, context: Context) -> None:
    """The timeline's own button: edits the message, and says whether anything has changed."""
    who, reference = await caller(update, context), pressed(update, orders.REFRESH)
    answer = await _answer(context.bot_data, who, reference, is_live=_is_live(update, who))
    has_changed = await replace(update, answer)
    toast = orders.updated if has_changed else orders.nothing_new
    await acknowledge(update, toast(who.reader))


def _is_live(update: Update, who: Caller) -> bool:
    """Whether the message whose button was pressed is a live card."""
    asked = pressed_message(update)
    cards = {card.message_id for card in who.chat.cards} if who.chat else set()
    return asked is not None and asked.message_id in cards


async def _answer(
    services: Services, who: Caller, reference: str, *, is_live: bool = False
) -> Message:
    try:
        return await look_up(services, who, reference, is_live=is_live)
    except NotTheirs as not_theirs:
        return not_theirs.answer


async def look_up(
    services: Services, who: Caller, reference: str, *, is_live: bool = False
) -> Message:
    """The timeline; for a recent delivery, with the question how it went. Raises `NotTheirs`."""
    chat, order = await own_order(services, who, reference)
    return await shown(services, who, chat, order, is_live=is_live)


async def shown(
    services: Services, who: Caller, chat: Chat, order: Timeline, *, is_live: bool = False
) -> Message:
    """The timeline of the order. ``chat``: the customer's. ``is_live``: it replaces a live card."""
    now = datetime.now(UTC)
    message = orders.order_timeline(order, who.reader, now, is_live=is_live)
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
