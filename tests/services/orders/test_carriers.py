"""Carriers: their names, whatever a system calls them, and the pages that show a parcel."""

from collections import Counter
from urllib.parse import urlsplit

import pytest

from bot.services.orders.carrier_list import CARRIERS, Known
from bot.services.orders.carriers import completed, from_code
from bot.services.orders.values import web_address
from storage.models import Carrier

NUMBER = "1Z999AA10123456784"


def page(name: str | None, number: str | None = NUMBER) -> str | None:
    found = completed(Carrier(name=name, tracking_number=number))
    return found.tracking_url if found else None


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ups", "UPS"),
        ("dhl-germany", "DHL"),
        ("dhl_germany", "DHL"),
        ("royal-mail", "Royal Mail"),
        ("spain-correos-es", "Correos"),
        ("la-poste-colissimo", "Colissimo"),
        ("nile-express", "nile-express"),
        ("Royal mail", "Royal mail"),  # as the shop writes it
        ("UPS Express Saver", "UPS Express Saver"),
    ],
)
def test_a_system_s_code_is_a_name_for_people(theirs: str, ours: str) -> None:
    found = completed(Carrier(name=theirs))
    assert found is not None
    assert found.name == ours


@pytest.mark.parametrize("name", ["ups", "UPS", "United Parcel Service", "ups-germany"])
def test_a_name_and_a_number_are_a_link(name: str) -> None:
    assert page(name) == f"https://www.ups.com/track?tracknum={NUMBER}"


def test_what_is_told_in_brackets_does_not_matter() -> None:
    assert page("Sagawa (EN)", "123456789012") == page("sagawa", "123456789012")


def test_spaces_and_dashes_are_not_part_of_the_number() -> None:
    assert page("usps", "9400 1000-0000 0000") == page("usps", "9400100000000000")


@pytest.mark.parametrize("number", [None, "", "12", "A, B", "1Z999AA1/../x", "n" * 50, "№№№№№№№№№"])
def test_what_cannot_be_a_number_has_no_link(number: str | None) -> None:
    assert page("ups", number) is None


def test_a_link_that_was_told_stays() -> None:
    told = Carrier(name="ups", tracking_number=NUMBER, tracking_url="https://shop.example/1")
    found = completed(told)
    assert found is not None
    assert found.tracking_url == told.tracking_url


def test_who_is_not_known_stays_as_they_are() -> None:
    for carrier in (None, Carrier(), Carrier(name="Boda Boda", tracking_number=NUMBER)):
        assert completed(carrier) == carrier


def test_no_code_means_two_carriers() -> None:
    codes = Counter(code for known in CARRIERS for code in known.codes.split())
    assert [code for code, count in codes.items() if count > 1] == []


@pytest.mark.parametrize("known", [known for known in CARRIERS if known.page], ids=str)
def test_every_page_is_an_https_address_with_one_place_for_the_number(known: Known) -> None:
    address = (known.page or "").format(NUMBER)
    assert address.count(NUMBER) == 1
    assert urlsplit(web_address(address)).scheme == "https"


def test_of_a_code_that_nobody_knows_words_are_made() -> None:
    codes = {"dpd-uk": "dpd-uk", "nile-express": "Nile Express", "boda_boda": "Boda Boda"}
    assert {code: from_code(code) for code in codes} == codes
    assert from_code("xyz") == "XYZ"
