"""What the shop offers with an order, and how long it holds."""

from datetime import timedelta
from typing import Any

from bot.services.orders.history import Report, reported
from bot.services.orders.offers import Offers, action_key
from bot.services.orders.timeline import timeline
from storage.models import Choice, Event, Order
from tests.services.orders.history import START, happened, order

PAY = "https://pay.example.com/1001"
KIOSK: dict[str, Any] = {"name": "Bukoto kiosk", "address": "Plot 4", "code": "4711"}
DOOR: dict[str, Any] = {"id": "door", "label": "Leave at the door"}
OUT: dict[str, Any] = {"id": "out", "label": "I will be out"}


def offered(*events: Event, chosen: list[Choice] | None = None) -> Offers:
    held = order(*events).model_copy(update={"chosen": chosen or []})
    return timeline(held).offers


def labels(*events: Event) -> list[str]:
    return [action.label for action in offered(*events).actions]


def codes(*events: Event) -> list[str | None]:
    return [each.place.code for each in offered(*events).pickups]


# A way to pay


def test_a_way_to_pay_is_there_while_a_payment_is_due() -> None:
    due = happened(0, "payment_due", payment_url=PAY)
    assert offered(due).payment_url == PAY
    assert offered(due, happened(1, note="We wait for you")).payment_url == PAY
    assert offered(due, happened(1, "placed")).payment_url is None


def test_a_way_to_pay_may_come_before_or_after_the_state() -> None:
    for first, second in (
        (happened(0, implies="placed", payment_url=PAY), happened(1, "payment_due")),
        (happened(0, "payment_due"), happened(1, payment_url=PAY)),
    ):
        assert offered(first, second).payment_url == PAY


def test_the_latest_way_to_pay_counts() -> None:
    due = happened(0, "payment_due", payment_url=PAY)
    assert offered(due, happened(1, payment_url=PAY + "/b")).payment_url == PAY + "/b"


def test_a_way_to_pay_from_before_a_payment_does_not_come_back_with_the_next() -> None:
    due, paid = happened(0, "payment_due", payment_url=PAY), happened(1, "confirmed")
    assert offered(due, paid, happened(2, "payment_due")).payment_url is None


def test_a_way_to_pay_that_a_paid_order_still_has_is_not_shown() -> None:
    assert offered(happened(0, "processing", payment_url=PAY)).payment_url is None


def test_one_parcel_may_wait_for_a_payment_while_another_is_on_its_way() -> None:
    sent = happened(0, "shipped", parcel="A")
    held = happened(1, "payment_due", parcel="B", payment_url=PAY)
    assert offered(sent, held).payment_url == PAY
    assert offered(sent, held, happened(2, "in_transit", parcel="B")).payment_url is None


# Where to fetch it


def test_where_to_fetch_it_is_there_while_it_is_ready() -> None:
    ready = happened(1, "ready_for_pickup", pickup=KIOSK)
    assert codes(ready) == ["4711"]
    assert codes(ready, happened(2, note="We close early today")) == ["4711"]
    assert codes(ready, happened(2, "delivered")) == []


def test_a_place_that_was_chosen_early_waits_for_its_state() -> None:
    placed = happened(0, "placed", pickup=KIOSK)
    assert codes(placed) == []
    assert codes(placed, happened(1, "ready_for_pickup")) == ["4711"]


def test_a_place_from_before_a_return_does_not_come_back() -> None:
    ready = happened(0, "ready_for_pickup", pickup=KIOSK)
    again = happened(2, "ready_for_pickup")
    assert codes(ready, happened(1, "returned"), again) == []
    assert codes(ready, happened(1, "attempt_failed"), again) == ["4711"]


def test_a_code_that_comes_later_belongs_to_the_place_that_is_known() -> None:
    (waiting,) = offered(
        happened(0, "placed", pickup={"name": "Bukoto kiosk"}),
        happened(1, "ready_for_pickup", pickup={"code": "4711"}),
    ).pickups
    assert (waiting.place.name, waiting.place.code) == ("Bukoto kiosk", "4711")


def test_another_place_is_another_as_a_whole() -> None:
    ready = happened(0, "ready_for_pickup", pickup=KIOSK)
    (waiting,) = offered(ready, happened(1, pickup={"name": "Ntinda kiosk"})).pickups
    assert (waiting.place.name, waiting.place.address, waiting.place.code) == (
        "Ntinda kiosk",
        None,
        None,
    )


def test_parcels_that_wait_in_one_place_are_told_together_and_others_apart() -> None:
    there = [happened(n, "ready_for_pickup", parcel="AB"[n], pickup=KIOSK) for n in (0, 1)]
    (waiting,) = offered(*there).pickups
    assert waiting.parcels == ("A", "B")
    other = happened(2, parcel="B", pickup={"name": "Ntinda kiosk"})
    assert [each.parcels for each in offered(*there, other).pickups] == [("A",), ("B",)]


