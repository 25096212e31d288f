"""The answers to "How was your delivery?", which the news of a delivery asks, and comments."""

from datetime import UTC, datetime
from typing import cast

from telegram import ForceReply, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ApplicationHandlerStop, CallbackQueryHandler, MessageHandler, filters
from telegram.ext.filters import BaseFilter

from bot.services.orders.timeline import Timeline
from bot.services.people.feedback import (
    CommentTooLong,
    NotDelivered,
    NothingSaid,
    TooLate,
    was_delivered,
)
from bot.texts import feedback, message
from bot.texts.message import Reader
from bot.texts.numbers import number
from handlers.chat.context import (
    Caller,
    Context,
    Handlers,
    acknowledge,
    caller,
    pressed,
    pressed_message,
    say,
)
from handlers.chat.own_order import NotTheirs, own_order
from storage.models import Chat, Rating


async def ask(update: Update, context: Context) -> None:
    """The question about one of several orders."""
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, feedback.HOW))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
        return
    if was_delivered(order):
        given = await services.feedback.given(chat, order.order_id)
        message = feedback.question(order, number(order), who.reader, given)
    else:
        message = feedback.not_yet(who.reader)
    await say(update, message)


async def rate(update: Update, context: Context) -> None:
    services, who = context.bot_data, await caller(update, context)
    word, _, reference = pressed(update, feedback.RATE).partition(":")
    rating = cast(Rating, word)
    try:
        chat, order = await own_order(services, who, reference)
        is_new = await services.feedback.rate(chat, order, rating, datetime.now(UTC))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
    except NotDelivered:
        await say(update, feedback.not_yet(who.reader))
    except TooLate:
        await say(update, feedback.too_late(who.reader))
    else:
        is_bad_news = is_new and rating == "bad"
        if is_bad_news:
            await _hear_what_was_bad(update, context, chat, order)
        toast = feedback.thanks(rating, who.reader) if is_new else feedback.said_before(who.reader)
        await _show_answer(update, order, who.reader, rating)
        await acknowledge(update, toast)
        if is_bad_news and (call := feedback.by_phone(who.reader)):
            await say(update, call)
        return
    await acknowledge(update)


async def _hear_what_was_bad(update: Update, context: Context, chat: Chat, order: Timeline) -> None:
    """What they write next counts as their comment, as if they had asked to add one."""
    if asked := pressed_message(update):
        now = datetime.now(UTC)
        await context.bot_data.feedback.ask(chat, order.order_id, asked.message_id, now)


async def change(update: Update, context: Context) -> None:
    """Shows the answers again, to choose another. The earlier answer counts until then."""
    services, who = context.bot_data, await caller(update, context)
    try:
        _, order = await own_order(services, who, pressed(update, feedback.CHANGE))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
    else:
        await _show_answer(update, order, who.reader, None)
    await acknowledge(update)


async def _show_answer(
    update: Update, order: Timeline, reader: Reader, given: Rating | None
) -> None:
    """Shows the answer on the buttons of that message. Bot API: editMessageReplyMarkup."""
    asked = pressed_message(update)
    if asked is None or asked.reply_markup is None:
        return  # too old to be changed
    try:
        await asked.edit_reply_markup(
            feedback.answered(asked.reply_markup, order, reader, given),
        )
    except BadRequest:
        return  # it shows so already, or is gone; what was said is kept


async def ask_comment(update: Update, context: Context) -> None:
    await acknowledge(update)
    services, who = context.bot_data, await caller(update, context)
    try:
        chat, order = await own_order(services, who, pressed(update, feedback.COMMENT))
        await services.feedback.may_comment(chat, order.order_id, datetime.now(UTC))
    except NotTheirs as not_theirs:
        await say(update, not_theirs.answer)
    except NothingSaid:
        await say(update, feedback.question(order, number(order), who.reader))
    except TooLate:
        await say(update, feedback.too_late(who.reader))
    else:
        await _prompt(update, context, who, order.order_id, feedback.prompt(who.reader))


async def take_reply(update: Update, context: Context) -> None:
    """Takes a reply to our question for a comment as the comment. Other replies are left to the
    other handlers.

    Raises `ApplicationHandlerStop` if it was the comment.
    """
    prompt = update.message.reply_to_message if update.message else None
    if prompt is None or prompt.from_user is None or prompt.from_user.id != context.bot.id:
        return
    who = await caller(update, context)
    if await take_comment(update, context, who, prompt.message_id):
        raise ApplicationHandlerStop


async def take_comment(
    update: Update, context: Context, who: Caller, prompt: int | None = None
) -> bool:
    """``prompt``: the message that it is a reply to. False: it is not a comment."""
    text = (update.message and update.message.text) or ""
    services, now = context.bot_data, datetime.now(UTC)
    try:
        is_one = await services.feedback.comment(who.chat, prompt, text, now)
    except CommentTooLong as too_long:
        again = feedback.prompt_again(who.reader)
        await _prompt(update, context, who, too_long.order_id, again)
        return True
    if is_one:
        await say(update, feedback.commented(who.reader))
    return is_one


async def _prompt(
    update: Update, context: Context, who: Caller, order_id: str, text: message.Message
) -> None:
    """Sends the question, then stores that it was asked: if interrupted in between, it is asked
    again.

    Bot API: sendMessage.
    """
    if update.effective_chat is None or who.chat is None:
        return
    sent = await update.effective_chat.send_message(
        text.html,
        parse_mode=ParseMode.HTML,
        reply_markup=ForceReply(input_field_placeholder=feedback.placeholder(who.reader)),
    )
    now = datetime.now(UTC)
    await context.bot_data.feedback.ask(who.chat, order_id, sent.message_id, now)


def handlers() -> Handlers:
    ratings = "|".join(feedback.RATINGS)
    return [
        CallbackQueryHandler(ask, pattern=f"^{feedback.HOW}"),
        CallbackQueryHandler(rate, pattern=f"^{feedback.RATE}({ratings}):"),
        CallbackQueryHandler(change, pattern=f"^{feedback.CHANGE}"),
        CallbackQueryHandler(ask_comment, pattern=f"^{feedback.COMMENT}"),
    ]


def replies(where: BaseFilter) -> Handlers:
    """These handlers come before all others."""
    said = filters.REPLY & filters.TEXT & ~filters.COMMAND
    return [MessageHandler(said & where, take_reply)]
