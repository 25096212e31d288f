"""`/settings`: how a person likes to be written to. Each screen takes the place of the last.

A button carries its screen's name and what is chosen there: ``settings:hear:main``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time
from telegram import InlineKeyboardButton

from bot.texts.general import keyboard, orders_button
from bot.texts.languages import offered_name, own_name
from bot.texts.message import N_, Message, Reader, buttons, foreign, plain
from storage.models import Preferences

MAIN = "settings"
SCREEN = "settings:"

QUIET, PROBLEMS, LANGUAGE, ZONE = "quiet", "problems", "language", "zone"
FOLLOWS, HOUSEHOLD, WAITS = "follows", "household", "waits"
OFF, FROM, LIKE_MY_PHONE = "off", "from", "phone"

QUIET_HOURS = ((21, 7), (22, 7), (22, 8), (23, 8))
A_ROW = 4
"""Hours stand so many beside each other."""
HALF = 17
"""Characters that a button holds on a narrow phone if it shares its row with another."""


@dataclass(frozen=True)
class Choice:
    """A screen with a few values of one field of `Preferences`.

    ``options``: what the button carries → the value and how it is called; an hour calls itself.
    """

    field: str
    about: str
    options: Mapping[str, tuple[object, str]]


HEAR = Choice(
    "hear",
    N_(
        "Which updates about your orders should I send you? You can still mute or follow a single "
        "order: look at it and tap Options."
    ),
    {
        "all": ("all", N_("Every change")),
        "main": ("main", N_("Main steps")),
        "important": ("important", N_("Only delivery and problems")),
        "none": ("none", N_("Nothing")),
    },
)
SILENT = Choice(
    "silent",
    N_("Should your phone make a sound when I write to you?"),
    {"no": (False, N_("On")), "yes": (True, N_("Off"))},
)
CARDS = Choice(
    "cards",
    N_(
        "Each order has one message that I keep up to date: with news it comes anew, and the old "
        "one goes. Or would you rather have a new message each time?"
    ),
    {"yes": (True, N_("One message per order")), "no": (False, N_("New messages"))},
)
DIGEST = Choice(
    "digest",
    N_("Should I gather the updates of each day into one message, at an hour that suits you?"),
    {
        "off": (None, N_("Off")),
        "8": (8, ""),
        "12": (12, ""),
        "18": (18, ""),
        "20": (20, ""),
    },
)
REMINDERS = Choice(
    "reminders",
    N_("Should I remind you on the morning of the day when an order is expected?"),
    {"yes": (True, N_("In the morning")), "no": (False, N_("Off"))},
)
CHOICES = {choice.field: choice for choice in (HEAR, SILENT, CARDS, DIGEST, REMINDERS)}

_TITLES = {
    HEAR.field: ("📣", N_("Updates")),
    SILENT.field: ("🔔", N_("Sound")),
    QUIET: ("🌙", N_("Quiet hours")),
    ZONE: ("🕐", N_("Time zone")),
    CARDS.field: ("💬", N_("Messages")),
    DIGEST.field: ("📬", N_("Daily summary")),
    REMINDERS.field: ("⏰", N_("Reminders")),
    LANGUAGE: ("🌐", N_("Language")),
    FOLLOWS: ("🔗", N_("What you follow")),
    HOUSEHOLD: ("👥", N_("Connected chats")),
    WAITS: ("📨", N_("Shared with you")),
}
_CONNECTIONS = (FOLLOWS, HOUSEHOLD, WAITS)
_ORDER = tuple(name for name in _TITLES if name not in _CONNECTIONS)


# What is set now


def overview(chosen: Preferences, reader: Reader, now: datetime) -> Message:
    values = {
        **{field: chosen_of(choice, chosen, reader) for field, choice in CHOICES.items()},
        QUIET: _quiet_hours(chosen, reader),
        ZONE: zone_of(chosen, reader, now),
        LANGUAGE: _language(chosen, reader),
    }
    lines = [f"{title(name, reader)} · <b>{foreign(values[name])}</b>" for name in _ORDER]
    return screen(
        reader.say("Settings"),
        [*lines, "", reader.say("Tap what you would like to change.")],
        *in_pairs([_to(name, reader) for name in _ORDER]),
        *in_pairs([_to(name, reader) for name in _CONNECTIONS]),
        [orders_button(reader)],
    )


def not_linked(how: Message, reader: Reader) -> Message:
    """``how``: to connect."""
    words = reader.say("Settings appear once you follow an order or connect your account.")
    return Message(f"{words}\n\n{how.html}", how.keyboard)


def saved(reader: Reader) -> str:
    return reader.say("Saved")


def title(name: str, reader: Reader) -> str:
    emoji, words = _TITLES[name]
    return f"{emoji} {reader.say(words)}"


def _to(name: str, reader: Reader) -> InlineKeyboardButton:
    return InlineKeyboardButton(title(name, reader), callback_data=SCREEN + name)


# What screens are made of


def screen(heading: str, lines: Sequence[str], *rows: Sequence[InlineKeyboardButton]) -> Message:
    return Message("\n".join([f"<b>{heading}</b>", "", *lines]), buttons(*rows))


def option(
    label: str, *carries: object, is_chosen: bool = False, style: str | None = None
) -> InlineKeyboardButton:
    data = SCREEN + ":".join(map(str, carries))
    shown = f"✓ {label}" if is_chosen else label
    return InlineKeyboardButton(shown, callback_data=data, style=style)


def in_pairs(options: Iterable[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Two a row, in their order; one whose label would be cut has a row of its own."""
    rows: list[list[InlineKeyboardButton]] = []
    for button in options:
        beside = rows[-1] if rows else []
        if len(beside) == 1 and all(len(each.text) <= HALF for each in (*beside, button)):
            beside.append(button)
        else:
            rows.append([button])
    return rows


