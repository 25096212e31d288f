"""Writing to the shop: the button, the question about one's name, and all that is written then."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.shop.desk import TooMuch
from bot.texts import conversations as texts
from bot.texts import support
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    acknowledge,
    caller,
    pressed,
    replace,
    say,
)
from handlers.chat.hearing import heard
from handlers.chat.help import wonder
from handlers.chat.own_order import NotTheirs, own_order


async def ask(update: Update, context: Context) -> None:
    """As a new message: the one with the button stays. Who writes about it already goes on."""
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, support.WRITE))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
        return
    if not services.desk.door.is_open:
        await say(update, texts.closed(who.reader))
    elif known := await services.desk.of(chat, order.order_id):
        await services.desk.open(chat, order, known.name)
        await say(update, texts.begun(order, who.reader))
    else:
        await say(update, texts.question(order, _first_name(update), who.reader))


async def _begin(update: Update, context: Context, prefix: str) -> None:
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, prefix))
    except NotTheirs as not_theirs:
        await replace(update, not_theirs.answer)
        return
    if not services.desk.door.is_open:
        await replace(update, texts.closed(who.reader))
        return
    name = _first_name(update) if prefix == texts.NAMED else None
    await services.desk.open(chat, order, name)
    await replace(update, texts.begun(order, who.reader))


def _first_name(update: Update) -> str | None:
    return update.effective_user.first_name if update.effective_user else None


async def begin_nameless(update: Update, context: Context) -> None:
    await _begin(update, context, texts.NAMELESS)


async def begin_named(update: Update, context: Context) -> None:
    await _begin(update, context, texts.NAMED)


async def decline(update: Update, context: Context) -> None:
    await acknowledge(update)
    who = await caller(update, context)
    await replace(update, texts.not_begun(who.reader))


async def end(update: Update, context: Context) -> None:
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, texts.END))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
        return
    if conversation := await services.desk.of(chat, order.order_id):
        await services.desk.leave(chat, conversation)
    await say(update, texts.left(who.reader))


async def is_taken(update: Update, context: Context, who: Caller) -> bool:
    """Whether what they wrote goes to the shop, and is nothing else then."""
    services, chat, message = context.bot_data, who.chat, update.message
    if chat is None or chat.writing is None or message is None:
        return False
    conversation = await services.desk.writing(chat)
    if conversation is None:
        await services.desk.stop_writing(chat)
        return False
    try:
        is_to_be_told = await services.desk.take(conversation, heard(message))
    except TooMuch:
        await say(update, texts.too_much(who.reader))
        return True
    if is_to_be_told:
        _, order = await own_order(services, who, conversation.order_id)
        await say(update, texts.taken(order, who.reader))
    return True


async def take(update: Update, context: Context) -> None:
    """Photos and all else that is no text."""
    if not await is_taken(update, context, await caller(update, context)):
        await wonder(update, context)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CallbackQueryHandler(ask, pattern=f"^{support.WRITE}"),
        CallbackQueryHandler(begin_nameless, pattern=f"^{texts.NAMELESS}"),
        CallbackQueryHandler(begin_named, pattern=f"^{texts.NAMED}"),
        CallbackQueryHandler(decline, pattern=f"^{texts.NOT_NOW}$"),
        CallbackQueryHandler(end, pattern=f"^{texts.END}"),
        MessageHandler(~filters.StatusUpdate.ALL & ~filters.COMMAND & ~filters.TEXT & where, take),
    ]
