"""Which of somebody's orders they look for first."""

from zoneinfo import ZoneInfo

from bot.services.orders.timeline import Timeline
from bot.services.orders.urgency import by_urgency
from storage.models import Event
from tests.services.orders.history import START, happened, window
from tests.services.orders.test_timeline import seen

KAMPALA = ZoneInfo("Africa/Kampala")


def named(number: str, *events: Event) -> Timeline:
    return seen(happened(0, "placed", order_number=number), *events)


def sorted_(*orders: Timeline) -> list[str]:
    return [order.order_number for order in by_urgency(orders, START, KAMPALA)]


def test_what_comes_to_the_door_is_first_and_what_has_come_is_last() -> None:
    assert sorted_(
        named("delivered", happened(1, "delivered")),
        named("placed"),
        named("cancelled", happened(1, "cancelled")),
        named("expected", happened(1, "shipped", estimated_delivery=window(48, 50))),
        named("ready", happened(1, "ready_for_pickup")),
        named("sooner", happened(1, "packed", estimated_delivery=window(24, 26))),
        named("due", happened(1, "payment_due")),
        named("at the door", happened(1, "out_for_delivery")),
    ) == [
        "at the door",
        "ready",
        "due",
        "sooner",
        "expected",
        "placed",
        "delivered",
        "cancelled",
    ]


def test_one_parcel_at_the_door_is_enough() -> None:
    several = named(
        "several",
        happened(1, "out_for_delivery", parcel="1"),
        happened(2, "in_transit", parcel="2"),
    )
    gone = named(
        "gone", happened(1, "out_for_delivery", parcel="1"), happened(2, "delivered", parcel="1")
    )
    waiting = named("waiting", happened(1, "on_hold"))
    assert sorted_(gone, waiting, several) == ["several", "waiting", "gone"]


def test_equals_stay_as_they_were() -> None:
    assert sorted_(named("b"), named("a"), named("c")) == ["b", "a", "c"]
