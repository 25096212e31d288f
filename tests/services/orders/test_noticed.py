"""States that nobody knows: counted by their word, and told to the log once."""

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.services.orders.noticed import MOST_WORDS, OTHERS, Noticed


def metric(word: str) -> float:
    return REGISTRY.get_sample_value("trackline_unknown_states_total", {"word": word}) or 0


async def test_a_word_is_counted_and_stands_in_the_log_once_with_its_count_and_what_to_do() -> None:
    noticed, before = Noticed(), metric("engraving")
    for status in ("engraving", "shipped", "engraving"):
        noticed.state(status)
    with capture_logs() as logs:
        await noticed.log_words()
        noticed.state("engraving")
        await noticed.log_words()
    assert [(line["event"], line["word"], line["count"]) for line in logs] == [
        ("unknown_state", "engraving", 2)
    ]
    assert logs[0]["mend"].startswith("Map in the console, or STATUS_WORDS")
    assert noticed.take_words() == {"engraving": 3}
    assert metric("engraving") - before == 3


def test_the_metric_says_what_to_do() -> None:
    [ours] = [m for m in REGISTRY.collect() if m.name == "trackline_unknown_states"]
    assert "STATUS_WORDS" in ours.documentation


async def test_beyond_so_many_different_words_the_others_are_counted_together() -> None:
    noticed, before = Noticed(), metric(OTHERS)
    for n in range(MOST_WORDS + 10):
        noticed.state(f"word {n}")
    noticed.state("word 0")
    assert noticed.take_words() == {
        **{f"word {n}": 1 for n in range(MOST_WORDS)},
        "word 0": 2,
        OTHERS: 10,
    }
    assert metric(OTHERS) - before == 10
    with capture_logs() as logs:
        await noticed.log_words()
    assert len(logs) == MOST_WORDS + 1


def test_a_state_of_the_shop_s_own_that_has_a_name_is_known() -> None:
    noticed = Noticed(named={"engraving"})
    noticed.state("Engraving")
    assert noticed.take_words() == {}
    assert noticed.take_states() == {"other": 1}