def in_grid(hours: Sequence[InlineKeyboardButton]) -> list[Sequence[InlineKeyboardButton]]:
    return [hours[start : start + A_ROW] for start in range(0, len(hours), A_ROW)]


def back(reader: Reader, to: str = MAIN) -> list[InlineKeyboardButton]:
    return [InlineKeyboardButton("‹ " + reader.say("Back"), callback_data=to)]


def hour(number: int, reader: Reader) -> str:
    return format_time(time(number), "HH:mm", locale=reader.language)


# A few values


def choice_screen(choice: Choice, chosen: Preferences, reader: Reader) -> Message:
    words: list[InlineKeyboardButton] = []
    hours: list[InlineKeyboardButton] = []
    for name, (value, called) in choice.options.items():
        label = _called(value, called, reader)
        button = option(label, choice.field, name, is_chosen=value == getattr(chosen, choice.field))
        (words if called else hours).append(button)
    return screen(
        title(choice.field, reader),
        [reader.say(choice.about)],
        *([button] for button in words),
        *in_pairs(hours),
        back(reader),
    )


def chosen_of(choice: Choice, chosen: Preferences, reader: Reader) -> str:
    value = getattr(chosen, choice.field)
    names = [called for known, called in choice.options.values() if known == value]
    return _called(value, names[0] if names else "", reader)


def _called(value: object, called: str, reader: Reader) -> str:
    if called or not isinstance(value, int):
        return reader.say(called)
    return reader.say("At {time}", time=hour(value, reader))


# Quiet hours


def quiet_screen(chosen: Preferences, reader: Reader, now: datetime) -> Message:
    offered = list(QUIET_HOURS)
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


def _quiet_hours(chosen: Preferences, reader: Reader) -> str:
    return _range(*chosen.quiet, reader) if chosen.quiet else reader.say("Off")


# Time zone


def zone_of(chosen: Preferences, reader: Reader, now: datetime) -> str:
    return zone_label(chosen.timezone, reader, now) if chosen.timezone else reader.say("Not set")


def zone_label(zone: str, reader: Reader, now: datetime) -> str:
    """A place, and what its clocks show: ``Kampala · 16:24``."""
    clock = format_time(now, "HH:mm", tzinfo=ZoneInfo(zone), locale=reader.language)
    return f"{plain(city(zone, reader), 18)} · {clock}"


def city(zone: str, reader: Reader) -> str:
    """CLDR knows how many are called; of others, the last part of IANA's name will do."""
    known = Locale.parse(reader.language).time_zones.get(zone, {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))


# Language


def language_screen(chosen: Preferences, reader: Reader) -> Message:
    languages = [
        option(offered_name(language), LANGUAGE, language, is_chosen=language == chosen.language)
        for language in reader.texts.languages
    ]
    like_phone = reader.say("Like my phone")
    return screen(
        title(LANGUAGE, reader),
        [reader.say("Which language shall I write in?")],
        *in_pairs(languages),
        [option(like_phone, LANGUAGE, LIKE_MY_PHONE, is_chosen=chosen.language is None)],
        back(reader),
    )


def language_changed(reader: Reader) -> Message:
    """Brings the keyboard that is always at hand along, which no edit can."""
    words = reader.say("From now on I write to you in this language.")
    return Message(words, keyboard(reader))


def _language(chosen: Preferences, reader: Reader) -> str:
    return own_name(chosen.language) if chosen.language else reader.say("Like my phone")
