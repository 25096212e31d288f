"""What the staff writes in the topic of a conversation, and how they end it there."""

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.shop.desk import EndedByCustomer, TooMuch
from bot.texts import conversations as texts
from handlers.chat.context import Context, Handlers, say
from handlers.chat.hearing import heard
from handlers.chat.staff import conversation_of, is_admitted


async def answer(update: Update, context: Context) -> None:
    """Passes the message to the customer, unless it is a note for the staff or from a bot."""
    message = update.message
    if message is None or _is_among_them(message):
        return
    conversation = await conversation_of(update, context)
    if conversation is None:
        return
    if not is_admitted(update, context):
        await say(update, texts.NOT_A_MEMBER)
        return
    try:
        await context.bot_data.desk.answer(conversation, heard(message))
    except EndedByCustomer:
        await say(update, texts.HAS_LEFT)
    except TooMuch:
        await say(update, texts.TOO_MUCH)


def _is_among_them(message: Message) -> bool:
    """An anonymous admin is shown as a bot, too, but has a `sender_chat`."""
    is_bot = message.from_user and message.from_user.is_bot and not message.sender_chat
    return bool(is_bot) or (message.text or message.caption or "").startswith(texts.AMONG_US)


async def close(update: Update, context: Context) -> None:
    if is_admitted(update, context) and (held := await conversation_of(update, context)):
        await context.bot_data.desk.close(held, is_closed=False)


async def was_closed(update: Update, context: Context) -> None:
    """Somebody closed the topic. If we closed it ourselves, the conversation has already ended."""
    if held := await conversation_of(update, context):
        await context.bot_data.desk.close(held, is_closed=True)


def handlers(where: BaseFilter) -> Handlers:
    said = ~filters.StatusUpdate.ALL & ~filters.COMMAND & filters.IS_TOPIC_MESSAGE
    return [
        CommandHandler("close", close, where),
        MessageHandler(filters.StatusUpdate.FORUM_TOPIC_CLOSED & where, was_closed),
        MessageHandler(said & where, answer),
    ]
