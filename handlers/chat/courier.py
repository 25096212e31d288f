"""The courier on the map: the buttons that show the map and remove it."""

from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.texts import courier
from handlers.chat.context import (
    Context,
    Handlers,
    acknowledge,
    caller,
    pressed,
    pressed_message,
    say,
)
from handlers.chat.own_order import NotTheirs, own_order

_ANSWERS = {"coming": courier.coming, "waiting": courier.waiting, "over": courier.over}


async def show(update: Update, context: Context) -> None:
    """Only stores the wish: the map itself is sent from where all maps are looked after."""
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, courier.SHOW))
    except NotTheirs as not_theirs:
        await acknowledge(update)
        await say(update, not_theirs.answer)
    else:
        under = pressed_message(update)
        answers = under.message_id if under else None
        asked = await services.courier.ask(chat, order, answers=answers)
        await acknowledge(update, _ANSWERS[asked](who.reader))


async def end(update: Update, context: Context) -> None:
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, courier.END))
    except NotTheirs:
        await acknowledge(update)  # it ends by itself
    else:
        await services.courier.dismiss(chat, order.order_id)
        await acknowledge(update, courier.ended(who.reader))


def handlers() -> Handlers:
    return [
        CallbackQueryHandler(show, pattern=f"^{courier.SHOW}"),
        CallbackQueryHandler(end, pattern=f"^{courier.END}"),
    ]
