"""`/track <order>`: where an order is, and the buttons that ask for it."""

from datetime import UTC, datetime

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.throttle import TooManyTries
from bot.services.tracking import NotLinked, OrderNotFound, SeveralOrders
from bot.texts import linking, orders, privacy
from bot.texts.message import Message
from handlers.chat.context import (
    Context,
    Handlers,
    Services,
    acknowledge,
    chat_id,
    pressed,
    replace,
    say,
)
from handlers.chat.orders import list_orders


async def track(update: Update, context: Context) -> None:
    reference = "".join(context.args or [])
    if reference:
        await say(update, await _answer(context.bot_data, chat_id(update), reference))
    else:
        await list_orders(update, context)


async def show(update: Update, context: Context) -> None:
    """A button of a list or of a push: the timeline comes as a new message."""
    reference = pressed(update, orders.SHOW)
    await say(update, await _answer(context.bot_data, chat_id(update), reference))
    await acknowledge(update)


async def refresh(update: Update, context: Context) -> None:
    """The timeline's own button: it changes in its place."""
    reference = pressed(update, orders.REFRESH)
    await replace(update, await _answer(context.bot_data, chat_id(update), reference))
    await acknowledge(update, "Up to date")


async def _answer(services: Services, chat: int, reference: str) -> Message:
    try:
        order = await services.tracking.timeline(chat, reference)
    except NotLinked:
        return linking.not_linked(services.reader)
    except OrderNotFound:
        return orders.not_found()
    except SeveralOrders as several:
        return orders.several_orders(several.orders)
    except TooManyTries as tries:
        return privacy.too_many_tries(tries.wait)
    return orders.order_timeline(order, services.reader, datetime.now(UTC))


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("track", track, where),
        CallbackQueryHandler(show, pattern=f"^{orders.SHOW}"),
        CallbackQueryHandler(refresh, pattern=f"^{orders.REFRESH}"),
    ]
