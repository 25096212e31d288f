"""Sends and edits, also if Telegram refuses a button or its answer cannot be read."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import structlog
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import BadRequest

from bot.telegram.reading import Unreadable, understood

ADDRESS_REFUSED = re.compile(
    "button_url_invalid|button_type_invalid|button (web app )?url .* is invalid", re.IGNORECASE
)
"""What Telegram answers if it refuses the address of a button."""

T = TypeVar("T")
K = TypeVar("K", bound=InlineKeyboardMarkup | ReplyKeyboardMarkup)

log = structlog.get_logger()


async def carried_out(do: Callable[[K | None], Awaitable[T]], keyboard: K | None) -> T | None:
    """Sends or edits with this keyboard, or without the buttons whose address Telegram refuses.

    None: Telegram has done it, but its answer cannot be read. Raises `TelegramError`.
    """
    try:
        with understood():
            return await do(keyboard)
    except Unreadable:
        log.warning("answer_unreadable")
        return None
    except BadRequest as error:
        others = without_addresses(keyboard)
        if others == keyboard or not ADDRESS_REFUSED.search(error.message):
            raise
    log.warning("button_refused")  # without Telegram's words, which hold the address
    return await carried_out(do, others)


def without_addresses(keyboard: K | None) -> K | None:
    """The keyboard without the buttons that open a page. None: there are no others."""
    if not isinstance(keyboard, InlineKeyboardMarkup):
        return keyboard
    rows = [
        [each for each in row if each.url is None and each.web_app is None]
        for row in keyboard.inline_keyboard
    ]
    left = [row for row in rows if row]
    return cast("K", InlineKeyboardMarkup(left)) if left else None
