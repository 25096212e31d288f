"""`/orders`: a person's orders as buttons, a page at a time."""

from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.orders.tracking import NotLinked
from bot.texts.lists import LIST, PAGE, order_list
from bot.texts.message import Message
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    acknowledge,
    caller,
    how_to_link,
    pressed,
    replace,
    say,
)


async def list_orders(update: Update, context: Context) -> None:
    await acknowledge(update)
    await say(update, await _page(context, await caller(update, context)))


async def turn(update: Update, context: Context) -> None:
    """A page of older or newer orders replaces the one that is shown."""
    await acknowledge(update)
    number = int(pressed(update, PAGE))
    await replace(update, await _page(context, await caller(update, context), number))


async def _page(context: Context, who: Caller, number: int = 0) -> Message:
    try:
        page = await context.bot_data.tracking.page(who.chat, number)
    except NotLinked:
        return await how_to_link(context.bot_data, who)
    return order_list(page, who.reader, datetime.now(UTC))


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("orders", list_orders, where),
        CallbackQueryHandler(list_orders, pattern=f"^{LIST}$"),
        CallbackQueryHandler(turn, pattern=rf"^{PAGE}\d{{1,9}}$"),
    ]
