"""Shared orders that a chat waits for: a screen of the settings."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from bot.services.people.waiting import Awaited
from bot.texts import statuses
from bot.texts.following import since
from bot.texts.message import Message, Reader, foreign
from bot.texts.screens import WAITS, back, option, screen, title
from bot.texts.sharing import do_not_tell


def screen_of(awaited: Sequence[Awaited], reader: Reader, *, is_linked: bool) -> Message:
    """``is_linked``: there is an overview to go back to."""
    if awaited:
        lines = [reader.say("I tell you once when these orders arrive:"), ""]
    else:
        lines = [reader.say("You are not waiting for any order that was shared with you.")]
    return screen(
        title(WAITS, reader),
        [*lines, *(_line(each, reader) for each in awaited)],
        *_ends(awaited, reader),
        back(reader) if is_linked else [],
    )


def _line(each: Awaited, reader: Reader) -> str:
    state = foreign(statuses.name(each.status, reader, is_pickup=each.is_pickup), 64)
    return f"{statuses.emoji(each.status, reader)} {since(f'<b>{state}</b>', each.since, reader)}"


def _ends(awaited: Sequence[Awaited], reader: Reader) -> list[list[InlineKeyboardButton]]:
    """Numbered as the lines above, if there are several."""
    label = do_not_tell(reader)
    labels = [f"{label} ({n})" for n in range(1, len(awaited) + 1)] if awaited[1:] else [label]
    return [[option(label, WAITS, each.key)] for label, each in zip(labels, awaited, strict=False)]