def test_a_parcel_that_was_fetched_leaves_the_other_waiting() -> None:
    there = [happened(n, "ready_for_pickup", parcel=str(n), pickup=KIOSK) for n in (0, 1)]
    (waiting,) = offered(*there, happened(2, "delivered", parcel="0")).pickups
    assert waiting.parcels == ("1",)


# Buttons of the shop's own


def test_the_shop_s_buttons_hold_for_the_state_that_they_were_told_in() -> None:
    asked = happened(0, "out_for_delivery", actions=[OUT, DOOR])
    assert labels(asked) == ["I will be out", "Leave at the door"]
    assert labels(asked, happened(1, note="Traffic is slow")) == labels(asked)
    assert labels(asked, happened(1, "delivered")) == []


def test_the_same_state_told_again_takes_no_button_away() -> None:
    asked = happened(0, "out_for_delivery", actions=[DOOR])
    assert labels(asked, happened(1, "out_for_delivery")) == ["Leave at the door"]


def test_an_event_without_buttons_says_nothing_and_one_with_none_takes_them_away() -> None:
    asked = happened(0, "out_for_delivery", actions=[OUT, DOOR])
    assert labels(asked, happened(1, actions=[DOOR])) == ["Leave at the door"]
    assert labels(asked, happened(1, actions=[])) == []


def test_a_late_event_brings_no_button_back() -> None:
    late = happened(0, "packed", actions=[DOOR])
    assert labels(happened(1, "shipped"), late) == []


def test_an_order_s_buttons_hold_while_a_parcel_of_it_is_in_that_state() -> None:
    asked = happened(0, "shipped", actions=[DOOR])
    parcels = [happened(1, "shipped", parcel=name) for name in "AB"]
    one = happened(2, "delivered", parcel="A")
    assert labels(asked, *parcels, one) == ["Leave at the door"]
    assert labels(asked, *parcels, one, happened(3, "delivered", parcel="B")) == []


def test_a_parcel_s_buttons_go_with_its_own_state_alone() -> None:
    asked = happened(0, "out_for_delivery", parcel="A", actions=[DOOR])
    other = happened(1, "shipped", parcel="B")
    assert labels(asked, other) == ["Leave at the door"]
    assert labels(asked, other, happened(2, "delivered", parcel="A")) == []


def test_a_button_is_told_by_its_event_so_that_the_next_one_may_ask_again() -> None:
    asked = happened(0, "out_for_delivery", actions=[DOOR])
    chosen = [Choice(event=asked.id, action="door", at=START)]
    assert [a.is_chosen for a in offered(asked, chosen=chosen).actions] == [True]
    again = happened(1, actions=[DOOR])
    assert [a.is_chosen for a in offered(asked, again, chosen=chosen).actions] == [False]


def test_a_button_that_leads_to_a_page_is_none_that_the_shop_hears_of() -> None:
    asked = happened(0, "shipped", actions=[{**DOOR, "url": "https://nile.example.com"}, OUT])
    found = offered(asked)
    assert found.action(action_key(asked.id, "door")) is None
    assert found.action(action_key(asked.id, "out")) is not None
    assert found.action("0" * 16) is None


def test_ids_that_join_to_the_same_text_are_not_the_same() -> None:
    assert action_key("a", "b c") != action_key("a b", "c")


# The shop's answer


def test_the_shop_s_first_words_after_a_choice_answer_it() -> None:
    asked = happened(0, "out_for_delivery", actions=[DOOR])
    held = order(asked)
    at = held.events[-1].recorded_at + timedelta(seconds=1)
    choice = Choice(event=asked.id, action="door", at=at)

    def newest(*more: Event) -> tuple[bool, str | None]:
        events = [*held.events, *more]
        now = held.model_copy(update={"events": events, "chosen": [choice]})
        news = timeline(now).news
        return news.step.is_answer, news.step.note

    def said(hours: float, note: str, **more: Any) -> Event:
        return happened(hours, note=note, recorded_at=at + timedelta(hours=hours), **more)

    assert newest() == (False, None)
    assert newest(said(1, "Gladly")) == (True, "Gladly")
    assert newest(said(1, "Arrived at the depot", source="aftership"))[0] is False
    delivered = happened(2, "delivered", recorded_at=at + timedelta(hours=2))
    assert newest(said(1, "Gladly"), delivered)[0] is False


def test_an_answer_is_news_once_and_what_the_shop_says_besides_is_none() -> None:
    asked = happened(0, "out_for_delivery", actions=[DOOR])
    choice = Choice(event=asked.id, action="door", at=asked.recorded_at + timedelta(minutes=1))
    held = order(asked).model_copy(update={"events": [asked], "chosen": [choice]})

    def said(held: Order, hours: float, **more: Any) -> Order:
        word = happened(hours, note="Gladly", **more)
        return reported(held, Report("ord_1", "customer-1", [word], keys=[], may_be_news=[word.id]))

    answered = said(held, 1)
    assert answered.news == held.news + 1
    assert said(answered, 2).news == answered.news
    assert said(held, 1, source="aftership").news == held.news
    assert said(held.model_copy(update={"chosen": []}), 1).news == held.news
