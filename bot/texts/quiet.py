"""Quiet hours: chosen from a few, or hour by hour."""

from datetime import datetime

from telegram import InlineKeyboardButton

from bot.texts.message import Message, Reader, foreign
from bot.texts.screens import (
    PROBLEMS,
    QUIET,
    SCREEN,
    ZONE,
    back,
    hour,
    in_grid,
    in_pairs,
    option,
    screen,
    title,
)
from bot.texts.zones import zone_of
from storage.models import Preferences

OFF, FROM = "off", "from"
OFFERED = ((21, 7), (22, 7), (22, 8), (23, 8))
"""Pairs of the hour when they begin and the hour when they end."""


def quiet_screen(chosen: Preferences, reader: Reader, now: datetime) -> Message:
    offered = list(OFFERED)
    if chosen.quiet and chosen.quiet not in offered:
        offered.append(chosen.quiet)
    hours = [
        option(
            _range(*quiet, reader), QUIET, "{}-{}".format(*quiet), is_chosen=quiet == chosen.quiet
        )
        for quiet in offered
    ]
    return screen(
        title(QUIET, reader),
        [
            reader.say(
                "I send nothing during these hours. Whatever happens meanwhile I tell you "
                "afterwards, in one message."
            ),
            *_but_problems(chosen, reader),
            "",
            f"{title(ZONE, reader)} · <b>{foreign(zone_of(chosen, reader, now))}</b>",
        ],
        *in_pairs(hours),
        [option(reader.say("Other hours"), QUIET, FROM)],
        [option(reader.say("Off"), QUIET, OFF, is_chosen=chosen.quiet is None)],
        *(_problems(chosen, reader) if chosen.quiet else []),
        back(reader),
    )


def _but_problems(chosen: Preferences, reader: Reader) -> list[str]:
    if chosen.quiet is None:
        return []
    if chosen.problems_break_quiet:
        return [reader.say("Only problems come at once, even then.")]
    return [reader.say("Problems wait until then, too.")]


def _problems(chosen: Preferences, reader: Reader) -> list[list[InlineKeyboardButton]]:
    breaks = chosen.problems_break_quiet
    come, wait = reader.say("Still tell me about problems"), reader.say("Problems wait as well")
    return [
        [option(come, PROBLEMS, "yes", is_chosen=breaks)],
        [option(wait, PROBLEMS, "no", is_chosen=not breaks)],
    ]


def quiet_from(reader: Reader) -> Message:
    hours = [option(hour(start, reader), QUIET, FROM, start) for start in range(24)]
    return screen(
        title(QUIET, reader),
        [reader.say("When should it become quiet?")],
        *in_grid(hours),
        back(reader, SCREEN + QUIET),
    )


def quiet_until(start: int, reader: Reader) -> Message:
    ends = [end for end in range(24) if end != start]
    hours = [option(hour(end, reader), QUIET, f"{start}-{end}") for end in ends]
    return screen(
        title(QUIET, reader),
        [reader.say("Quiet from {time}. Until when?", time=hour(start, reader))],
        *in_grid(hours),
        back(reader, f"{SCREEN}{QUIET}:{FROM}"),
    )


def _range(start: int, end: int, reader: Reader) -> str:
    return reader.say("{first} – {last}", first=hour(start, reader), last=hour(end, reader))


def quiet_hours(chosen: Preferences, reader: Reader) -> str:
    return _range(*chosen.quiet, reader) if chosen.quiet else reader.say("Off")
