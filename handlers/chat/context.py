"""What the commands work with, and how they answer."""

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
    """``reader``: whoever is not known yet. ``photos``: the shop's. ``understanding``: of what
    people say in their own words."""

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
    """A new message in the chat, or the topic, that the update came from. Bot API: sendMessage."""
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
    """A reply in a forum's General topic has a thread, which is no topic."""
    said = update.effective_message
    return said.message_thread_id if said and said.is_topic_message else None


async def replace(update: Update, message: Message) -> bool:
    """Puts the message in the place of the one whose button was pressed. False: it is the same.

    As a new message, where that one cannot be edited any more, or for a keyboard below the chat.
    Bot API: editMessageText.
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
    """The one whose button was pressed. None: it cannot be edited any more."""
    asked = update.callback_query.message if update.callback_query else None
    return asked if isinstance(asked, telegram.Message) else None


async def caller(update: Update, context: "Context") -> Caller:
    """Who writes or presses, as the database knows them now: one read.

    Nobody stays deaf who talks to us: a paused chat is resumed.
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
    """What somebody is told who wants to see orders, or one that they name, and is not linked."""
    by_order = services.guests.is_offered
    if by_order and (numbers := mentioned(reference)):
        return linking.and_contact(numbers[0], who.reader)
    by_phone = await services.phones.is_offered()
    return linking.not_linked(who.reader, by_phone=by_phone, by_order=by_order)


async def reader(update: Update, context: "Context") -> Reader:
    """How to write to them, for an answer that needs nothing else from the database.

    While that is away, their phone's language will do.
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
    """What the pressed button carries behind its prefix. Anybody can forge it."""
    data = update.callback_query.data if update.callback_query else None
    return (data or "").removeprefix(prefix)


async def acknowledge(update: Update, text: str | None = None) -> None:
    """Ends the button's waiting. That it waits no more is no error.

    Bot API: answerCallbackQuery.
    """
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text)
    except BadRequest as error:
        if "query is too old" not in error.message.lower():
            raise
