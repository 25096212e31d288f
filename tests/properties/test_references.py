"""Names of orders and codes of links, however they are typed."""

from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.orders.references import button_key, by_suffix, key, keys, mentioned
from bot.services.orders.statuses import Status, canonical
from bot.services.people.codes import CODE_ALPHABET, CODE_LENGTH, TOKEN_LENGTH
from bot.services.people.linking import Linking
from bot.texts.orders import REFRESH, SHOW
from tests.properties.strategies import anything, fewer, identifiers, statuses

people = count(1001)
BETWEEN = st.text(" -–_\t\n\u00a0", max_size=5)


@given(anything)
def test_a_key_is_its_own_key(reference: str) -> None:
    assert key(key(reference)) == key(reference)


@given(anything, BETWEEN.map(lambda text: " #".join(text.split("-"))))
def test_spaces_hash_signs_and_case_make_no_difference(reference: str, around: str) -> None:
    loose = around.replace("–", "").replace("_", "")
    assert key(f"#{loose}{reference}{loose}") == key(reference)
    assert key(reference.casefold()) == key(reference)


@given(identifiers, anything)
def test_an_order_is_found_by_whatever_it_is_called(order_id: str, number: str) -> None:
    known = keys(order_id, number)
    assert {key(order_id), key(button_key(order_id))} <= set(known)
    assert key(number) in {*known, ""}
    assert "" not in known


@given(st.text())
def test_a_button_holds_the_key_of_any_order(order_id: str) -> None:
    for prefix in (SHOW, REFRESH):
        assert len((prefix + button_key(order_id)).encode()) <= 64


@given(anything, st.lists(st.tuples(identifiers, anything)))
def test_an_end_finds_only_what_ends_so(suffix: str, known: list[tuple[str, str]]) -> None:
    fitting = {order_id for order_id, name in known if name.endswith(suffix)}
    assert by_suffix(suffix, known) <= fitting


@given(statuses | anything, st.dictionaries(anything, statuses, max_size=3))
def test_a_state_put_into_our_words_stays_as_it_is(word: str, words: dict[str, str]) -> None:
    assert canonical(canonical(word, {}), {}) == canonical(word, {})
    assert canonical(word, words) in {*Status, word.strip()}


@settings(max_examples=fewer(2))
@given(
    lower=st.lists(st.booleans(), min_size=CODE_LENGTH, max_size=CODE_LENGTH),
    between=st.lists(BETWEEN, min_size=CODE_LENGTH + 1, max_size=CODE_LENGTH + 1),
    length=st.sampled_from([0, TOKEN_LENGTH]),
)
async def test_a_code_is_the_same_however_it_is_typed(
    linking: Linking, lower: list[bool], between: list[str], length: int
) -> None:
    issued = await linking.issue("customer-1", None)
    code = issued.code.replace("-", "")
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_ALPHABET)
    cased = [c.lower() if low else c for c, low in zip(code, lower, strict=True)]
    typed = between[0] + "".join(c + gap for c, gap in zip(cased, between[1:], strict=True))
    typed = typed.ljust(length)
    assert (await linking.offer(typed, next(people))).secret == code


@given(anything)
def test_what_is_mentioned_is_short_has_a_digit_and_little_is_looked_up(text: str) -> None:
    found = mentioned(text)
    assert len(found) <= 3
    for reference in found:
        assert 1 <= len(reference) <= 128
        assert any(letter.isdigit() for letter in reference)
        assert not reference.startswith(("~", "#"))


@given(st.from_regex(r"\A([A-Z]{1,3}-?)?[0-9]{3,12}\Z"))
def test_an_order_number_is_found_whatever_stands_around_it(number: str) -> None:
    assert mentioned(f"hello, (#{number})!") == [number]
