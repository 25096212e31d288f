"""The shop's own words: said in the place of ours, and refused where they would go wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.texts import general
from bot.texts.forms import beside
from bot.texts.languages import FOLDER, LANGUAGES, REFERENCE, Texts
from bot.texts.message import Message, Reader
from bot.texts.own import Known, WrongFile, known, own_texts, starter
from tests.texts.extraction import extracted
from tests.texts.gallery.pages import files
from tests.texts.gallery.samples import EVERY_SAMPLE
from tests.texts.gallery.samples import READER as GALLERY_READER
from tests.texts.reading import READER, buttons, read

SHIPPED = "Your order {order} has been shipped."
ITEM, ITEMS = "{count} item", "{count} items"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of own words, and gives the folder."""

    def write(text: str, name: str = "en.po") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def says(msgid: str, *forms: str, plural: str | None = None) -> str:
    lines = [f'msgid "{msgid}"']
    if plural:
        lines += [f'msgid_plural "{plural}"']
        lines += [f'msgstr[{number}] "{form}"' for number, form in enumerate(forms)]
    else:
        lines += [f'msgstr "{form}"' for form in forms]
    return "\n".join(lines) + "\n"


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(WrongFile) as wrong:
        own_texts(folder)
    return [mistake.removeprefix(f"{folder}/") for mistake in wrong.value.mistakes]


# What becomes of them


def test_they_are_said_in_the_place_of_ours_and_the_rest_stays(write: Write) -> None:
    folder = write(says(SHIPPED, "{order} has left the roastery!"))
    reader = replace(READER, texts=own_texts(folder))
    assert reader.say(SHIPPED, order="#1") == "#1 has left the roastery!"
    assert reader.say("Confirmed") == "Confirmed"
    french = replace(reader, language="fr")
    assert french.say(SHIPPED, order="#1") == replace(READER, language="fr").say(
        SHIPPED, order="#1"
    )


def test_what_is_counted_has_the_forms_of_its_language(write: Write) -> None:
    folder = write(
        says(ITEM, "{count} вещь", "{count} вещи", "{count} вещей", plural=ITEMS), "ru.po"
    )
    reader = replace(READER, language="ru", texts=own_texts(folder))
    assert [reader.count(ITEM, ITEMS, number) for number in (1, 3, 5)] == [
        "1 вещь",
        "3 вещи",
        "5 вещей",
    ]


def test_a_file_in_a_language_that_we_do_not_speak_adds_it(write: Write) -> None:
    texts = own_texts(write(says("Confirmed", "Bestätigt"), "de.po"))
    german = replace(READER, texts=texts).speaking("de-AT")
    assert (german.language, german.say("Confirmed")) == ("de", "Bestätigt")
    assert german.say("Packed") == "Packed"
    assert set(texts.languages) == {*LANGUAGES, "de"}


def test_a_button_is_understood_by_the_shop_s_word_and_by_ours(write: Write) -> None:
    texts = own_texts(write(says("My orders", "My coffee")))
    assert general.meant("📦 My coffee", texts) == general.ORDERS
    assert general.meant("📦 My orders", texts) == general.ORDERS  # the keyboard of before


def test_what_is_empty_is_left_to_us(write: Write) -> None:
    folder = write(says("Confirmed", " ") + "\n" + says(ITEM, "", "", plural=ITEMS))
    texts = own_texts(folder)
    assert replace(READER, texts=texts).count(ITEM, ITEMS, 2) == "2 items"
    assert texts.counts == {"en": 0}


def test_the_gallery_shows_them(write: Write) -> None:
    pages = files(own_texts(write(says("Confirmed", "Bestätigt"), "de.po")))
    assert "Bestätigt" in pages["de.md"]
    assert "[Deutsch](de.md)" in pages["README.md"]


# What would go wrong


