"""`/order`, its button, `/resend` and `/help` in the staff's group. Anybody else, and any other
group, gets nothing of it. In the topic of a conversation, `/order` and `/resend` know which order
it is about."""

from collections.abc import Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.orders.references import button_key
from bot.services.shop.staff import Found, NotAsItWas, NothingToTell
from bot.texts import staff
from bot.texts.message import Message, Reader
from handlers.chat import groups
from handlers.chat.context import Context, Handlers, acknowledge, pressed
from storage.models import Conversation


async def show(update: Update, context: Context) -> None:
    if is_admitted(update, context):
        found = await _meant(update, context)
        await _reply(update, _answer(found, context.bot_data.reader))


async def _meant(update: Update, context: Context) -> Sequence[Found] | None:
    """The orders that are meant. None: none was named, and the topic is not about one."""
    reference = " ".join(context.args or [])
    if not reference and (conversation := await conversation_of(update, context)):
        reference = conversation.order_id
    return await context.bot_data.staff.find(reference) if reference else None


async def conversation_of(update: Update, context: Context) -> Conversation | None:
    """The conversation of the topic where this was written. None: it has none."""
    message, chat = update.effective_message, update.effective_chat
    if message is None or chat is None or not message.is_topic_message:
        return None  # a reply in the General topic has a thread, which is no topic
    topic, services = message.message_thread_id, context.bot_data
    if topic is None or not services.staff.meets_in(chat.id):
        return None
    return await services.desk.in_topic(topic)


async def _reply(update: Update, message: Message) -> None:
    """Answers in the topic where it was asked. Bot API: sendMessage."""
    if update.effective_message:
        await update.effective_message.reply_html(
            message.html, reply_markup=message.keyboard, do_quote=False
        )


async def resend(update: Update, context: Context) -> None:
    if not is_admitted(update, context):
        return
    found = await _meant(update, context)
    match found:
        case [one]:
            key, news = button_key(one.order.id), one.order.news
            await _reply(update, Message(await _resent(context, key, news)))
        case _:
            await _reply(update, _answer(found, context.bot_data.reader))


async def _resent(context: Context, key: str, news: int) -> str:
    try:
        await context.bot_data.staff.announce_again(key, news)
    except NotAsItWas:
        return staff.NOT_AS_IT_WAS
    except NothingToTell:
        return staff.NOTHING_TO_TELL
    return staff.SENT


def _answer(found: Sequence[Found] | None, reader: Reader) -> Message:
    reader = staff.in_english(reader)
    match found:
        case None:
            return staff.USAGE
        case []:
            return staff.NO_SUCH
        case [one]:
            return staff.order_sheet(one, reader)
        case _:
            return staff.several_orders(found, reader)


async def explain(update: Update, context: Context) -> None:
    """Somebody who is not staff gets the same answer as in any other group."""
    if is_admitted(update, context):
        has_topics = context.bot_data.desk.door.is_open
        await _reply(update, staff.help_text(has_topics=has_topics))
    else:
        await groups.refuse(update, context)


async def tell_again(update: Update, context: Context) -> None:
    """The presser is checked each time: others in the group can press the button, too."""
    if not is_admitted(update, context):
        return await acknowledge(update)
    key, _, news = pressed(update, staff.AGAIN).partition(":")
    is_ours = news.isascii() and news.isdigit()
    toast = await _resent(context, key, int(news)) if is_ours else staff.NOT_AS_IT_WAS
    return await acknowledge(update, toast)


def is_admitted(update: Update, context: Context) -> bool:
    chat, person = update.effective_chat, update.effective_user
    return bool(chat and person and context.bot_data.staff.admits(chat.id, person.id))


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("order", show, where),
        CommandHandler("resend", resend, where),
        CommandHandler("help", explain, where),
        CallbackQueryHandler(tell_again, pattern=f"^{staff.AGAIN}"),
    ]
