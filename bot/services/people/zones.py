"""Time zones: which ones a person is likely to live in, and which one a place is in."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from zoneinfo import available_timezones

import tzfpy
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from bot.services.people.words import words

LIKELY = 8
"""How many zones are offered before the person has to search."""

SPOKEN_IN = {
    "ar": (
        "Africa/Cairo",
        "Asia/Riyadh",
        "Asia/Dubai",
        "Asia/Baghdad",
        "Africa/Khartoum",
        "Africa/Algiers",
        "Africa/Casablanca",
        "Asia/Beirut",
    ),
    "en": (
        "Europe/London",
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "Africa/Nairobi",
        "Africa/Lagos",
        "Africa/Johannesburg",
        "Asia/Kolkata",
    ),
    "es": (
        "Europe/Madrid",
        "America/Mexico_City",
        "America/Bogota",
        "America/Lima",
        "America/Caracas",
        "America/Santiago",
        "America/Buenos_Aires",
        "America/Guatemala",
    ),
    "fr": (
        "Europe/Paris",
        "Africa/Kinshasa",
        "Africa/Lubumbashi",
        "Africa/Abidjan",
        "Africa/Douala",
        "Africa/Algiers",
        "Europe/Brussels",
        "America/Toronto",
    ),
    "lg": ("Africa/Kampala", "Africa/Nairobi", "Africa/Dar_es_Salaam", "Africa/Kigali"),
    "ru": (
        "Europe/Moscow",
        "Europe/Kaliningrad",
        "Europe/Samara",
        "Asia/Yekaterinburg",
        "Asia/Omsk",
        "Asia/Krasnoyarsk",
        "Asia/Vladivostok",
        "Asia/Almaty",
    ),
    "sw": (
        "Africa/Nairobi",
        "Africa/Dar_es_Salaam",
        "Africa/Kampala",
        "Africa/Kigali",
        "Africa/Bujumbura",
        "Africa/Lubumbashi",
    ),
}
"""Where most speakers of a language live. For other languages, CLDR's likeliest country is used."""

REGIONS = (
    "Africa",
    "America",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
    "Antarctica",
)
"""The first parts of IANA zone names that are places."""


def likely(language: str, phone: str | None, shop: str) -> list[str]:
    """IANA names, the likeliest first: of the shop, of the phone's country, of the languages.

    ``language``: the one we write in. ``phone``: the language of the person's app, which may
    include a country (``en-GB``).
    """
    theirs, country = _parsed(phone)
    # A language of one country tells more than a language of many countries.
    spoken_here = sorted((language, theirs), key=lambda spoken: spoken in SPOKEN_IN)
    wanted = [
        *([shop] if is_known(shop) else []),
        *_zones_of(country),
        *(zone for spoken in spoken_here for zone in _spoken_in(spoken)),
    ]
    return list(dict.fromkeys(wanted))[:LIKELY]


def of_region(region: str) -> Sequence[str]:
    """All zones of a region, as in CLDR. Empty if it is none of the `REGIONS`."""
    every = {zone for zones in get_global("territory_zones").values() for zone in zones}
    return sorted(zone for zone in every if zone.startswith(f"{region}/") and is_known(zone))


def is_known(zone: str) -> bool:
    """Whether it is the zone of a place, which a person can choose: not ``UTC``, for example."""
    return zone in _places()


def at(latitude: float, longitude: float) -> str | None:
    """The zone of a place. None: it is at sea. Works offline, and stores nothing."""
    zone = tzfpy.get_tz(longitude, latitude)
    return zone if is_known(zone) else None


def called(name: str, languages: Sequence[str]) -> Sequence[str]:
    """The zones of a place that is the whole text: a city that CLDR or IANA knows, or a country
    with few zones, in any of the ``languages``."""
    found = _names(tuple(languages)).get(" ".join(words(name)), ())
    return [zone for zone in found if is_known(zone)]


@cache
def _names(languages: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    """Zones by the names of their places."""
    names: dict[str, dict[str, None]] = {}
    today = get_global("zone_aliases")

    def call(name: str, zones: Iterable[str]) -> None:
        meant = (today.get(zone, zone) for zone in zones)
        names.setdefault(" ".join(words(name)), {}).update(dict.fromkeys(meant))

    for zone in sorted(_places()):
        call(zone.rpartition("/")[2], [zone])
    for locale in map(Locale.parse, languages):
        for zone, data in locale.time_zones.items():
            if city := data.get("city"):
                call(city, [zone])
        for country, name in locale.territories.items():
            call(name, _zones_of(country))
    return {name: tuple(zones) for name, zones in names.items() if name}


@cache
def _places() -> frozenset[str]:
    """All zones of places. Cached: reading them opens many files."""
    return frozenset(z for z in available_timezones() if z.partition("/")[0] in REGIONS)


def _spoken_in(language: str | None) -> Sequence[str]:
    if language in SPOKEN_IN:
        return SPOKEN_IN[language]
    likeliest: str = get_global("likely_subtags").get(language or "", "")
    return _zones_of(likeliest.rpartition("_")[2])


def _zones_of(country: str | None) -> list[str]:
    """The zones of a country. Empty for a country with so many that none is likely."""
    zones = [
        zone for zone in get_global("territory_zones").get(country or "", []) if is_known(zone)
    ]
    return zones if len(zones) <= LIKELY // 2 else []


def _parsed(tag: str | None) -> tuple[str | None, str | None]:
    """Language and country: ``en-GB`` → ``en``, ``GB``."""
    try:
        locale = Locale.parse((tag or "").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None, None
    return locale.language, locale.territory