@pytest.mark.parametrize(
    ("file", "mistake"),
    [
        ("\n#, fuzzy\n" + says("Confirmed", "OK"), "en.po:3: marked as fuzzy: check the text, "),
        (says(SHIPPED, "It is on its way"), "en.po:1: {order} is missing: “It is on its way”"),
        (says(SHIPPED, "{order} {parcel}"), "en.po:1: there is no {parcel} here: “{order}"),
        (says(SHIPPED, "{order"), "en.po:1: a brace is wrong: { and } stand around a name only: "),
        (says(SHIPPED, "{order!r}"), "en.po:1: a brace is wrong: "),
        (says(SHIPPED, "<b>{order}"), "en.po:1: <b> has no end: “<b>{order}”"),
        (says(SHIPPED, "<b><i>{order}</b></i>"), "en.po:1: </b> ends what was not begun last: "),
        (says(SHIPPED, "<h1>{order}</h1>"), "en.po:1: only a, b, code, i, s, u can mark a text; "),
        (says(SHIPPED, "<3 {order}"), "en.po:1: only a, b, code, i, s, u can mark a text; < itsel"),
        (says(SHIPPED, "<a>{order}</a>"), "en.po:1: a tag is like <b>, a link like <a href="),
        (says("Refresh", "<b>New</b>"), "en.po:1: no < or markup can stand here: “<b>New</b>”"),
        (
            says("Refresh", "Have another look at it"),
            "en.po:1: 23 characters, where there is room for 18: “Have another look at it”",
        ),
        (says("Saved", "S" * 201), "en.po:1: 201 characters, where there is room for 200: “SS"),
        (says("My orders", "O" * 21), "en.po:1: 21 characters, where there is room for 20: “OO"),
        (
            says("Where is my order?", "?" * 257),
            "en.po:1: 257 characters, where there is room for 256: “??",
        ),
        (says(SHIPPED, "{order}" + "!" * 101), "en.po:1: 101 characters, where there is room "),
        (
            says(ITEM, "{count} bag", plural=ITEMS),
            "en.po:1: it should have 2 forms, msgstr[0] to m",
        ),
        (
            says(ITEM, "{count} bag", " ", plural=ITEMS),
            "en.po:1: it should have 2 forms, msgstr[0]",
        ),
        (says(ITEM, "{count} bag"), "en.po:1: it should have msgid_plural “{count} items”"),
        (says(ITEM, "a bag", "bags", plural=ITEMS), "en.po:1: {count} is missing: “bags”"),
        (says("Saved", "OK", "OK", plural="Saved"), "en.po:1: it counts nothing"),
        ('msgid "Saved"\nmsgstr "Copy\n', "en.po:2: the quote is not closed"),
        ('msgid "Saved"\nmsgstr ""\n"Co\\"\n', "en.po:3: the quote is not closed"),
        ("Saved = OK\n", "en.po:1: not in the form of a PO file"),
        (
            'msgid ""\nmsgstr "Plural-Forms: nplurals=3; plural=n%3;\\n"\n',
            "en.po:1: Plural-Forms should be nplurals=2; plural=(n != 1);",
        ),
    ],
)
def test_a_mistake_is_one_line_with_its_file_and_line(
    write: Write, file: str, mistake: str
) -> None:
    (told,) = mistakes(write(file))
    assert told.startswith(mistake)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (
            says("Confimred", "OK"),
            "en.po:1: no text of ours: “Confimred”; did you mean “Confirmed”?",
        ),
        (says("xyz", "OK"), "en.po:1: no text of ours: “xyz”"),
        (
            'msgctxt "state"\n' + says("Confirmed", "OK"),
            "en.po:2: no text of ours has a msgctxt: “Confirmed”",
        ),
    ],
)
def test_a_text_of_yesterday_stops_nothing_and_is_told(write: Write, file: str, line: str) -> None:
    folder = write(file)
    texts = own_texts(folder)
    assert [each.removeprefix(f"{folder}/") for each in texts.unused] == [line]
    assert replace(READER, texts=texts).say("Confirmed") == "Confirmed"
    assert texts.counts == {"en": 0}


def test_each_mistake_has_its_line(write: Write) -> None:
    file = says("Saved", "OK") + "\n# ours\n" + says("Muted", "<b>") + "\n" + says(SHIPPED, "gone")
    assert [mistake.split(": ")[0] for mistake in mistakes(write(file))] == ["en.po:5", "en.po:8"]


@pytest.mark.parametrize("name", ["deutsch.po", "xx.po", "de_AT.po"])
def test_a_file_is_named_as_its_language(write: Write, name: str) -> None:
    (told,) = mistakes(write(says("Saved", "OK"), name))
    assert told == f"{name}: the name should be a language's two letters, like de.po"


def test_a_folder_without_a_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match=r"there is no file like en\.po or en\.toml in it"):
        own_texts(tmp_path)


def test_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_bytes('msgid "Saved"\nmsgstr "Größe"\n'.encode("latin-1"))
    assert mistakes(tmp_path) == ["de.po: cannot be read: it should be a text file in UTF-8"]


# What there is to replace


def test_every_text_of_the_code_is_known() -> None:
    assert {text.msgid: text.plural for text in known().values()} == {
        text.msgid: text.plural for text in extracted().values()
    }


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != REFERENCE])
def test_our_own_translations_would_be_taken(tmp_path: Path, language: str) -> None:
    (tmp_path / f"{language}.po").write_bytes((FOLDER / f"{language}.po").read_bytes())
    assert own_texts(tmp_path).counts == {language: len(known())}


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar", "ja"])
def test_a_file_to_begin_with_has_all_texts_and_changes_none(tmp_path: Path, language: str) -> None:
    with (tmp_path / f"{language}.po").open("wb") as file:
        write_po(file, starter(language), width=0)
    written = (tmp_path / f"{language}.po").read_text(encoding="utf-8")
    assert written.count("\nmsgid ") == len(known()) + 1
    assert ("# ours: " in written) == (language in {"fr", "ar"})
    assert own_texts(tmp_path).counts == {language: 0}


def own_of(say: Callable[[str, Known], str]) -> Reader:
    """Somebody to whom every text is said so."""
    own = Catalog("en")
    for text in known().values():
        one = say(text.msgid, text)
        if text.plural:
            own.add((text.msgid, text.plural), (one, say(text.plural, text)))
        else:
            own.add(text.msgid, one)
    return replace(GALLERY_READER, texts=Texts({"en": own}))


def test_markup_is_seen_nowhere_where_it_may_stand() -> None:
    """Else a customer would read <u> on a button, or Telegram refuse the message."""
    reader = own_of(lambda said, text: said if text.is_plain else f"<u>{said}</u>")
    for name, say in EVERY_SAMPLE.items():
        said = say(reader)
        seen = said if isinstance(said, str) else read(said).text + str(buttons(said))
        assert "<u>" not in seen, name


def test_as_long_as_they_may_be_telegram_takes_every_message() -> None:
    reader = own_of(lambda said, text: said + "x" * (text.room - len(beside(said))))
    for say in EVERY_SAMPLE.values():
        said = say(reader)
        if isinstance(said, Message):
            read(said)
