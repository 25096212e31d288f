"""`STATES_FILE`: what it says, and the line for each thing that is wrong in it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.services.orders.statuses import Status
from bot.settings import SettingsError, load
from bot.settings.states import States, read_states
from bot.texts.own import WrongFile
from tests.test_settings import REQUIRED

EXAMPLE = Path(__file__).parents[1] / "examples" / "states.toml"

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        file = tmp_path / "states.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def own(lines: str) -> str:
    return f'[engraving]\nname.en = "Being engraved"\nafter = "processing"\n{lines}\n'


def test_a_state_has_words_names_an_emoji_and_a_place() -> None:
    states = read_states(EXAMPLE)
    roasting = states.words["in_roastery"]
    assert roasting is states.words["roasting"]
    assert (roasting, roasting.after, roasting.hear) == ("roasting", Status.PROCESSING, "main")
    assert not roasting.closes
    assert states.words["left_at_neighbour"].closes
    assert states.called.names["roasting.fr"] == "En torréfaction"
    assert states.called.emoji == {"roasting": "🔥", "left_at_neighbour": "🏡", "shipped": "🚲"}


def test_without_a_file_there_are_none() -> None:
    assert read_states(None) == States()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[engraving", "not in the form of TOML: Expected ']' at the end of a table declaration"),
        ("engraving = 1", "[engraving]: it should be a table"),
        (own("").replace('after = "processing"', ""), "[engraving] after: it is missing"),
        (
            own("").replace("processing", "packng"),
            "[engraving] after: it should be one of payment_",
        ),
        (own("").replace("name.en", "names.en"), "[engraving] name: it is missing"),
        (own("").replace("name.en", "name"), "[engraving] name: it should be in a language each, "),
        (own("").replace("name.en", "name.english"), "[engraving] name: english is no language's "),
        (own('name.fr = ""'), "[engraving] name.fr: it should not be empty"),
        (own(f'name.fr = "{"x" * 41}"'), "[engraving] name.fr: it should have at most 40 characte"),
        (
            own('news.en = "Engraved"'),
            "[engraving] news.en: it should hold {order}, may hold {shop}",
        ),
        (own('news.en = "{order} {x}"'), "[engraving] news.en: it should hold {order}, may hold"),
        (own('news.en = "<b>{order}"'), "[engraving] news.en: <b> has no end"),
        (own('news.english = "{order}"'), "[engraving] news: english is no language's two letters"),
        (own('emoji = "fire"'), "[engraving] emoji: it should be one emoji"),
        (own('emoji = ""'), "[engraving] emoji: it should be one emoji"),
        (own('hear = "some"'), "[engraving] hear: it should be 'all', 'main' or 'important'"),
        (own('closes = "perhaps"'), "[engraving] closes: it should be true or false"),
        (own('emojy = "🔥"'), "[engraving] emojy: there is no such field: did you mean emoji?"),
        (own('colour = "red"'), "[engraving] colour: there is no such field"),
        (
            own("") + own("").replace("[engraving]", '[stamping]\nwords = ["Engraving"]'),
            "[stamping]: Engraving is a word of [engraving]",
        ),
        (
            '[shipped]\nemoji = "🚲"\nname.en = "Gone"',
            "[shipped] name: of a state of ours, only the emoji can be set here; its name",
        ),
        ("[shipped]", "[shipped] emoji: it is missing"),
    ],
)
def test_a_mistake_is_one_line(write: Write, text: str, problem: str) -> None:
    file = write(text)
    with pytest.raises(WrongFile) as wrong:
        read_states(file)
    told = [re.sub(rf"^{file}(:\d+)?: ", "", each) for each in wrong.value.mistakes]
    assert len([each for each in told if each.startswith(problem)]) == 1
    assert len(told) == 1 + ("names.en" in text)


def test_a_mistake_is_told_with_its_line(write: Write) -> None:
    file = write(
        'shipped = 1\n# mine\n[engraving]\nafter = "packng"\nname.en = "Engraved"\n'
        'hear = "x"\nname.fr = ""\n\n["stamping"]\nwords = ["Engraving"]\n'
    )
    with pytest.raises(WrongFile) as wrong:
        read_states(file)
    told = [each.removeprefix(f"{file}:").split(": ")[:2] for each in wrong.value.mistakes]
    assert told == [
        ["1", "[shipped]"],
        ["7", "[engraving] name.fr"],
        ["4", "[engraving] after"],
        ["6", "[engraving] hear"],
        ["9", "[stamping] name"],
        ["9", "[stamping] after"],
    ]


def test_a_mistake_stops_the_start(write: Write) -> None:
    file = write(own('hear = "some"') + '[shipped]\nemoji = "x"\n')
    required: dict[str, Any] = {name.lower(): value for name, value in REQUIRED.items()}
    with pytest.raises(SettingsError) as refused:
        load(None, states_file=file, **required)
    assert str(refused.value).splitlines() == [
        f"{file}:4: [engraving] hear: it should be 'all', 'main' or 'important'",
        f"{file}:6: [shipped] emoji: it should be one emoji",
    ]
