"""The values in an order event: words, moments, addresses; what is refused names its field."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sandbox.links import check_link
from tests.services.orders.telling import event, nested, read, value_of, wrong_fields

WORDS = {
    "order_number": 64,
    "status": 64,
    "parcel": 64,
    "note": 1000,
    "location": 200,
    "carrier.name": 100,
    "carrier.tracking_number": 100,
}
MOMENTS = ["occurred_at", "estimated_delivery.earliest", "estimated_delivery.latest"]


# Words


@pytest.mark.parametrize(("field", "longest"), WORDS.items())
def test_words_are_trimmed_and_bounded(field: str, longest: int) -> None:
    told = read(event(**nested(field, f" \n{'é' * longest}\t ")))
    assert value_of(field, told) == "é" * longest
    assert list(wrong_fields(event(**nested(field, "é" * (longest + 1))))) == [f"data.{field}"]


@pytest.mark.parametrize("empty", ["", " \n "])
@pytest.mark.parametrize("field", [*WORDS, "occurred_at", "carrier.tracking_url"])
def test_an_empty_field_of_a_shop_s_form_says_nothing(field: str, empty: str) -> None:
    assert value_of(field, read(event("order.updated", **nested(field, empty)))) is None


@pytest.mark.parametrize("hostile", ["a\0b", "\ud83d", 5, 1.5, True, ["a"], {"$gt": ""}])
@pytest.mark.parametrize("field", WORDS)
def test_what_is_no_word_or_cannot_be_stored_is_refused(field: str, hostile: Any) -> None:
    assert list(wrong_fields(event(**nested(field, hostile)))) == [f"data.{field}"]


def test_what_only_looks_hostile_is_kept_for_the_texts_to_make_inert() -> None:
    note = "<b>&amp; \u202e'\"{0} %s $ne " + "🎉" * 900
    assert read(event(note=note)).data.note == note


# Moments


@pytest.mark.parametrize("field", MOMENTS)
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02 03:04+00:00", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        ("2026-01-02T03:04:05.678901-05:30", datetime(2026, 1, 2, 8, 34, 5, 678000, tzinfo=UTC)),
    ],
)
def test_a_moment_is_kept_in_utc_to_the_millisecond(
    field: str, written: str, meant: datetime
) -> None:
    told = value_of(field, read(event(**nested(field, written))))
    assert told == meant
    assert told.tzinfo is UTC


@pytest.mark.parametrize("field", ["timestamp", *(f"data.{name}" for name in MOMENTS)])
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("2026-01-02T03:04:05", id="no zone"),
        pytest.param("1767323045", id="seconds in words"),
        pytest.param(1767323045, id="seconds"),
        pytest.param(10**400, id="a huge number"),
        pytest.param(1.5, id="a fraction"),
        pytest.param(True, id="a truth"),
        pytest.param("1999-12-31T23:59:59Z", id="1999"),
        pytest.param("2100-01-01T00:00:00Z", id="2100"),
        pytest.param("0001-01-01T00:00:00+14:00", id="the first year, before UTC's"),
        pytest.param("9999-12-31T23:59:59-14:00", id="the last year, after UTC's"),
        pytest.param("2026-02-30T00:00:00Z", id="30 February"),
        pytest.param("2026-01-02T25:00:00Z", id="25 o'clock"),
        pytest.param("2026-01-02T03:04:05+99:00", id="no such zone"),
        pytest.param("٢٠٢٦-01-02T03:04:05Z", id="another script's digits"),
        pytest.param("2026-01-02T03:04\0", id="NUL"),
        pytest.param("2026-01-02T03:04\ud800", id="a lone surrogate"),
        pytest.param("2026-01-02T03:04" + "0" * 10_000, id="10,000 characters"),
        pytest.param({"$gt": ""}, id="an operator"),
        pytest.param([], id="a list"),
    ],
)
def test_any_other_moment_is_refused(field: str, moment: Any) -> None:
    told = nested(field, moment)
    data = event()["data"] | told.pop("data", {})
    assert list(wrong_fields({**event(), **told, "data": data})) == [field]


@pytest.mark.parametrize("field", ["timestamp", "data.occurred_at"])
def test_a_day_is_no_moment_at_which_something_happened(field: str) -> None:
    told = nested(field, "2026-01-02")
    data = event()["data"] | told.pop("data", {})
    assert list(wrong_fields({**event(), **told, "data": data})) == [field]


@pytest.mark.parametrize("field", ["timestamp", "data.occurred_at"])
def test_what_happened_may_be_ahead_of_our_clock_by_a_day_at_most(field: str) -> None:
    def at(ahead: timedelta) -> dict[str, Any]:
        told = nested(field, (datetime.now(UTC) + ahead).isoformat())
        return {**event(), **told, "data": event()["data"] | told.get("data", {})}

    assert read(at(timedelta(hours=23)))
    assert list(wrong_fields(at(timedelta(hours=25)))) == [field]


def test_a_delivery_may_be_expected_years_ahead() -> None:
    assert read(event(estimated_delivery={"latest": "2099-12-31T00:00:00Z"}))


@pytest.mark.parametrize("field", MOMENTS[1:])
def test_a_delivery_may_be_expected_on_a_day(field: str) -> None:
    assert value_of(field, read(event(**nested(field, "2026-12-03")))) == date(2026, 12, 3)
    for wrong in ("2026-02-30", "1999-12-31", "2100-01-01", "2026-1-2", "20261203", "2026-12"):
        assert list(wrong_fields(event(**nested(field, wrong)))) == [f"data.{field}"]


DAYS = [
    ("2026-12-03", "2026-12-03", True),
    ("2026-12-03", "2026-12-02", False),
    ("2026-12-03", "2026-12-03T00:00:00Z", True),
    ("2026-12-03", "2026-12-02T09:00:00Z", False),
    ("2026-12-03T20:00:00Z", "2026-12-03", True),
    ("2026-12-04T20:00:00Z", "2026-12-03", False),
]


@pytest.mark.parametrize(("earliest", "latest", "is_in_order"), DAYS)
def test_a_day_and_a_moment_are_in_order_if_they_are_so_anywhere(
    earliest: str, latest: str, is_in_order: bool
) -> None:
    told = event(estimated_delivery={"earliest": earliest, "latest": latest})
    if is_in_order:
        assert read(told)
    else:
        assert list(wrong_fields(told)) == ["data.estimated_delivery"]


def test_a_delivery_window_may_have_one_end_or_no_width() -> None:
    noon = "2026-01-02T12:00:00Z"
    for window in ({"earliest": noon}, {"latest": noon}, {"earliest": noon, "latest": noon}, {}):
        assert read(event(estimated_delivery=window))


def test_a_delivery_window_that_ends_before_it_begins_is_refused() -> None:
    window = {"earliest": "2026-01-02T12:00:00+00:00", "latest": "2026-01-02T13:00:00+02:00"}
    assert list(wrong_fields(event(estimated_delivery=window))) == ["data.estimated_delivery"]


# Addresses


ADDRESSES = [
    "https://dhl.test/track?id=1&x=%20#now",
    "http://carrier.test:8080",
    "https://sendung.über.test/ü",
    "HTTPS://Carrier.test/",
    "http://192.0.2.1/x",
    "http://[2001:db8::1]/x",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_web_address_is_taken_and_telegram_takes_it_too(url: str) -> None:
    carrier = read(event(carrier={"tracking_url": url})).data.carrier
    assert carrier
    assert carrier.tracking_url == url
    assert check_link(url).startswith(url)


@pytest.mark.parametrize(
    "url",
    [
        "carrier.test/1",
        "javascript:alert(1)",
        "ftp://carrier.test/1",
        "tg://user?id=1",
        "https://",
        "https:///path",
        "https://localhost/1",
        "https://.../1",
        "https://carrier.test:99999/1",
        "https://carrier.test:x/1",
        "https://[::1",
        "https://carrier.test/a b",
        "https://carrier.test@charlie.test/1",
        "https://shop:secret@carrier.test/1",
        "https://carrier.test\\@charlie.test/1",
        "https://carrier.test/\\1",
        "https://carrier.test/\n",
        "https://carrier.test/\0",
        "https://carrier.test/\ud800",
        "https://carrier.test/\u202egpj",
        'https://carrier.test/"><b>',
        "https://carrier.test/" + "a" * 500,
        5,
        ["https://carrier.test"],
    ],
)
def test_any_other_address_is_refused_before_telegram_refuses_the_message(url: Any) -> None:
    wrong = wrong_fields(event(carrier={"tracking_url": url}))
    assert list(wrong) == ["data.carrier.tracking_url"]
