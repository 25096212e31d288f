"""The words on a picture, in each language; and which pictures there are."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.pictures.engine import png
from bot.pictures.sheet import HEIGHT, MARGIN, WIDTH, Sheet, Tone, drawn
from bot.services.orders.pictures import Addresses, Mood, Picture, Shown
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Progress, Timeline, timeline
from bot.services.people.sharing import SharedView
from bot.texts import orders, pictures, sharing
from bot.texts.languages import LANGUAGES
from bot.texts.message import Reader
from bot.texts.news import order_news
from bot.texts.own_states import StateWords
from bot.texts.sheets import sheet
from storage.models import Window
from storage.sealing import Seal
from tests.conftest import ENCRYPTION_KEY
from tests.pictures.looking import ink
from tests.pictures.looking import seen as looked_at
from tests.services.orders.history import START, happened, order

ADDRESSES = Addresses(Seal([ENCRYPTION_KEY]), lambda: "https://shop.test")
READER = Reader("en", ZoneInfo("Africa/Kampala"), "Nile Coffee", pictures=ADDRESSES)
NOW = START + timedelta(hours=30)
THURSDAY = date(2026, 11, 26)


def view(status: str = "shipped", **told: object) -> Timeline:
    return timeline(order(happened(0, "placed"), happened(26, status, **told)))


def read(address: str | None) -> Picture:
    assert address is not None
    return ADDRESSES.read(address.rpartition("/")[2].removesuffix(".png"))


def shown(order: Timeline, reader: Reader = READER, number: str | None = "1001") -> Sheet:
    return sheet(Shown(read(pictures.of_order(order, reader, NOW)), number), reader)


def test_it_says_where_the_order_is_and_when_it_is_expected() -> None:
    told = view("shipped", estimated_delivery=Window(earliest=THURSDAY, latest=THURSDAY))
    assert shown(told) == Sheet(
        headline="Shipped",
        shop="Nile Coffee",
        order="Order #1001",
        expected="Expected Thu 26 Nov",
        stage="Next: Out for delivery",
        done=3,
        total=5,
        tone=Tone.UNDERWAY,
        is_right_to_left=False,
    )


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        ((THURSDAY, None), "Expected from Thu 26 Nov"),
        ((None, THURSDAY), "Expected by Thu 26 Nov"),
        ((THURSDAY, date(2026, 11, 28)), "Expected Thu 26 Nov – Sat 28 Nov"),
        ((None, None), ""),
    ],
)
def test_the_expected_delivery_is_told_in_days(
    ends: tuple[date | None, date | None], says: str
) -> None:
    window = Window(earliest=ends[0], latest=ends[1])
    assert shown(view(estimated_delivery=window)).expected == says


def test_of_a_delay_it_says_what_comes_next() -> None:
    late = timeline(order(happened(0, "placed"), happened(1, "shipped"), happened(2, "delayed")))
    found = shown(late)
    assert (found.headline, found.stage, found.tone) == (
        "Delayed",
        "Next: Out for delivery",
        Tone.TROUBLED,
    )


def test_what_was_cancelled_has_no_steps() -> None:
    found = shown(view("cancelled"))
    assert (found.total, found.stage, found.tone) == (0, "", Tone.ENDED)


def test_each_language_has_a_picture_of_its_own_and_arabic_from_right_to_left() -> None:
    told = view("out_for_delivery")
    found = {tag: shown(told, replace(READER, language=tag)) for tag in LANGUAGES}
    assert len({each.headline for each in found.values()}) == len(LANGUAGES)
    assert [tag for tag, each in found.items() if each.is_right_to_left] == ["ar"]
    assert "\u2068#1001\u2069" in found["ar"].order


def test_the_picture_s_language_counts_whoever_draws_it() -> None:
    arabic = read(pictures.of_order(view(), replace(READER, language="ar"), NOW))
    assert sheet(Shown(arabic, "1001"), READER).is_right_to_left


def test_a_language_whose_letters_we_do_not_have_gets_no_picture() -> None:
    japanese = replace(READER, states=StateWords({"engraving.en": "彫刻中"}))
    assert pictures.of_order(view("engraving"), japanese, NOW) is None
    assert pictures.of_order(view("engraving"), READER, NOW) is not None


@pytest.mark.parametrize("name", ["☕ Nile Coffee ☕", "\u202eNile\u202c Coffee", "Nile <b>Coffee"])
def test_a_shop_s_name_is_written_as_far_as_it_can_be(name: str) -> None:
    assert shown(view(), replace(READER, shop_name=name)).shop in {"Nile Coffee", "Nile <b>Coffee"}


@pytest.mark.parametrize("name", [None, "咖啡", "☕"])
def test_a_shop_without_a_name_that_can_be_written_goes_without(name: str | None) -> None:
    assert shown(view(), replace(READER, shop_name=name)).shop == ""


def test_who_has_a_link_sees_no_number_and_the_owner_what_they_see() -> None:
    told = view("shipped", note="Behind the blue door", location="Kampala")
    seen = SharedView.of(told, NOW, READER.timezone)
    message = sharing.shared(seen, "s_" + "x" * 32, READER)
    picture = read(message.picture)
    assert picture.is_shared
    assert "ord_1" not in repr(picture)
    assert sheet(Shown(picture, None), READER).order == ""


def test_a_timeline_comes_with_its_picture_and_other_messages_with_none() -> None:
    told = view()
    message = orders.order_timeline(told, READER, NOW)
    assert message.picture == pictures.of_order(told, READER, NOW)
    assert order_news(told, READER, NOW).picture is None
    assert orders.order_timeline(told, replace(READER, pictures=None), NOW).picture is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_state_in_any_language_runs_out_of_its_picture(language: str) -> None:
    reader = replace(READER, language=language, shop_name="Nile Coffee & Tea")
    for status, is_pickup in [*((each, False) for each in Status), (Status.DELIVERED, True)]:
        picture = Picture(
            of="ord_1",
            language=language,
            status=status,
            mood=Mood.of(status),
            is_pickup=is_pickup,
            progress=Progress(4, 5, Status.READY_FOR_PICKUP),
            earliest=THURSDAY,
            latest=THURSDAY + timedelta(days=3),
        )
        found = drawn(sheet(Shown(picture, "KLA-1001"), reader))
        assert "…" not in found, status
        drawing = looked_at(png(found))
        for edge in ((0, 0, MARGIN - 8, HEIGHT), (WIDTH - MARGIN + 8, 0, WIDTH, HEIGHT)):
            assert ink(drawing, edge) is None, status
