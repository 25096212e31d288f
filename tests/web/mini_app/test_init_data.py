"""Who opens the Mini App, as a pure function."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from handlers.web.mini_app.init_data import (
    AHEAD,
    FRESH,
    LONGEST,
    Refused,
    Why,
    claimed_language,
    verified,
)
from sandbox.mini_apps import init_data as sandbox_s
from sandbox.model import Account
from tests.web.mini_app.signing import TOKEN, fields, signed

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PUBLISHED = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22"
    "Vladislav%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22"
    "language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D&auth_date=1662771648&hash="
    "c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
"""A vector that the libraries for other languages are tested with."""
PUBLISHED_TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
GOOD = fields(7, NOW)


def why(init_data: str, now: datetime = NOW, token: str = TOKEN) -> Why | None:
    try:
        verified(init_data, token, now)
    except Refused as refused:
        return refused.why
    return None


def test_a_published_vector_is_accepted() -> None:
    found = verified(PUBLISHED, PUBLISHED_TOKEN, datetime.fromtimestamp(1662771648, UTC))
    assert (found.chat_id, found.language) == (279058397, "ru")


def test_what_the_sandbox_signs_is_accepted() -> None:
    alice = Account(7, "Ælice & Söhne = 1\n", "sw", "1")
    found = verified(sandbox_s(TOKEN, alice, NOW), TOKEN, NOW)
    assert (found.chat_id, found.language, found.until) == (7, "sw", NOW + FRESH)


def test_each_opening_has_a_mark_of_its_own() -> None:
    alice = Account(7, "Alice", "en", "1")
    marks = {verified(sandbox_s(TOKEN, alice, NOW), TOKEN, NOW).mark for _ in range(2)}
    assert len(marks) == 2


def test_another_bot_s_is_refused() -> None:
    assert why(signed(GOOD, "654321:TEST")) == Why.FORGED
    assert why(signed(GOOD), token="123456:OTHER") == Why.FORGED


@pytest.mark.parametrize("name", ["query_id", "user", "auth_date", "signature"])
def test_a_changed_field_is_refused(name: str) -> None:
    good = dict(parse_qsl(signed(GOOD)))
    for value in (good[name] + "1", good[name][:-1] + "x", ""):
        assert why(urlencode(good | {name: value})) == Why.FORGED


def test_a_field_more_or_less_is_refused() -> None:
    good = dict(parse_qsl(signed(GOOD)))
    assert why(urlencode(good | {"can_send_after": "0"})) == Why.FORGED
    assert why(urlencode({n: v for n, v in good.items() if n != "signature"})) == Why.FORGED


@pytest.mark.parametrize("mark", ["", "0" * 64, "é" * 64, "C501" + "0" * 60])
def test_a_hash_that_is_none_is_refused(mark: str) -> None:
    assert why(urlencode([*GOOD, ("hash", mark)])) == Why.FORGED


@pytest.mark.parametrize("name", ["user", "auth_date"])
def test_a_field_that_we_need_is_missed(name: str) -> None:
    assert why(signed([each for each in GOOD if each[0] != name])) == Why.INCOMPLETE
    assert why(urlencode(GOOD)) == Why.INCOMPLETE


@pytest.mark.parametrize("name", ["user", "auth_date", "hash", "query_id"])
def test_a_field_that_stands_twice_is_refused(name: str) -> None:
    good = signed(GOOD)
    value = dict(parse_qsl(good))[name]
    assert why(f"{good}&{name}={quote(value)}") == Why.TWICE
    assert why(f"{name}=0&{good}") == Why.TWICE
    assert why(signed([*GOOD, (name, "0")])) == Why.TWICE


def test_what_is_too_old_or_still_to_come_is_refused() -> None:
    made = signed(GOOD)
    assert why(made, NOW + FRESH - timedelta(seconds=1)) is None
    assert why(made, NOW + FRESH) == Why.STALE
    assert why(made, NOW - AHEAD) is None
    assert why(made, NOW - AHEAD - timedelta(seconds=1)) == Why.FUTURE


@pytest.mark.parametrize("date", ["", "now", "-1", "1e9", "9" * 12, "١٧٠٠٠٠٠٠٠٠", "1.5"])
def test_a_time_that_is_none_is_refused(date: str) -> None:
    others = [each for each in GOOD if each[0] != "auth_date"]
    assert why(signed([*others, ("auth_date", date)])) == Why.MALFORMED


def test_what_is_too_long_is_refused_unread() -> None:
    room = LONGEST - len(signed([*GOOD, ("start_param", "")]))
    assert why(signed([*GOOD, ("start_param", "x" * room)])) is None
    assert why(signed([*GOOD, ("start_param", "x" * (room + 1))])) == Why.TOO_LONG


@pytest.mark.parametrize("text", ["x", "a=1&b", "user=%ff&auth_date=1&hash=x", "&", "a=1&&b=2"])
def test_what_is_no_list_of_fields_is_refused(text: str) -> None:
    assert why(text) == Why.MALFORMED


def test_a_value_of_several_lines_is_refused() -> None:
    """It is signed like the fields that its lines look like."""
    merged = [("auth_date", f"{GOOD[2][1]}\nquery_id={GOOD[0][1]}"), GOOD[1], GOOD[3]]
    assert why(signed(merged)) == Why.MALFORMED


def test_nothing_at_all_is_refused() -> None:
    assert why("") == Why.MISSING


@pytest.mark.parametrize(
    "user",
    [
        "",
        "7",
        "null",
        "[]",
        "{}",
        '{"id": "7"}',
        '{"id": -7}',
        '{"id": 7.5}',
        '{"id": true}',
        '{"id": 7, "language_code": 5}',
        '{"id": 9223372036854775808}',
        "[" * 1000,
    ],
)
def test_a_user_who_is_none_is_refused(user: str) -> None:
    others = [each for each in GOOD if each[0] != "user"]
    assert why(signed([*others, ("user", user)])) == Why.NOBODY


def test_no_is_said_in_the_language_that_stands_there() -> None:
    assert claimed_language(urlencode(fields(7, NOW, language_code="ar"))) == "ar"
    for odd in ("", "x", "user=", "user=[", "user=" + "[" * 3000, "a=1&a=1"):
        assert claimed_language(odd) is None
    for code in ("../../etc", 5, None, "x" * 36, "e\n"):
        assert claimed_language(urlencode(fields(7, NOW, language_code=code))) is None
