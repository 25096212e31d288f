"""The address of a picture: what it says, who can read it, and who can make one."""

import base64
from dataclasses import replace
from datetime import date

import pytest

from bot.services.orders.pictures import Addresses, Mood, NoPicture, Picture
from bot.services.orders.statuses import OwnState, Status
from bot.services.orders.timeline import Progress
from storage.sealing import Seal
from tests.conftest import ENCRYPTION_KEY

OTHER_KEY = "q5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
PICTURE = Picture(
    of="ord_1",
    language="ar",
    status="out_for_delivery",
    mood=Mood.UNDERWAY,
    progress=Progress(4, 5, "out_for_delivery"),
    earliest=date(2026, 11, 26),
    latest=date(2026, 11, 26),
)


def addresses(base: str = "https://shop.test", *keys: str) -> Addresses:
    return Addresses(Seal(keys or [ENCRYPTION_KEY]), lambda: base)


def enclosed(picture: Picture = PICTURE) -> str:
    address = addresses().of(picture)
    assert address is not None
    return address.removeprefix("https://shop.test/p/").removesuffix(".png")


def test_an_address_says_what_is_shown_and_is_the_same_each_time() -> None:
    assert addresses().read(enclosed()) == PICTURE
    assert enclosed() == enclosed(replace(PICTURE))
    others = [
        replace(PICTURE, of="ord_2"),
        replace(PICTURE, is_shared=True),
        replace(PICTURE, language="en"),
        replace(PICTURE, latest=None),
        replace(PICTURE, progress=None),
    ]
    assert len({enclosed(), *map(enclosed, others)}) == 6


def test_nobody_reads_in_an_address_what_it_says() -> None:
    closed = base64.urlsafe_b64decode(enclosed() + "==")
    for word in (b"ord_1", b"delivery", b"2026", b"ar"):
        assert word not in closed
    assert len(enclosed()) < 400


def test_an_address_stays_right_when_another_key_seals() -> None:
    before = Addresses(Seal([ENCRYPTION_KEY]), lambda: "https://shop.test")
    after = Addresses(Seal([OTHER_KEY, ENCRYPTION_KEY], own=ENCRYPTION_KEY), lambda: "https://x.y")
    assert after.read(str(before.of(PICTURE)).split("/p/")[1].removesuffix(".png")) == PICTURE


def test_no_letter_of_an_address_can_be_another() -> None:
    right = enclosed()
    for place in range(len(right)):
        for letter in "AZz-_0":
            forged = f"{right[:place]}{letter}{right[place + 1 :]}"
            if forged != right:
                with pytest.raises(NoPicture):
                    addresses().read(forged)


@pytest.mark.parametrize("forged", ["", "A", "AAAA", "é", "a" * 5000, enclosed()[:-4]])
def test_what_we_did_not_make_is_no_address(forged: str) -> None:
    with pytest.raises(NoPicture):
        addresses().read(forged)


def test_another_service_s_address_is_none_of_ours() -> None:
    with pytest.raises(NoPicture):
        addresses("https://shop.test", OTHER_KEY).read(enclosed())


def test_what_we_enclosed_for_something_else_is_no_picture() -> None:
    with pytest.raises(NoPicture):
        addresses().read(Seal([ENCRYPTION_KEY]).enclosed('{"of": "ord_1"}'))


def test_where_nobody_sees_pictures_there_is_no_address() -> None:
    nowhere = addresses("")
    assert nowhere.of(PICTURE) is None
    with pytest.raises(NoPicture):
        nowhere.read(enclosed())


@pytest.mark.parametrize(
    ("status", "mood"),
    [
        (Status.PLACED, Mood.UNDERWAY),
        (Status.OUT_FOR_DELIVERY, Mood.UNDERWAY),
        ("engraving", Mood.UNDERWAY),
        (OwnState("engraving", Status.PACKED), Mood.UNDERWAY),
        (OwnState("at customs", Status.ON_HOLD), Mood.TROUBLED),
        (OwnState("given away", Status.PLACED, closes=True), Mood.ENDED),
        (OwnState("in your locker", Status.DELIVERED), Mood.ARRIVED),
        (Status.DELAYED, Mood.TROUBLED),
        (Status.PAYMENT_DUE, Mood.TROUBLED),
        (Status.DELIVERED, Mood.ARRIVED),
        (Status.CANCELLED, Mood.ENDED),
    ],
)
def test_a_state_has_a_mood(status: str, mood: Mood) -> None:
    assert Mood.of(status) is mood
