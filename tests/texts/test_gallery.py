"""The gallery is whole, its English page in `docs/messages/` is current, and all can be built."""

from dataclasses import dataclass, field, replace

import pytest

from bot.services.news.courier import Fleet
from bot.texts.languages import LANGUAGES, own_name
from bot.texts.message import Message, Reader
from tests.texts.extraction import extracted
from tests.texts.gallery.pages import COMMAND, ENGLISH, files, page
from tests.texts.gallery.samples import EVERY_SAMPLE, READER, SAMPLES, Say
from tests.texts.reading import read


@dataclass(frozen=True)
class Listening(Reader):
    """A reader who remembers which texts were said to them."""

    said: set[str] = field(default_factory=set)

    def say(self, text: str, **values: object) -> str:
        self.said.add(text)
        return super().say(text, **values)

    def count(self, one: str, several: str, number: int, **values: object) -> str:
        self.said.add(one)
        return super().count(one, several, number, **values)


def test_the_english_page_is_current() -> None:
    is_current = ENGLISH.read_text(encoding="utf-8") == page(replace(READER, language="en"))
    assert is_current, f"run `{COMMAND}` and commit docs/messages/en.md"


def test_there_is_a_page_for_every_language_and_one_that_leads_to_them() -> None:
    pages = files()
    index = pages.pop("README.md")
    assert pages.keys() == {f"{language}.md" for language in LANGUAGES}
    for language in LANGUAGES:
        assert f"[{own_name(language)}]({language}.md)" in index
        assert pages[f"{language}.md"].startswith(f"# {own_name(language)}\n")
        assert pages[f"{language}.md"].count("\n### `") == len(EVERY_SAMPLE)


def test_no_text_is_forgotten() -> None:
    reader = Listening(
        READER.language,
        READER.timezone,
        READER.shop,
        support=READER.support,
        fleet=Fleet(is_shown=True),
        shop_url=READER.shop_url,
    )
    for say in EVERY_SAMPLE.values():
        say(reader)
    forgotten = [text for text in extracted() if text not in reader.said]
    assert forgotten == [], "add a sample to tests/texts/gallery/samples.py"


ENDS = ("unlink.question", "follows.question", "household.question", "privacy.question")
GOES_ON = ("link.question", "link.question.order")


@pytest.mark.parametrize("name", [*ENDS, *GOES_ON])
def test_what_cannot_be_undone_is_red_and_what_goes_on_is_blue(name: str) -> None:
    """The first button agrees; the second, which declines, looks like any other."""
    said = EVERY_SAMPLE[name](READER)
    assert isinstance(said, Message)
    agree, decline = said.buttons.inline_keyboard[0] if said.buttons else ()
    assert (agree.style, decline.style) == ("danger" if name in ENDS else "primary", None)


def test_an_id_names_one_sample() -> None:
    assert len(EVERY_SAMPLE) == sum(map(len, SAMPLES.values()))


@pytest.mark.parametrize("say", EVERY_SAMPLE.values(), ids=EVERY_SAMPLE)
def test_telegram_takes_every_sample_in_every_language(say: Say) -> None:
    for language in LANGUAGES:
        said = say(replace(READER, language=language))
        if isinstance(said, Message):
            read(said)
        else:
            assert said.strip()
