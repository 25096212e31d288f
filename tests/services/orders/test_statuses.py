"""States: one word for each, whoever writes it, and their place among each other."""

import pytest

from bot.services.orders.statuses import CLOSED, COMMON, DELIVERY, Dialect, Status, canonical, rank

OURS = {"dispatched": "shipped", "Gone Out": "out-for-delivery", "placed": "confirmed"}


@pytest.mark.parametrize(
    "written",
    [
        "out_for_delivery",
        "Out For Delivery",
        "OUT-FOR-DELIVERY",
        " out  for\tdelivery ",
        "out_-for delivery",
    ],
)
def test_spaces_dashes_and_case_make_no_difference(written: str) -> None:
    assert canonical(written, {}) == Status.OUT_FOR_DELIVERY


@pytest.mark.parametrize("status", Status)
def test_every_state_of_the_contract_is_its_own_canonical_word(status: Status) -> None:
    assert canonical(status, {}) == status
    assert canonical(status.replace("_", "-").upper(), {}) == status


def test_the_states_are_those_of_the_contract() -> None:
    contract = (
        "payment_due, placed, confirmed, processing, packed, shipped, in_transit, "
        "out_for_delivery, ready_for_pickup, attempt_failed, delayed, no_news, on_hold, problem, "
        "delivered, returned, refunded, cancelled"
    )
    assert ", ".join(Status) == contract


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("dispatched", "shipped"),
        (" DISPATCHED ", "shipped"),
        ("gone_out", "out_for_delivery"),
        ("packed", "packed"),
    ],
)
def test_a_shops_own_words_map_onto_ours(theirs: str, ours: str) -> None:
    assert canonical(theirs, OURS) == ours


def test_a_shop_may_use_one_of_our_words_for_something_else() -> None:
    assert canonical("placed", OURS) == Status.CONFIRMED


@pytest.mark.parametrize(
    ("word", "kept"),
    [(" Customs Hold ", "Customs Hold"), ("配送中", "配送中"), ("$ne", "$ne"), ("_", "_")],
)
def test_a_word_that_nobody_knows_is_kept_as_it_is_written(word: str, kept: str) -> None:
    assert canonical(word, OURS) == kept


def test_of_events_of_one_moment_the_later_state_stands_last() -> None:
    at_once = ["delivered", "placed", "out_for_delivery", "shipped", "confirmed"]
    assert sorted(at_once, key=rank) == [
        "placed",
        "confirmed",
        "shipped",
        "out_for_delivery",
        "delivered",
    ]


@pytest.mark.parametrize("status", [None, "", "customs_hold"])
def test_an_unknown_state_or_none_stands_after_the_way_and_before_the_end(
    status: str | None,
) -> None:
    assert rank(Status.READY_FOR_PICKUP) < rank(status) < min(map(rank, CLOSED))


def test_a_closed_order_is_delivered_returned_refunded_or_cancelled() -> None:
    assert sorted(CLOSED) == ["cancelled", "delivered", "refunded", "returned"]


def test_no_state_is_in_two_phases_of_a_delivery() -> None:
    states = [state for phase in DELIVERY for state in phase]
    assert len(states) == len(set(states))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("PENDING", "placed"),
        ("Order received", "placed"),
        ("Not Processed", "placed"),
        ("Paid", "confirmed"),
        ("In progress", "processing"),
        ("Ready to ship", "packed"),
        ("Dispatched", "shipped"),
        ("order-shipped", "shipped"),
        ("On the way", "in_transit"),
        ("ready for collection", "ready_for_pickup"),
        ("Delivery failed", "attempt_failed"),
        ("Backordered", "delayed"),
        ("Lost", "problem"),
        ("Returned to sender", "returned"),
        ("ORDER CANCELED", "cancelled"),
    ],
)
def test_common_english_words_are_understood_whoever_tells_them(theirs: str, ours: str) -> None:
    assert canonical(theirs, {}) == ours
    assert canonical(theirs, {theirs: "problem"}) == "problem"  # the operator comes first


@pytest.mark.parametrize("word", ["completed", "failed", "received", "processed", "order", "open"])
def test_a_word_that_may_mean_two_things_is_not_guessed(word: str) -> None:
    assert canonical(word, {}) == word


def test_no_common_word_stands_for_two_states_or_is_one() -> None:
    words = [word for line in COMMON.values() for word in line.split()]
    assert len(set(words)) == len(words)
    assert not set(words) & set(Status)


def test_cancelled_may_be_spelt_with_one_l() -> None:
    assert canonical("Canceled", {}) == "cancelled"


def test_the_operator_s_words_for_a_system_come_first_then_theirs_for_all_then_its_own() -> None:
    system = Dialect("woocommerce", {"on-hold": "payment_due", "gone": "shipped", "x": "packed"})
    words = system.overridden_by(
        {"WooCommerce.On Hold": "delayed", "on_hold": "packed", "gone": "delivered"}
    )
    heard = [canonical(word, words) for word in ("On-Hold", "gone", "x", "placed", "odd")]
    assert heard == ["delayed", "delivered", "packed", "placed", "odd"]
    assert (
        canonical("on hold", system.overridden_by({"shopify.on-hold": "packed"})) == "payment_due"
    )
