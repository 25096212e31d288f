"""`/orders`: a person's latest orders, as buttons."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.tracking import NotLinked
from bot.texts import linking, orders
from handlers.chat.context import Context, Handlers, acknowledge, caller, say


async def list_orders(update: Update, context: Context) -> None:
    who = await caller(update, context)
    try:
        recent = await context.bot_data.tracking.recent(who.chat)
    except NotLinked:
        by_phone = await context.bot_data.phones.is_offered()
        message = linking.not_linked(who.reader, by_phone=by_phone)
    else:
        message = orders.order_list(recent, who.reader)
    await say(update, message)
    await acknowledge(update)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("orders", list_orders, where),
        CallbackQueryHandler(list_orders, pattern=f"^{orders.LIST}$"),
    ]
