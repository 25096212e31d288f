"""A person's time zone: chosen from a keyboard, or found by their phone's location."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_time
from telegram import InlineKeyboardButton, KeyboardButton, ReplyKeyboardMarkup

from bot.services.people import zones
from bot.texts import general
from bot.texts.message import N_, Message, Reader, foreign, plain
from bot.texts.screens import MAIN, SCREEN, ZONE, back, in_pairs, option, screen, title
from storage.models import Preferences

PHONE, REGIONS = "phone", "regions"
PAGE = 16
"""How many zones of a region one page shows."""

NOT_NOW = N_("Not now")
"""On the reply keyboard, so it comes as text."""

_NAMES = {
    "Africa": N_("Africa"),
    "America": N_("America"),
    "Asia": N_("Asia"),
    "Atlantic": N_("Atlantic Ocean"),
    "Australia": N_("Australia"),
    "Europe": N_("Europe"),
    "Indian": N_("Indian Ocean"),
    "Pacific": N_("Pacific Ocean"),
    "Antarctica": N_("Antarctica"),
}


def zone_screen(
    chosen: Preferences, offered: Sequence[str], reader: Reader, now: datetime, *, then: str
) -> Message:
    """``then``: the screen that follows."""
    if chosen.timezone and chosen.timezone not in offered:
        offered = [chosen.timezone, *offered]
    by_phone = "📍 " + reader.say("Find it by my location")
    return screen(
        title(ZONE, reader),
        [
            _why(then, reader),
            reader.say("Pick a city showing your current time, or write me its name."),
        ],
        *in_pairs([_zone(zone, reader, now, then, chosen.timezone) for zone in offered]),
        [option(by_phone, ZONE, then, PHONE)],
        [option(reader.say("Another place"), ZONE, then, REGIONS)],
        back(reader),
    )


def _why(then: str, reader: Reader) -> str:
    """If they opened another screen, says why this question comes first."""
    if then == ZONE:
        return reader.say("I write to you by your local time.")
    return reader.say(
        "First I need to know your time zone, so that I write when it suits you and let you sleep "
        "when it is night where you are."
    )


def _zone(
    zone: str, reader: Reader, now: datetime, then: str, chosen: str | None = None
) -> InlineKeyboardButton:
    return option(zone_label(zone, reader, now), ZONE, then, zone, is_chosen=zone == chosen)


def is_it_there(found: Sequence[str], reader: Reader, now: datetime) -> Message:
    """They have written the name of a place: is it their time zone?"""
    return screen(
        title(ZONE, reader),
        [reader.say("Is this your time now?")],
        *in_pairs([_zone(zone, reader, now, MAIN) for zone in found]),
        [option(reader.say("Another place"), ZONE)],
    )


# All the others, by region


def regions_screen(reader: Reader, *, then: str) -> Message:
    regions = [
        option(reader.say(name), ZONE, then, REGIONS, region, 0) for region, name in _NAMES.items()
    ]
    return screen(
        title(ZONE, reader),
        [reader.say("In which part of the world are you?")],
        *in_pairs(regions),
        back(reader, f"{SCREEN}{ZONE}:{then}"),
    )


def region_screen(region: str, page: int, reader: Reader, now: datetime, *, then: str) -> Message:
    """A page of the region's zones, by name. A page that does not exist is the first."""
    every = sorted(zones.of_region(region), key=lambda zone: city(zone, reader))
    pages = [every[start : start + PAGE] for start in range(0, len(every), PAGE)]
    page = page if page < len(pages) else 0
    turns = [
        option(words, ZONE, then, REGIONS, region, other)
        for words, other in (
            ("‹ " + reader.say("Previous"), page - 1),
            (reader.say("Next") + " ›", page + 1),
        )
        if 0 <= other < len(pages)
    ]
    where = reader.say(_NAMES[region])
    return screen(
        f"{title(ZONE, reader)} · {where}",
        [
            reader.say(
                "Choose the place whose clock shows your time. Page {page} of {pages}.",
                page=reader.number(page + 1),
                pages=reader.number(len(pages)),
            )
        ],
        *in_pairs([_zone(zone, reader, now, then) for zone in pages[page]]),
        turns,
        back(reader, f"{SCREEN}{ZONE}:{then}:{REGIONS}"),
    )


# By the phone


def ask_location(reader: Reader) -> Message:
    share = KeyboardButton("📍 " + reader.say("Share my location"), request_location=True)
    return Message(
        reader.say(
            "Tap <b>Share my location</b> below, and I look up your time zone. I do not keep where "
            "you are, and tell nobody."
        ),
        ReplyKeyboardMarkup(
            [[share], [KeyboardButton(reader.say(NOT_NOW))]],
            resize_keyboard=True,
            one_time_keyboard=True,
        ),
    )


def located(zone: str, reader: Reader, now: datetime) -> Message:
    return Message(
        reader.say(
            "Thank you! Your time zone is set to <b>{zone}</b>. I have not kept where you are.",
            zone=foreign(zone_label(zone, reader, now)),
        ),
        general.keyboard(reader),
    )


def not_located(reader: Reader) -> Message:
    return Message(
        reader.say(
            "I can't tell the time zone of that place, and have not kept it. Pick a city below, "
            "or write me its name."
        ),
        general.keyboard(reader),
    )


def not_shared(reader: Reader) -> Message:
    return Message(
        reader.say("All right. Pick a city below, or write me its name."),
        general.keyboard(reader),
    )


# How a zone is called


def zone_of(chosen: Preferences, reader: Reader, now: datetime) -> str:
    return zone_label(chosen.timezone, reader, now) if chosen.timezone else reader.say("Not set")


def zone_label(zone: str, reader: Reader, now: datetime) -> str:
    """A place and its time now: ``Kampala · 16:24``."""
    clock = format_time(now, "HH:mm", tzinfo=ZoneInfo(zone), locale=reader.language)
    return f"{plain(city(zone, reader), 18)} · {clock}"


def city(zone: str, reader: Reader) -> str:
    """The name from CLDR, if it has one; else the last part of the IANA name."""
    known = Locale.parse(reader.language).time_zones.get(zone, {})
    return str(known.get("city") or zone.rpartition("/")[2].replace("_", " "))
