"""How an order is called: as people type it, and as a button carries it."""

import pytest

from bot.services.orders.references import (
    MOST_PARCELS,
    button_key,
    by_suffix,
    key,
    keys,
    meant,
    mentioned,
    sought,
    tracking_key,
)
from bot.texts.orders import REFRESH, SHOW

ALICES = [
    ("ord_20261001", "ord_20261001"),
    ("ord_20261001", "1001"),
    ("ord_20262001", "ord_20262001"),
    ("ord_20262001", "~00000000000020262001"),
]


@pytest.mark.parametrize(
    "typed", ["1001", "#1001", "#1001 ", " # 1001", "10 01", "##1001\n", "10\u00a001"]
)
def test_hash_signs_and_spaces_make_no_difference(typed: str) -> None:
    assert key(typed) == "1001"


@pytest.mark.parametrize("typed", ["١٠٠١", "#۱۰۰۱", "１００１", "१०01"])
def test_the_digits_of_any_script_are_the_same_number(typed: str) -> None:
    assert key(typed) == "1001"


@pytest.mark.parametrize(
    "typed",
    ["\u200e1001\u200e", "\u2068#1001\u2069", "\u202b1001\u202c", "\ufeff1001", "10\u200b01"],
)
def test_what_is_not_seen_makes_no_difference(typed: str) -> None:
    assert key(typed) == "1001"
    assert mentioned(typed) == mentioned(f"where is {typed} please") == ["1001"]


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
def test_every_dash_is_the_same(dash: str) -> None:
    assert key(f"AB{dash}1002") == "ab-1002"
    assert mentioned(f"and AB{dash}1002?") == ["AB-1002"]


@pytest.mark.parametrize("typed", ["AB-7", "ab-7", "#Ab-7", "a b - 7"])
def test_case_makes_no_difference(typed: str) -> None:
    assert key(typed) == "ab-7"


def test_dashes_and_leading_zeros_do_make_a_difference() -> None:
    assert len({key("10-01"), key("1001"), key("01001")}) == 3


def test_an_order_is_found_by_its_id_its_number_and_its_button() -> None:
    assert keys("Ord_1", "#AB 7") == sorted(["ord_1", "ab7", button_key("Ord_1")])


@pytest.mark.parametrize("number", [None, "#", "# #", "ORD_1"])
def test_a_number_that_says_nothing_new_adds_no_key(number: str | None) -> None:
    assert keys("ord_1", number) == sorted(["ord_1", button_key("ord_1")])


@pytest.mark.parametrize("order_id", ["1", "a" * 128, "gid://shopify/Order/450789469"])
@pytest.mark.parametrize("prefix", [SHOW, REFRESH])
def test_a_button_holds_the_key_of_any_order(order_id: str, prefix: str) -> None:
    assert len((prefix + button_key(order_id)).encode()) <= 64


def test_a_pressed_button_is_looked_up_by_the_key_that_was_stored() -> None:
    for order_id in map(str, range(100)):
        assert key(button_key(order_id)) in keys(order_id, None)


def test_ids_that_differ_in_case_only_have_buttons_of_their_own() -> None:
    assert button_key("ord_a") != button_key("ord_A")


@pytest.mark.parametrize("suffix", ["61001", "20261001", "ord_20261001"])
def test_the_end_of_a_long_id_finds_it(suffix: str) -> None:
    assert by_suffix(suffix, ALICES) == {"ord_20261001"}


def test_an_end_that_several_ids_share_finds_them_all() -> None:
    ids = ["ord_20261001", "ord_20271001", "ord_20271002"]
    assert by_suffix("1001", [(i, i) for i in ids]) == {"ord_20261001", "ord_20271001"}


@pytest.mark.parametrize("suffix", ["", "1", "001"])
def test_an_end_of_fewer_than_four_characters_is_refused(suffix: str) -> None:
    assert by_suffix(suffix, ALICES) == set()


def test_the_end_of_a_short_number_finds_nothing() -> None:
    assert by_suffix("4567", [("ord_1", "1234567"), ("ord_2", "34567")]) == set()
    assert by_suffix("5678", [("ord_1", "12345678")]) == {"ord_1"}


@pytest.mark.parametrize("suffix", ["~00000000000020262001", "00020262001"])
def test_a_buttons_key_is_not_found_by_its_end(suffix: str) -> None:
    assert by_suffix(suffix, ALICES) == set()


