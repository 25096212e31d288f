"""What a person can say to the bot: a file for each command."""

import re
from typing import Any

from telegram import Update
from telegram.ext import Application, filters

from bot.texts import orders as texts
from bot.texts import photos
from bot.texts.lists import LIST, PAGE
from bot.texts.offers import CHOOSE
from handlers.chat import (
    choices,
    console,
    contact,
    conversation,
    courier,
    feedback,
    following,
    groups,
    help,
    household,
    inline,
    link,
    membership,
    options,
    orders,
    photo,
    privacy,
    settings,
    share,
    staff,
    start,
    timezone,
    topics,
    track,
    trouble,
    waiting,
    words,
)
from handlers.chat.context import Context, Services

__all__ = ["Services", "is_question", "register"]

_QUESTIONS = re.compile(rf"{texts.SHOW}|{texts.REFRESH}|{LIST}|{PAGE}|{CHOOSE}|{photos.PHOTO}")
"""The buttons that only ask, and change nothing."""
_COMMANDS = re.compile(r"/(track|orders|help)\b")


def is_question(update: Update) -> bool:
    """Whether the update only asks something. It can then be answered twice, as after a crash."""
    if update.inline_query:
        return True
    if query := update.callback_query:
        return bool(_QUESTIONS.match(query.data or ""))
    text = update.message and update.message.text
    return bool(text and _COMMANDS.match(text))


def register(application: "Application[Any, Context, Any, Any, Services, Any]") -> None:
    """Adds the handlers, in the order in which they are asked. Only those for groups look outside
    private chats.

    An edited message is ignored: it was answered when it was sent. So is the result of an inline
    query, even in our own chat: it is meant for others to read.
    """
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.VIA_BOT
    elsewhere = filters.UpdateType.MESSAGE & ~filters.ChatType.PRIVATE
    application.add_handlers(
        [
            *staff.handlers(elsewhere),  # before the groups that are none of ours
            *console.handlers_in_groups(elsewhere),
            *topics.handlers(elsewhere),
            *groups.handlers(elsewhere),
            *console.handlers(private, application.bot_data.console.sessions),
            *start.handlers(private),
            *link.handlers(private),
            *contact.handlers(private),
            *track.handlers(private),
            *orders.handlers(private),
            *options.handlers(private),
            *choices.handlers(private),
            *photo.handlers(),
            *following.handlers(private),
            *household.handlers(private),
            *waiting.handlers(),
            *timezone.handlers(private, application.bot_data.reader.texts),
            *settings.handlers(private),  # after the screens that have handlers of their own
            *privacy.handlers(private),
            *conversation.handlers(private),  # after those who take a contact, or a location
            *share.handlers(),
            *inline.handlers(),
            *feedback.handlers(),
            *courier.handlers(),
            *membership.handlers(),
            *help.handlers(private),
            *words.handlers(private),  # after the commands: it reads those that are none
            *help.of_the_rest(private),  # last: it takes what nobody else understood
        ]
    )
    application.add_handlers(feedback.replies(private), group=-1)
    application.add_error_handler(trouble.apologise)
