"""Conversations with the shop: the button, the question about the name, and what is written."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.orders.references import button_key, mentioned
from bot.services.orders.timeline import Timeline
from bot.services.shop.desk import TooMuch
from bot.texts import conversations as texts
from bot.texts import support
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
from handlers.chat.hearing import heard
from handlers.chat.help import wonder
from handlers.chat.own_order import NotTheirs, own_order
from storage.models import Chat, Conversation


async def ask(update: Update, context: Context) -> None:
    """Asks in a new message; the message with the button stays. An open conversation continues
    without the question."""
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
        await services.desk.offer(chat, order)
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
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, texts.NOT_NOW))
    except NotTheirs as not_theirs:
        await replace(update, not_theirs.answer)
        return
    await services.desk.withdraw(chat, order.order_id)
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
    """Whether the message goes to the shop. Then it is not looked at for anything else."""
    services, message = context.bot_data, update.message
    conversation = await _open(context, who) if message else None
    if conversation is None or message is None or who.chat is None:
        return False
    try:
        says_where = await services.desk.take(conversation, heard(message))
    except TooMuch:
        await say(update, texts.too_much(who.reader))
        return True
    if meant := await _another_order(services, who.chat, conversation, message.text or ""):
        await say(update, texts.went_to_shop(meant, who.reader))
    elif says_where:
        _, order = await own_order(services, who, conversation.order_id)
        await say(update, texts.taken(order, who.reader))
    return True


async def _open(context: Context, who: Caller) -> Conversation | None:
    """The conversation that the message belongs to. If they were asked how to write and just write
    instead, the conversation begins without their name."""
    services, chat = context.bot_data, who.chat
    if chat is None:
        return None
    if offered := services.desk.offered(chat):
        try:
            _, order = await own_order(services, who, button_key(offered))
        except NotTheirs:
            return None
        await services.desk.open(chat, order, None)
        return await services.desk.of(chat, offered)
    if chat.writing is None:
        return None
    conversation = await services.desk.writing(chat)
    if conversation is None:
        await services.desk.stop_writing(chat)
    return conversation


async def came_too_late(update: Update, context: Context, who: Caller) -> bool:
    """If the message would have gone to the shop a while ago, as an answer to our question, says
    so, once. False: it has nothing to do with that."""
    services, chat = context.bot_data, who.chat
    missed = services.desk.missed(chat) if chat else None
    if chat is None or missed is None:
        return False
    await services.desk.forget_offer(chat)
    try:
        _, order = await own_order(services, who, button_key(missed))
    except NotTheirs:
        return False
    await say(update, texts.came_too_late(order, who.reader))
    return True


async def _another_order(
    services: Services, chat: Chat, conversation: Conversation, text: str
) -> Timeline | None:
    """Another order of theirs that they name: they may want to see that one. The order that the
    conversation is about counts only if its number is all they write."""
    found = await services.tracking.named(chat, mentioned(text))
    about_it = found is not None and found.order_id == conversation.order_id
    return None if about_it and len(text.split()) > 1 else found


async def take(update: Update, context: Context) -> None:
    """Photos and everything else that is not text."""
    who = await caller(update, context)
    if await is_taken(update, context, who) or await came_too_late(update, context, who):
        return
    await wonder(update, context)


def handlers(where: BaseFilter) -> Handlers:
    return [
        CallbackQueryHandler(ask, pattern=f"^{support.WRITE}"),
        CallbackQueryHandler(begin_nameless, pattern=f"^{texts.NAMELESS}"),
        CallbackQueryHandler(begin_named, pattern=f"^{texts.NAMED}"),
        CallbackQueryHandler(decline, pattern=f"^{texts.NOT_NOW}"),
        CallbackQueryHandler(end, pattern=f"^{texts.END}"),
        MessageHandler(~filters.StatusUpdate.ALL & ~filters.COMMAND & ~filters.TEXT & where, take),
    ]
