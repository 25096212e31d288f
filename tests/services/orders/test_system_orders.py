"""What a system's API says of an order, and we lack of that."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.services.orders.system_orders import lacking
from storage.models import Event, Listed

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
ALMOST = timedelta(milliseconds=999)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def told(
    status: str | None, hours: float, *, source: str | None = "woocommerce", **more: Any
) -> Event:
    return Event(
        id=f"{source}:{status}:{hours}:{more}",
        digest=b"",
        occurred_at=at(hours),
        recorded_at=MONDAY,
        rank=0,
        status=status,
        source=source,
        **more,
    )


def now(status: str | None, hours: float, **more: Any) -> Event:
    """As it was saved last."""
    return told(status, hours, as_saved=True, **more)


def states(events: list[Event]) -> list[tuple[str | None, datetime]]:
    return [(event.status, event.occurred_at) for event in events]


def test_the_state_in_force_is_known_however_often_it_was_saved_since() -> None:
    assert list(lacking([now("processing", 90)], [told("processing", 0)])) == []


def test_a_state_that_came_back_within_a_day_is_lacking() -> None:
    held = [told("processing", 0), told("on_hold", 2)]
    found = list(lacking([now("processing", 3)], held))
    assert states(found) == [("processing", at(3) + ALMOST)]


def test_a_state_of_before_that_others_told_as_well_is_known() -> None:
    held = [told("shipped", 2, source=None), told("delivered", 30, source=None)]
    assert list(lacking([now("shipped", 3)], held)) == []


def test_a_state_once_more_takes_nothing_back_that_others_have_told() -> None:
    held = [told("processing", 0, source=None), told("in_transit", 5, source="aftership")]
    (found,) = lacking([now("processing", 9, items=3)], held)
    assert (found.status, found.items) == (None, 3)


def test_what_its_system_had_said_last_is_not_said_once_more() -> None:
    held = [told("processing", 0), told("delivered", 5, source=None)]
    assert list(lacking([now("processing", 9)], held)) == []


def test_a_dated_change_is_known_a_day_apart_and_not_further() -> None:
    held = [told("cancelled", 3, source=None)]
    assert list(lacking([told("cancelled", 0)], held)) == []
    assert states(list(lacking([told("cancelled", 30)], held))) == [("cancelled", at(30))]


def test_parcels_are_looked_at_each_for_itself() -> None:
    held = [told("shipped", 0, parcel="1")]
    found = list(lacking([now("shipped", 1, parcel="1"), now("shipped", 1, parcel="2")], held))
    assert [event.parcel for event in found] == ["2"]


def test_a_list_of_parcels_that_has_changed_is_lacking_though_the_state_is_known() -> None:
    held = [told("shipped", 0, lists=[Listed(parcel="WRONG1")])]
    same = now("shipped", 5, lists=[Listed(parcel="WRONG1")])
    assert list(lacking([same], held)) == []
    other = now("shipped", 5, lists=[Listed(parcel="RIGHT2")])
    (found,) = lacking([other], held)
    assert found.lists == other.lists


def test_what_was_saved_is_the_last_of_its_second() -> None:
    """A webhook of the same second is on its way, and was before."""
    found = list(lacking([now("on_hold", 1)], []))
    assert states(found) == [("on_hold", at(1) + ALMOST)]
