"""What the handlers work with, and how they answer."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import telegram
from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import BaseHandler, CallbackContext, ExtBot

from bot.photos.fetching import Photos
from bot.services import container
from bot.services.orders.references import mentioned
from bot.telegram.sending import carried_out
from bot.texts import linking
from bot.texts.message import Message, Reader
from bot.texts.phrases import Understanding
from storage.errors import DatabaseError
from storage.models import Chat


@dataclass(frozen=True, kw_only=True)
class Services(container.Services):
    """``reader``: for people whom we do not know yet. ``photos``: fetches the shop's photos.
    ``understanding``: finds the meaning of what people write in their own words."""

    reader: Reader
    photos: Photos
    understanding: Understanding


@dataclass(frozen=True)
class Caller:
    """Who an update comes from. ``id``: of the person, and of their private chat with us.

    ``chat``: None while it is not linked. ``phone``: the language of their app.
    """

    id: int
    phone: str | None
    chat: Chat | None
    reader: Reader


Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], Services]
Handlers = list[BaseHandler[Update, Context, None]]


async def say(update: Update, message: Message) -> None:
    """Sends a new message to the chat, or topic, of the update. Bot API: sendMessage."""
    if update.effective_chat:
        send = partial(
            update.effective_chat.send_message,
            message.html,
            message_thread_id=_topic(update),
            parse_mode=ParseMode.HTML,
            link_preview_options=message.preview,
        )
        await carried_out(lambda keyboard: send(reply_markup=keyboard), message.keyboard)


def _topic(update: Update) -> int | None:
    """The topic's id. In a forum's General topic, a reply has a thread that is not a topic."""
    said = update.effective_message
    return said.message_thread_id if said and said.is_topic_message else None


async def replace(update: Update, message: Message) -> bool:
    """Replaces the message whose button was pressed. False: it already looks like that.

    If that message can no longer be edited, or the new one brings a reply keyboard, a new message
    is sent. Bot API: editMessageText.
    """
    if update.callback_query is None:
        return False
    asked = pressed_message(update)
    if asked is None or not isinstance(message.keyboard, InlineKeyboardMarkup | None):
        await say(update, message)
        return True
    edit = partial(
        asked.edit_text,
        message.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=message.preview,
    )
    try:
        await carried_out(lambda buttons: edit(reply_markup=buttons), message.keyboard)
    except BadRequest as error:
        if "message is not modified" in error.message.lower():
            return False
        await say(update, message)
    return True


def pressed_message(update: Update) -> telegram.Message | None:
    """The message whose button was pressed. None: it can no longer be edited."""
    asked = update.callback_query.message if update.callback_query else None
    return asked if isinstance(asked, telegram.Message) else None


async def caller(update: Update, context: "Context") -> Caller:
    """Who writes or presses, as stored in the database: one read.

    If the chat was paused, it is resumed: somebody who writes to us can be reached again.
    """
    services, person = context.bot_data, update.effective_user
    if person is None:
        raise TypeError("a private chat's updates have a user")
    chat = await services.people.find(person.id)
    if chat:
        await services.blocking.heard_from(chat)
    phone = person.language_code
    return Caller(person.id, phone, chat, services.reader.of(chat, phone))


async def how_to_link(services: Services, who: Caller, reference: str = "") -> Message:
    """What to answer if somebody who is not linked asks for orders. ``reference``: the order they
    name."""
    by_order = services.guests.is_offered
    if by_order and (numbers := mentioned(reference)):
        return linking.and_contact(numbers[0], who.reader)
    by_phone = await services.phones.is_offered()
    return linking.not_linked(who.reader, by_phone=by_phone, by_order=by_order)


async def reader(update: Update, context: "Context") -> Reader:
    """How to write to them, if the answer needs nothing else from the database.

    If the database cannot be reached, their phone's language is used.
    """
    try:
        return (await caller(update, context)).reader
    except DatabaseError:
        return stranger(update, context)


def stranger(update: Update, context: "Context") -> Reader:
    """How to write to somebody without looking them up: in their phone's language."""
    person = update.effective_user
    return context.bot_data.reader.of(None, person.language_code if person else None)


def pressed(update: Update, prefix: str) -> str:
    """What the pressed button carries after its prefix. Anybody can forge it."""
    data = update.callback_query.data if update.callback_query else None
    return (data or "").removeprefix(prefix)


async def acknowledge(update: Update, text: str | None = None) -> None:
    """Ends the button's loading state. It is no error if that has ended by itself.

    Bot API: answerCallbackQuery.
    """
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text)
    except BadRequest as error:
        if "query is too old" not in error.message.lower():
            raise
