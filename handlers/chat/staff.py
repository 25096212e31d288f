"""`/order`, and its button, for the staff in their group. Others, and elsewhere, get nothing."""

from collections.abc import Sequence

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import BaseFilter

from bot.services.shop.staff import Found, NotAsItWas, NothingToTell
from bot.texts import staff
from bot.texts.message import Message, Reader
from handlers.chat.context import Context, Handlers, acknowledge, pressed


async def show(update: Update, context: Context) -> None:
    if not _is_admitted(update, context) or update.effective_message is None:
        return
    reference = " ".join(context.args or [])
    found = await context.bot_data.staff.find(reference) if reference else None
    message = _answer(found, context.bot_data.reader)
    # Into the topic where it was asked. Bot API: sendMessage
    await update.effective_message.reply_html(
        message.html, reply_markup=message.keyboard, do_quote=False
    )


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


async def tell_again(update: Update, context: Context) -> None:
    """The presser is looked at each time: the button stands where others may press it."""
    if not _is_admitted(update, context):
        return await acknowledge(update)
    key, _, news = pressed(update, staff.AGAIN).partition(":")
    try:
        count = int(news)
        await context.bot_data.staff.tell_again(key, count)
    except (NotAsItWas, ValueError):
        return await acknowledge(update, staff.NOT_AS_IT_WAS)
    except NothingToTell:
        return await acknowledge(update, staff.NOTHING_TO_TELL)
    return await acknowledge(update, staff.SENT)


def _is_admitted(update: Update, context: Context) -> bool:
    chat, person = update.effective_chat, update.effective_user
    return bool(chat and person and context.bot_data.staff.admits(chat.id, person.id))


def handlers(where: BaseFilter) -> Handlers:
    return [
        CommandHandler("order", show, where),
        CallbackQueryHandler(tell_again, pattern=f"^{staff.AGAIN}"),
    ]
