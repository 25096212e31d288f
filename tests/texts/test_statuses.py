"""Every state has a name, a picture and a sentence."""

from dataclasses import replace

import pytest

from bot.services.orders.statuses import Status
from bot.texts import statuses
from bot.texts.message import Message
from tests.texts.reading import HOSTILE, READER, read


@pytest.mark.parametrize("status", Status)
def test_every_state_has_a_name_a_picture_and_news(status: Status) -> None:
    assert status in statuses.NAMES
    assert status in statuses.NEWS
    assert statuses.emoji(status, READER) != statuses.emoji("unknown", READER)


@pytest.mark.parametrize("status", Status)
def test_a_name_is_words_that_people_use(status: Status) -> None:
    name = statuses.name(status, READER)
    assert "_" not in name
    assert name[0].isupper()
    assert len(name) <= 24  # or a button would cut it


def test_no_two_states_are_called_the_same() -> None:
    assert len({statuses.name(status, READER) for status in Status}) == len(Status)
    assert len(set(statuses.NEWS.values())) == len(Status)


@pytest.mark.parametrize("status", [*Status, "customs_hold"])
def test_news_is_a_sentence_about_the_order(status: str) -> None:
    said = statuses.news(status, replace(READER, shop_name=None), order="<b>#1</b>")
    assert "our order <b>#1</b>" in said
    assert said[0].isupper()
    assert said[-1] in ".!"
    assert "{" not in said


@pytest.mark.parametrize(
    ("status", "readable"),
    [
        ("customs_hold", "Customs hold"),
        ("CUSTOMS-HOLD", "CUSTOMS HOLD"),
        ("at  the\tborder", "At the border"),
        ("配送中", "配送中"),
        ("_", "_"),
    ],
)
def test_a_shops_own_word_is_made_readable(status: str, readable: str) -> None:
    assert statuses.name(status, READER) == readable


@pytest.mark.parametrize("status", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_state_is_told_as_text(status: str) -> None:
    parsed = read(Message(statuses.news(status, READER, order="#1")))
    assert parsed.text.startswith("News of your order #1: ")
    assert not parsed.entities
