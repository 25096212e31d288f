"""What a person can say to the bot, a file per command."""

from typing import Any

from telegram.ext import Application, filters

from handlers.chat import (
    contact,
    groups,
    help,
    link,
    membership,
    orders,
    privacy,
    start,
    track,
    trouble,
    unlink,
)
from handlers.chat.context import Context, Services

__all__ = ["Services", "register"]


def register(application: "Application[Any, Context, Any, Any, Services, Any]") -> None:
    """Everything but what happens in groups happens in private chats only."""
    private = filters.ChatType.PRIVATE
    application.add_handlers(
        [
            *groups.handlers(~private),
            *start.handlers(private),
            *link.handlers(private),
            *contact.handlers(private),
            *track.handlers(private),
            *orders.handlers(private),
            *unlink.handlers(private),
            *privacy.handlers(private),
            *membership.handlers(),
            *help.handlers(private),  # last: it takes what nobody else understood
        ]
    )
    application.add_error_handler(trouble.apologise)
