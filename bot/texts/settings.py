"""`/settings`: the overview and its screens. Each screen replaces the last one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from telegram import InlineKeyboardButton

from bot.texts.general import keyboard, orders_button
from bot.texts.languages import offered_name, own_name
from bot.texts.message import N_, Message, Reader, foreign
from bot.texts.quiet import quiet_hours
from bot.texts.screens import (
    FOLLOWS,
    HOUSEHOLD,
    LANGUAGE,
    QUIET,
    SCREEN,
    TITLES,
    WAITS,
    ZONE,
    back,
    hour,
    in_pairs,
    option,
    screen,
    title,
)
from bot.texts.zones import zone_of
from storage.models import Preferences

LIKE_MY_PHONE = "phone"


@dataclass(frozen=True)
class Choice:
    """A screen with a few values of one field of `Preferences`.

    ``options``: from what the button carries to the value and its name. Hours have no name.
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

_CONNECTIONS = (FOLLOWS, HOUSEHOLD, WAITS)
_ORDER = tuple(name for name in TITLES if name not in _CONNECTIONS)


# What is set now


def overview(chosen: Preferences, reader: Reader, now: datetime) -> Message:
    values = {
        **{field: chosen_of(choice, chosen, reader) for field, choice in CHOICES.items()},
        QUIET: quiet_hours(chosen, reader),
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
    """``how``: the message that says how to connect."""
    words = reader.say("Settings appear once you follow an order or connect your account.")
    return Message(f"{words}\n\n{how.html}", how.keyboard)


def _to(name: str, reader: Reader) -> InlineKeyboardButton:
    return InlineKeyboardButton(title(name, reader), callback_data=SCREEN + name)


def saved(reader: Reader) -> str:
    return reader.say("Saved")


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
    """Sends the reply keyboard in the new language, which an edited message cannot."""
    words = reader.say("From now on I write to you in this language.")
    return Message(words, keyboard(reader))


def _language(chosen: Preferences, reader: Reader) -> str:
    return own_name(chosen.language) if chosen.language else reader.say("Like my phone")
