"""Whoever reads that they may ask the shop has the way there at hand."""

import re
from dataclasses import dataclass, field, replace

import pytest

from bot.texts import support
from bot.texts.languages import LANGUAGES
from bot.texts.message import Message, Reader
from tests.texts.gallery.samples import EVERY_SAMPLE, READER
from tests.texts.reading import buttons, marked, read

ADDRESS = "https://nile.example/contact?from=bot&lang=en"
PHONE = "+256700000001"
ASKS = re.compile(
    r"([Aa]sk|write to|Contact) \{shop\}|check with them"
    r"|Only \{shop\} can|talk to \{shop\}"
    r"|I can't find that one|I found no order|I know no account|no longer valid"
)
"""What says so, or leaves somebody who can only ask."""
ALSO = {"help", "help.no_shop_name", "help.not_understood", "feedback.question.answered.bad"}
"""Where people look for it."""
ANOTHER_WAY = {"words.only_the_shop.which", "page.next.problem"}
"""What says so, and leads to the staff in this chat, or to who has shared the order."""


@dataclass(frozen=True)
class Hearing(Reader):
    heard: list[str] = field(default_factory=list)

    def say(self, text: str, **values: object) -> str:
        self.heard.append(text)
        return super().say(text, **values)


def a_reader(way: str | None, language: str = "en") -> Hearing:
    return Hearing(language, READER.timezone, READER.shop_name, support=way)


def has_the_way(said: Message, way: str) -> bool:
    links, text = [button.url for button in buttons(said)], read(said)
    return way in links or "📞" in text.text or bool(marked(text, "text_link"))


@pytest.mark.parametrize("way", [ADDRESS, PHONE])
@pytest.mark.parametrize("name", EVERY_SAMPLE)
def test_the_way_to_the_shop_is_where_the_text_says_to_ask_and_nowhere_else(
    name: str, way: str
) -> None:
    reader = a_reader(way)
    said = EVERY_SAMPLE[name](reader)
    if isinstance(said, Message):
        asks = any(map(ASKS.search, reader.heard)) or name in ALSO
        assert has_the_way(said, way) == (asks and name not in ANOTHER_WAY)


def test_without_one_nothing_is_said_of_it() -> None:
    said = Message("Sorry")
    assert support.under(said, a_reader(None)) == said


def test_of_an_order_with_a_problem_the_button_is_the_first_and_in_colour() -> None:
    said = EVERY_SAMPLE["timeline.problem"](a_reader(ADDRESS))
    assert isinstance(said, Message)
    rows = said.buttons.inline_keyboard if said.buttons else ()
    assert [[button.text for button in row] for row in rows] == [
        ["💬 Ask the shop"],
        ["🔄 Refresh", "⚙️ Options"],
    ]
    assert (rows[0][0].url, rows[0][0].style) == (ADDRESS, "primary")


def test_a_phone_number_stands_in_the_text_for_a_button_cannot_hold_it() -> None:
    said = EVERY_SAMPLE["news.problem"](a_reader(PHONE))
    assert isinstance(said, Message)
    assert read(said).text.endswith(f"\n\n📞 {PHONE}")
    assert [button.text for button in buttons(said)] == ["Show timeline"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_the_phone_s_keyboard_changes_it_is_a_link(language: str) -> None:
    said = EVERY_SAMPLE["phone.unknown"](a_reader(ADDRESS, language))
    assert isinstance(said, Message)
    [link] = [each for each in read(said).entities if each["type"] == "text_link"]
    assert link["url"] == ADDRESS


def test_a_long_timeline_leaves_room_for_it() -> None:
    for language in LANGUAGES:
        reader = replace(READER, language=language, support=PHONE)
        said = EVERY_SAMPLE["timeline.asks_and_is_too_long"](reader)
        assert isinstance(said, Message)
        assert PHONE in read(said).text
