"""Sends a photo with a caption, and tells what became of those that should have been sent."""

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
"""Of a text that stands below a photo, once its tags are parsed (Bot API: sendPhoto)."""

Fate = Literal["sent", "caption", "failed", "refused"]
"""Telegram has it; its text is too long for a caption; sends failed before; Telegram refuses it."""
Outcome = Fate | Reason


class NotTaken(Exception):
    """Telegram has answered that it does not want it: the photo, its caption, or the chat."""


_PHOTOS = Counter(
    "trackline_photos_total",
    "Photos by what became of them: sent, or why the text went alone (docs/photos.md).",
    ["outcome"],
)
_COUNTS: Mapping[Outcome, Counter] = {
    outcome: _PHOTOS.labels(outcome) for outcome in (*get_args(Fate), *get_args(Reason))
}


def tell(outcome: Outcome, chat_id: int, **more: object) -> None:
    """Counts it, and logs it beside what is logged of the order's way to the phone."""
    _COUNTS[outcome].inc()
    if outcome == "sent":
        log.info("photo_sent", chat=chat_id, **more)
    else:
        log.warning("photo_not_sent", chat=chat_id, why=outcome, **more)


def is_caption(message: Message) -> bool:
    """Whether it is short enough for one."""
    return length(message.html) <= LONGEST_CAPTION


async def send_photo(
    bot: Bot, chat_id: int, photo: bytes, message: Message, **how: Any
) -> telegram.Message | None:
    """With the message as its caption, and ``how`` as the Bot API has it. Bot API: sendPhoto.

    None: Telegram has it, and what it says of it cannot be read. Raises `NotTaken`, or the
    `TelegramError` of what is not the photo's fault.
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
    except NetworkError as error:  # which a BadRequest is, and whatever else it answers: a 413
        if isinstance(error, NotSent | Unknowable):
            raise
        raise NotTaken(error.message) from None
