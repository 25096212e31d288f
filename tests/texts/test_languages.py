"""What each language wants of the texts that are put together: as its readers write it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.services.orders.expecting import Expected
from bot.texts import carriers, general, linking, settings, statuses, windows
from bot.texts.days import day
from bot.texts.languages import LANGUAGES, is_right_to_left
from bot.texts.message import Message, Reader
from sandbox.html import parse_html
from storage.models import Carrier, Preferences, Window
from tests.texts.gallery.samples import EVERY_SAMPLE, READER
from tests.texts.places import rows
from tests.texts.reading import read

FROM_RIGHT_TO_LEFT = [language for language in LANGUAGES if is_right_to_left(language)]
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
TYPED = re.compile(r"/[a-z]{3,}|#\d|\d[–-]\d|[+-]\d")
"""What turns around between letters that run right to left."""
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f]")


def of(language: str, **changed: object) -> Reader:
    return replace(READER, language=language, **changed)  # type: ignore[arg-type]


def bare(text: str) -> str:
    return re.sub("[\u2068\u2069\u200f]", "", text)


# Plurals


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (0, "0 منتج"),
        (1, "منتج واحد"),
        (2, "منتجان"),
        (3, "3 منتجات"),
        (11, "11 منتجًا"),
        (13, "13 منتجًا"),
        (100, "100 منتج"),
        (111, "111 منتجًا"),
        (1000, "1,000 منتج"),
    ],
)
def test_arabic_counts_as_its_plural_rules_want(number: int, says: str) -> None:
    assert bare(of("ar").count("{count} item", "{count} items", number)) == says


@pytest.mark.parametrize(
    ("number", "says"), [(1, "1 товар"), (2, "2 товара"), (5, "5 товаров"), (21, "21 товар")]
)
def test_russian_counts_as_its_plural_rules_want(number: int, says: str) -> None:
    assert of("ru").count("{count} item", "{count} items", number) == says


# From right to left


def shown(said: Message | str) -> Iterator[str]:
    """Its lines and its labels."""
    if isinstance(said, str):
        yield from said.split("\n")
        return
    yield from parse_html(said.html).text.split("\n")
    for row in rows(said):
        yield from row


@pytest.mark.parametrize("language", FROM_RIGHT_TO_LEFT)
def test_what_is_to_be_typed_keeps_its_order_among_letters_from_right_to_left(
    language: str,
) -> None:
    turned = {
        line
        for say in EVERY_SAMPLE.values()
        for line in shown(say(of(language)))
        if RIGHT_TO_LEFT.search(line) and TYPED.search(outside(line))
    }
    assert turned == set()


@pytest.mark.parametrize("language", FROM_RIGHT_TO_LEFT)
def test_a_line_of_values_alone_runs_from_right_to_left_as_its_neighbours(language: str) -> None:
    turned = {
        line
        for say in EVERY_SAMPLE.values()
        for line in shown(say(of(language)))
        if ISOLATED.search(line) and " · " in line and not RIGHT_TO_LEFT.search(outside(line))
    }
    assert turned == set()


def outside(line: str) -> str:
    """What no isolate holds together."""
    while ISOLATED.search(line):
        line = ISOLATED.sub("", line)
    return line


def test_a_command_and_a_tracking_number_are_isolated() -> None:
    assert "\u2068/link ABCD-EFGH\u2069" in linking.ask_for_code(of("ar")).html
    carrier = Carrier(name="Pearl", tracking_number="4711-22-33")
    assert "\u2068<code>4711-22-33</code>\u2069" in carriers.line(carrier, of("ar"))


# Days and times


EARLIEST, LATEST = (datetime(2026, 12, 1, hour, 30, tzinfo=UTC) for hour in (7, 11))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Expected Tue 1 Dec 10:30–14:30 GMT+3"),
        ("fr", "Livraison prévue\u202f: mar. 1er déc., 10:30–14:30 GMT+3"),
        ("es", "Llegada prevista: mar 1 dic, 10:30–14:30 GMT+3"),
        ("ru", "Ожидается: вт 1 дек., 10:30–14:30 GMT+3"),
        ("ar", "الوصول: الثلاثاء 1 ديسمبر، من 10:30 إلى 14:30 GMT+3"),
        ("sw", "Kufika kunatarajiwa: Jumanne 1 Des, 10:30–14:30 GMT+3"),
        ("lg", "Okutuuka kusuubirwa: Lw2 1 Des, 10:30–14:30 GMT+3"),
    ],
)
def test_a_day_and_its_hours_are_told_as_the_language_writes_them(language: str, says: str) -> None:
    window = Window(earliest=EARLIEST, latest=LATEST)
    told = read(Message(windows.sentence(Expected(window), of(language))))
    assert bare(told.text) == says
    assert [e["date_time_format"] for e in told.entities] == ["wd", "t", "t"]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "5 Oct 2026"),
        ("fr", "5 oct. 2026"),
        ("lg", "5 Oki 2026"),
        ("sw", "5 Okt 2026"),
        ("es", "5 oct 2026"),
        ("ru", "5 окт. 2026"),
        ("ar", "5 أكتوبر 2026"),
    ],
)
def test_a_day_of_a_year_begins_with_the_day_in_every_language(language: str, says: str) -> None:
    assert day(EARLIEST.date().replace(month=10, day=5), language, weekday=False, year=True) == says


def test_utc_is_called_so_in_every_language() -> None:
    there = {
        read(Message(windows.hours(EARLIEST, EARLIEST, of(each, timezone=ZoneInfo("UTC"))))).text
        for each in LANGUAGES
    }
    assert there == {"07:30 UTC"}


# Parcels


@pytest.mark.parametrize(
    ("language", "order", "parcel"),
    [
        ("fr", "Livrée", "Livré"),
        ("ru", "Доставлен", "Доставлена"),
        ("sw", "Imefika", "Kimefika"),
        ("lg", "Etuuse", "Kituuse"),
    ],
)
def test_a_state_agrees_with_an_order_or_with_a_parcel(
    language: str, order: str, parcel: str
) -> None:
    assert statuses.name("delivered", of(language)) == order
    assert statuses.of_parcel("delivered", of(language)) == parcel
    assert f": {parcel}." in statuses.parcel_news("delivered", of(language), parcel="A", order="1")


# A shop without a name


@pytest.mark.parametrize(
    ("language", "helps", "asks", "glad"),
    [
        ("en", "from the shop are", "Questions? Ask the shop.", "The shop will see it."),
        ("fr", "commandes à la boutique.", "Adressez-vous à la boutique.", "à la boutique."),
        ("es", "pedidos de la tienda.", "Pregunta a la tienda.", "La tienda lo verá."),
        ("ru", "заказы из магазина.", "Спросите в магазине.", "Магазин его увидит."),
        ("ar", "طلباتك من المتجر.", "اسأل المتجر.", "سيطّلع عليه المتجر."),
        ("sw", "oda zako za dukani", "Waulize dukani.", "Dukani wataona"),
        ("lg", "oda zo ez'edduuka", "Buuza ab'edduuka.", "Ab'edduuka bajja kukiraba."),
    ],
)
def test_a_shop_without_a_name_stands_in_a_natural_sentence(
    language: str, helps: str, asks: str, glad: str
) -> None:
    reader = of(language, shop_name=None)
    thanks = reader.say("Thank you for saying so. {shop} will see it.", shop=reader.shop)
    said = general.help_text(reader).html, statuses.next_step("problem", reader, order="1"), thanks
    for text, words in zip(said, (helps, asks, glad), strict=True):
        assert words in bare(text or "")


ODD = {
    "ar": "لـ\u2068|لـالمتجر",
    "en": "our shop",
    "es": r"\bde el\b",
    "fr": r"(?i)\bchez la\b|de le ",
    "lg": r"\b(eza|eya|ya|za|lwa|owa|ku|mu|ne|ewa) ab'",
    "ru": r"магазин\w* магазин",
    "sw": r"\b(kwa|na) dukani",
}
LOWER_CASE_START = re.compile(r"(?:^|[.!?] |\n|• )[a-zа-яё]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_about_a_shop_without_a_name_is_broken(language: str) -> None:
    named, nameless = of(language), of(language, shop_name=None)
    broken = {
        line
        for say in EVERY_SAMPLE.values()
        for line in shown(say(nameless))
        if line not in set(shown(say(named)))
        and ("{" in line or re.search(ODD[language], line) or LOWER_CASE_START.search(line))
    }
    assert broken == set()


# Luganda


def test_luganda_is_offered_as_a_beta() -> None:
    screen = settings.language_screen(Preferences(), READER)
    labels = [label for row in rows(screen) for label in row]
    assert [label for label in labels if "beta" in label] == ["Luganda (beta)"]
