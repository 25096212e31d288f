"""Time zones: likely ones, all of them, and the one of a place."""

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.services.people.zones import LIKELY, REGIONS, SPOKEN_IN, at, is_known, likely, of_region
from bot.texts.languages import LANGUAGES

TELLS_THE_OFFSET = """
import bot, datetime, zoneinfo
print(datetime.datetime(2026, 11, 28, tzinfo=zoneinfo.ZoneInfo("Africa/Kampala")).utcoffset())
"""
NOWHERE = "UTC"
"""What a shop has that has not said where it is."""


@pytest.mark.parametrize(
    ("language", "phone", "shop", "first"),
    [
        ("sw", "sw", NOWHERE, ["Africa/Nairobi", "Africa/Dar_es_Salaam", "Africa/Kampala"]),
        ("lg", "lg", NOWHERE, ["Africa/Kampala"]),
        ("lg", "en-UG", NOWHERE, ["Africa/Kampala", "Africa/Nairobi"]),
        ("sw", "sw-TZ", NOWHERE, ["Africa/Dar_es_Salaam", "Africa/Nairobi"]),
        ("en", "en", "Africa/Kampala", ["Africa/Kampala", "Europe/London"]),
        ("fr", "fr-CI", "Africa/Kampala", ["Africa/Kampala", "Africa/Abidjan", "Europe/Paris"]),
        ("ru", "ru", NOWHERE, ["Europe/Moscow"]),
        ("en", "de", NOWHERE, ["Europe/Berlin"]),
        ("en", "en-US", NOWHERE, ["Europe/London", "America/New_York"]),
    ],
)
def test_the_shop_s_zone_is_likely_then_the_phone_s_country_then_the_language_s(
    language: str, phone: str, shop: str, first: list[str]
) -> None:
    assert likely(language, phone, shop)[: len(first)] == first


@pytest.mark.parametrize(
    "phone", [None, "", "x", "zz-ZZ", "en_", "-", "../../etc/passwd", "e" * 99]
)
def test_a_phone_s_language_may_be_anything(phone: str | None) -> None:
    assert likely("en", phone, NOWHERE)[0] == "Europe/London"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_few_that_are_told_apart(language: str) -> None:
    found = likely(language, None, "Africa/Kampala")
    assert 1 < len(found) <= LIKELY
    assert len(set(found)) == len(found)


def test_all_that_is_offered_is_known() -> None:
    assert all(is_known(zone) for zones in SPOKEN_IN.values() for zone in zones)


def test_the_regions_have_every_place_once() -> None:
    every = [zone for region in REGIONS for zone in of_region(region)]
    assert len(set(every)) == len(every) > 400
    assert {"Africa/Kampala", "America/New_York", "Australia/Sydney"} <= set(every)
    assert all(ZoneInfo(zone) for zone in every)
    assert [*of_region("Etc"), *of_region(""), *of_region("Nowhere")] == []


@pytest.mark.parametrize(
    "zone", ["", "UTC", "Etc/GMT+3", "Africa/Wakanda", "../zone", "africa/Kampala"]
)
def test_what_is_no_place_cannot_be_chosen(zone: str) -> None:
    assert not is_known(zone)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (0.3476, 32.5825, "Africa/Kampala"),
        (-6.8, 39.28, "Africa/Dar_es_Salaam"),
        (-34.6, -58.38, "America/Argentina/Buenos_Aires"),
        (0.0, -150.0, None),
        (90.0, 0.0, None),
        (1e9, 1e9, None),
        (float("nan"), float("inf"), None),
    ],
)
def test_a_place_has_a_zone_and_the_sea_has_none(
    latitude: float, longitude: float, zone: str | None
) -> None:
    assert at(latitude, longitude) == zone


def test_the_rules_of_zones_are_the_package_s_whatever_the_machine_s_say(tmp_path: Path) -> None:
    machine_s = tmp_path / "Africa"
    machine_s.mkdir()
    tokyo = files("tzdata.zoneinfo").joinpath("Asia", "Tokyo").read_bytes()
    (machine_s / "Kampala").write_bytes(tokyo)
    said = subprocess.run(
        [sys.executable, "-c", TELLS_THE_OFFSET],
        env=os.environ | {"PYTHONTZPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "3:00:00\n"