def test_a_middle_part_finds_nothing() -> None:
    assert by_suffix("2026", ALICES) == set()


# In somebody's own words


@pytest.mark.parametrize(
    ("said", "orders"),
    [
        # alone, however it is written
        ("1001", ["1001"]),
        ("#1001 ", ["1001"]),
        (" # 1001", ["1001"]),
        ("№1001", ["1001"]),
        ("10 01", ["1001"]),
        ("7", ["7"]),
        ("1001?", ["1001"]),
        ("AB-77", ["AB-77"]),
        ("ord_1", ["ord_1"]),
        ("A7", ["A7"]),
        ("2026-1001", ["2026-1001"]),
        ("١٠٠١", ["1001"]),
        # among words of any language
        ("where is 1001?", ["1001"]),
        ("order AB-77 please", ["AB-77"]),
        ("Où est ma commande 1001 ?", ["1001"]),
        ("¿Dónde está «1001»?", ["1001"]),
        ("Где заказ №1001?", ["1001"]),
        ("أين طلبي ١٠٠١؟", ["1001"]),
        ("Oda yangu (1001) iko wapi", ["1001"]),
        ("my order#1001", ["1001"]),
        # the likeliest first, and not many
        ("I got #7, but where is 1001?", ["7", "1001"]),
        ("1001 or #2002", ["2002", "1001"]),
        ("1001, 1002, 1003, 1004", ["1001", "1002", "1003"]),
        ("1001 and again 1001", ["1001"]),
        ("number 1001, 2 parcels, ordered 3 days ago", ["1001"]),
        # none
        ("", []),
        ("hello", []),
        ("#", []),
        ("# hello", []),
        ("🤷", []),
        ("I have 2 questions", []),
        ("see you at 18:30", []),
        ("at 6.30 or 6:30:00", []),
        ("not before 24.11. or 24/11/2026", []),
        ("since 2026-11-24", []),
        ("100% sure", []),
        ("the 22nd at 11pm", []),
        ("500g or 250ml", []),
        ("it was $1001 or 1001€", []),
        ("call +256 700 123456", []),
        ("+256700123456", []),
        ("write to bob1001@example.com", []),
        ("https://example.com/1001", []),
        ("~0123456789abcdef01234567", []),
        ("1" * 129, []),
        ("a1" * 65, []),
    ],
)
def test_what_looks_like_an_order_is_found_in_any_words(said: str, orders: list[str]) -> None:
    assert mentioned(said) == orders


def test_a_hash_sign_makes_any_number_one() -> None:
    assert mentioned("is #18:30 mine, or #2?") == ["18:30", "2"]


# A carrier's number, link or text


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("1Z 999 AA1 01 2345 6784", "1z999aa10123456784"),
        ("1z-999-aa1-01-2345-6784", "1Z999AA10123456784"),
        ("where is 1z 999 aa1 01 2345 6784 now?", "1Z999AA10123456784"),
        ("Your order 1001: 1Z 999 AA1 01 2345 6784", "1Z999AA10123456784"),
        ("Ihre Sendung JD014600003 ist unterwegs.", "JD014600003"),
        ("is RB 123 456 785 GB at your post office", "RB123456785GB"),
        ("RB\u00a0123\u00a0456\u00a0785\u00a0GB", "RB123456785GB"),
        ("0550 1234 5678 90", "05501234567890"),
        ("https://www.dhl.de/en/track.html?piececode=JD014600003&lang=en", "JD014600003"),
        ("Track it: https://track.dpd.co.uk/parcels/15501234567890*20234.", "15501234567890"),
        ("https://tools.usps.com/go/Track?tLabels=9400%201000%200000%200000", "9400100000000000"),
        ("DHL: parcel \u2068JD014600003\u2069 comes today, 10:15\u201312:15", "JD014600003"),
    ],
)
def test_a_parcel_is_meant_however_its_number_is_written(said: str, number: str) -> None:
    assert tracking_key(number) in [each for text in sought(said) for each in meant(text)]


@pytest.mark.parametrize("said", ["1001", "JD014600003", "#AB-77", "2002 3003, 4004 or 5005?"])
def test_what_stands_there_as_a_word_is_looked_for_once(said: str) -> None:
    assert said not in sought(f"{said} ")[1:]
    assert sought(said) == mentioned(said)


def test_a_long_text_asks_for_so_many_parcels_at_most() -> None:
    assert len(meant("12345 " * 600)) <= MOST_PARCELS + 3
