"""What a person can say to the bot, a file per command."""

from typing import Any

from telegram.ext import Application, filters

from handlers.chat import (
    contact,
    feedback,
    groups,
    help,
    household,
    link,
    membership,
    options,
    orders,
    privacy,
    settings,
    share,
    staff,
    start,
    timezone,
    track,
    trouble,
    unlink,
    words,
)
from handlers.chat.context import Context, Services

__all__ = ["Services", "register"]


def register(application: "Application[Any, Context, Any, Any, Services, Any]") -> None:
    """Everything but what happens in groups happens in private chats only."""
    private = filters.ChatType.PRIVATE
    application.add_handlers(
        [
            *staff.handlers(~private),  # before the groups that are none of ours
            *groups.handlers(~private),
            *start.handlers(private),
            *link.handlers(private),
            *contact.handlers(private),
            *track.handlers(private),
            *orders.handlers(private),
            *options.handlers(private),
            *household.handlers(private),
            *timezone.handlers(private),
            *settings.handlers(private),  # after the screens that have handlers of their own
            *unlink.handlers(private),
            *privacy.handlers(private),
            *share.handlers(),
            *feedback.handlers(),
            *membership.handlers(),
            *words.handlers(private),
            *help.handlers(private),  # last: it takes what nobody else understood
        ]
    )
    application.add_handlers(feedback.replies(private), group=-1)
    application.add_error_handler(trouble.apologise)
