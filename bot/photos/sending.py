"""Sends a photo with a caption, and traces what became of photos."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal, get_args

import structlog
import telegram
from prometheus_client import Counter
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import NetworkError

from bot.photos.fetching import Reason
from bot.telegram.errors import NotSent, Unknowable
from bot.telegram.sending import carried_out
from bot.texts.message import Message, length

log = structlog.get_logger()

LONGEST_CAPTION = 1024
"""Characters of a caption, not counting its tags (Bot API: sendPhoto)."""

Fate = Literal["sent", "caption", "failed", "refused"]
"""Telegram has it; the text is too long for a caption; sends failed before; Telegram refused it."""
Outcome = Fate | Reason


class NotTaken(Exception):
    """Telegram has refused the photo, its caption, or the chat."""


_PHOTOS = Counter(
    "trackline_photos_total",
    "Photos by what became of them: sent, or why the text went alone (docs/photos.md).",
    ["outcome"],
)
_COUNTS: Mapping[Outcome, Counter] = {
    outcome: _PHOTOS.labels(outcome) for outcome in (*get_args(Fate), *get_args(Reason))
}


def trace(outcome: Outcome, chat_id: int, **more: object) -> None:
    """Counts the photo, and logs it as a part of the news' trace."""
    _COUNTS[outcome].inc()
    if outcome == "sent":
        log.info("photo_sent", chat=chat_id, **more)
    else:
        log.warning("photo_not_sent", chat=chat_id, why=outcome, **more)


def is_caption(message: Message) -> bool:
    """Whether the message is short enough for a caption."""
    return length(message.html) <= LONGEST_CAPTION


async def send_photo(
    bot: Bot, chat_id: int, photo: bytes, message: Message, **how: Any
) -> telegram.Message | None:
    """Sends the photo with the message as its caption. ``how``: more parameters of sendPhoto.

    None: Telegram has it, but its answer cannot be read. Raises `NotTaken`, or the `TelegramError`
    if the photo is not the reason. Bot API: sendPhoto.
    """
    send = partial(
        bot.send_photo,
        chat_id,
        photo,
        caption=message.html,
        parse_mode=ParseMode.HTML,
        filename="photo",
        **how,
    )
    try:
        return await carried_out(lambda keyboard: send(reply_markup=keyboard), message.keyboard)
    except NetworkError as error:  # to the library a BadRequest is one, and a 413
        if isinstance(error, NotSent | Unknowable):
            raise
        raise NotTaken(error.message) from None
