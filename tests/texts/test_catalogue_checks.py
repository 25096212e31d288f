"""The checks find what they are for; `test_catalogues` applies them to our catalogues."""

from collections.abc import Callable, Iterator

import pytest
from babel.messages.catalog import Catalog

from tests.texts import catalogue_checks as checks
from tests.texts.extraction import Text, extracted, texts

ONE, SEVERAL = "{count} item", "{count} items"
SEND = "Send <b>it</b> with /link ABCD-EFGH to {shop}"
GOOD = "Envoyez-<b>le</b> à {shop} avec /link ABCD-EFGH"
ITEMS = ("{count} article", "{count} articles")
REFERENCE = {SEND: Text(SEND), ONE: Text(ONE, SEVERAL)}


def catalogue(
    text: str = GOOD, items: tuple[str, ...] = ITEMS, *, locale: str = "fr", flags: str = ""
) -> Catalog:
    made = Catalog(locale=locale)
    made.add(SEND, text, flags=flags.split())
    made.add((ONE, SEVERAL), items)
    return made


def test_the_code_s_texts_are_found_with_their_plurals() -> None:
    found = extracted()
    assert found["My orders"].plural is None
    assert found["{count} item"].plural == "{count} items"
    assert "Packed" in found  # kept in a table, behind N_


def test_texts_are_found_wherever_they_are_said() -> None:
    source = (
        """f"<b>{reader.say('a')}</b> {r.count('b', 'c', n)}", N_("d" "e"), say(f"{x}"), say(y)"""
    )
    assert [*texts(source), *texts("'x'.count('y', 2)")] == [Text("a"), Text("b", "c"), Text("de")]


def test_a_good_catalogue_has_nothing_wrong() -> None:
    good = catalogue()
    assert list(checks.wrong_msgids(good, REFERENCE)) == []
    for check in (
        checks.not_translated,
        checks.wrong_plurals,
        checks.wrong_placeholders,
        checks.wrong_markup,
        checks.wrong_words,
        checks.wrong_spaces,
    ):
        assert (check.__name__, list(check(good))) == (check.__name__, [])


def test_texts_that_are_missing_left_over_or_changed_are_named() -> None:
    reference = {"New": Text("New"), ONE: Text(ONE, "{count} things")}
    assert list(checks.wrong_msgids(catalogue(), reference)) == [
        "missing: New",
        f"left over: {SEND}",
        f"another plural in English: {ONE}",
    ]


Check = Callable[[Catalog], Iterator[str]]


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (checks.not_translated, catalogue("")),
        (checks.not_translated, catalogue(SEND)),
        (checks.not_translated, catalogue(flags="fuzzy")),
        (checks.not_translated, catalogue(items=("{count} article", ""))),
        (checks.wrong_plurals, catalogue(items=(*ITEMS, "{count} articles"))),
        (checks.wrong_plurals, catalogue(items=("{count} вещь", "{count} вещи"), locale="ru")),
        (checks.wrong_placeholders, catalogue(GOOD.replace("{shop}", "{boutique}"))),
        (checks.wrong_placeholders, catalogue(GOOD.replace("{shop}", "le magasin"))),
        (checks.wrong_placeholders, catalogue(GOOD.replace("{shop}", "{shop"))),
        (checks.wrong_placeholders, catalogue(GOOD.replace("{shop}", "{shop.url}"))),
        (checks.wrong_placeholders, catalogue(GOOD.replace("{shop}", "{shop!r}"))),
        (checks.wrong_placeholders, catalogue(items=("un article", "{count} articles"))),
        (checks.wrong_markup, catalogue(GOOD.replace("</b>", ""))),
        (checks.wrong_markup, catalogue(GOOD.replace("<b>", "<i>").replace("</b>", "</i>"))),
        (checks.wrong_markup, catalogue(f"{GOOD} < 1")),
        (checks.wrong_words, catalogue(GOOD.replace("/link", "/lien"))),
        (checks.wrong_words, catalogue(GOOD.replace("ABCD-EFGH", ""))),
        (checks.wrong_spaces, catalogue(f"{GOOD} ")),
        (checks.wrong_spaces, catalogue(GOOD.replace(" à ", "  à "))),
        (checks.wrong_spaces, catalogue(GOOD.replace(" à ", "\n"))),
        (checks.wrong_spaces, catalogue(GOOD.replace("{shop}", "\u200f{shop}"))),
        (checks.wrong_spaces, catalogue(f"{GOOD} ?")),
    ],
)
def test_what_is_wrong_is_found(check: Check, wrong: Catalog) -> None:
    assert len(list(check(wrong))) == 1


@pytest.mark.parametrize(
    ("language", "wrong"),
    [
        ("sw", "Saa {time}"),
        ("lg", "Ku ssaawa {time}"),
        ("es", "Silencio desde las {time}"),
        ("ru", "Ожидается с {when}"),
    ],
)
def test_a_time_has_no_clock_word_and_no_preposition_before_it(language: str, wrong: str) -> None:
    made = Catalog(locale=language)
    made.add("At {time}", wrong)
    assert len(list(checks.wrong_times(made))) == 1


def test_a_form_of_one_number_only_may_say_it_in_words() -> None:
    words = ("لا أغراض", "غرض واحد", "غرضان", "{count} أغراض", "{count} غرضًا", "{count} غرض")
    assert list(checks.wrong_placeholders(catalogue(items=words, locale="ar"))) == []
    many = (*words[:3], "أغراض", *words[4:])
    assert len(list(checks.wrong_placeholders(catalogue(items=many, locale="ar")))) == 1
    russian = ("одна вещь", "{count} вещи", "{count} вещей")  # stands for 21 and 31 too
    assert len(list(checks.wrong_placeholders(catalogue(items=russian, locale="ru")))) == 1
