"""What makes a text safe: foreign words, moments, lengths."""

from datetime import UTC, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from bot.texts.message import Message, Reader, foreign, length, moment, plain
from sandbox.html import parse_html
from sandbox.text import utf16_length
from tests.texts.reading import HOSTILE, READER, marked, read

AT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_foreign_words_are_text_and_nothing_else(words: str) -> None:
    parsed = read(Message(f"<b>{foreign(words)}</b>."))
    assert {entity["type"] for entity in parsed.entities} <= {"bold"}
    assert parsed.text == plain(words, 300) + "."


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_foreign_words_stand_on_one_line_and_are_cut(words: str) -> None:
    shown = plain(words, 20)
    assert len(shown) <= 20
    assert shown == "" or shown.isprintable() or "\u200d" in shown  # joins an emoji's parts
    assert len(unescape(foreign(words, 20))) <= 20


def test_a_break_parts_words_and_an_unseen_mark_does_not() -> None:
    assert plain(HOSTILE["lines"], 300) == "one two three four five six seven eight nine"
    assert plain("a\u202eb\x00c\ufeffd", 300) == "abcd"


def test_what_is_cut_says_so() -> None:
    assert plain("abcdef", 6) == "abcdef"
    assert plain("abcdefg", 6) == "abcde…"
    assert plain("abcd efg", 6) == "abcd…"


def test_a_cut_never_leaves_half_a_reference() -> None:
    assert foreign("&" * 10, 4) == "&amp;&amp;&amp;…"


@pytest.mark.parametrize("html", ["plain", "<b>bold</b> &amp; 🎉", "&lt;b&gt;&#x27;&quot;", "é\n"])
def test_a_length_is_what_telegram_counts_after_parsing(html: str) -> None:
    assert length(html) == utf16_length(parse_html(html).text)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_the_length_of_foreign_words_is_counted_right(words: str) -> None:
    html = f"<i>{foreign(words, 5000)}</i>"
    assert length(html) == utf16_length(parse_html(html).text)


def test_a_moment_is_told_to_the_phone_in_seconds() -> None:
    (entity,) = parse_html(moment(AT, READER)).entities
    assert (entity["type"], entity["unix_time"]) == ("date_time", int(AT.timestamp()))
    assert entity["date_time_format"] == "wdt"


@pytest.mark.parametrize(
    ("language", "zone", "says"),
    [
        ("en", "UTC", "Mon 23 Nov 22:30 UTC"),
        ("en", "Africa/Kampala", "Tue 24 Nov 01:30 GMT+3"),
        ("en_GB", "Europe/Berlin", "Mon 23 Nov 23:30 CET"),
        ("de", "Europe/Berlin", "Mo. 23 Nov. 23:30 MEZ"),
    ],
)
def test_older_apps_show_day_time_and_zone(language: str, zone: str, says: str) -> None:
    reader = Reader(language, ZoneInfo(zone), "shop")
    parsed = parse_html(moment(AT, reader))
    assert parsed.text == says
    assert marked(parsed, "date_time") == [says]


def test_a_moment_may_be_the_time_of_day_alone() -> None:
    assert parse_html(moment(AT, READER, style="t")).text == "01:30 GMT+3"
