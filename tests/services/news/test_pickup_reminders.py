"""The reminder of what waits to be fetched: the day before its last, or on that."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.services.news import notices, weights
from bot.services.orders.history import remind_at
from bot.services.orders.timeline import timeline
from storage.models import Change, Chat, Choice, Event, Link, Order, Preferences
from tests.services.orders.history import START, happened, order

KAMPALA, KIRITIMATI = ZoneInfo("Africa/Kampala"), ZoneInfo("Pacific/Kiritimati")
READY = START  # Monday 23 November, 12:30 in Kampala
LAST = date(2026, 11, 28)
SOONER = date(2026, 11, 27)


def ready(until: object = LAST, **more: object) -> Event:
    return happened(0, "ready_for_pickup", pickup={"name": "Bukoto kiosk", "until": until}, **more)


def alice(**chosen: object) -> Chat:
    link = Link(whose="customer-1", reference="a", since=START)
    return Chat(id=1, links=[link], preferences=Preferences.model_validate(chosen))


def due(
    told: Order,
    zone: ZoneInfo = KAMPALA,
    now: datetime = READY + timedelta(hours=1),
    who: Chat | None = None,
) -> datetime | None:
    entry = notices.reminder_for(who or alice(), timeline(told), now=now, zone=zone)
    return entry.due if entry else None


def eight(day: date, zone: ZoneInfo = KAMPALA) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=zone)


@pytest.mark.parametrize("zone", [KAMPALA, KIRITIMATI, ZoneInfo("Pacific/Pago_Pago")])
def test_it_comes_in_the_morning_of_the_day_before_the_last_wherever_that_is(
    zone: ZoneInfo,
) -> None:
    told = order(ready())
    assert due(told, zone) == eight(SOONER, zone)
    at = remind_at(told.events, READY)
    assert at
    assert at <= eight(SOONER, zone)


def test_a_moment_is_a_day_where_its_reader_is() -> None:
    until = datetime(2026, 11, 28, 22, tzinfo=UTC)  # past midnight in Kampala
    assert due(order(ready(until))) == eight(date(2026, 11, 28))


def test_what_was_ready_the_day_before_its_last_is_reminded_of_on_the_last() -> None:
    assert due(order(ready(date(2026, 11, 24)))) == eight(date(2026, 11, 24))


def test_what_was_ready_on_its_last_day_or_waits_for_ever_is_not_reminded_of() -> None:
    assert due(order(ready(date(2026, 11, 23)))) is None
    assert due(order(ready(None))) is None


def test_what_was_fetched_is_not_reminded_of() -> None:
    told = order(ready(), happened(1, "delivered"))
    assert due(told) is None
    assert remind_at(told.events, READY) is None


def test_words_that_come_while_it_waits_change_no_day() -> None:
    told = order(ready(), happened(100, note="We close early today"))
    assert due(told) == eight(SOONER)


def test_of_two_places_the_one_that_must_be_emptied_first_counts() -> None:
    other = happened(1, "ready_for_pickup", parcel="B", pickup={"name": "x", "until": SOONER})
    told = order(ready(parcel="A"), other)
    assert due(told) == eight(SOONER - timedelta(days=1))


def test_who_wants_no_reminders_gets_none() -> None:
    assert due(order(ready()), who=alice(reminders=False)) is None


def test_a_mark_is_set_until_the_last_day_is_over() -> None:
    told = order(ready())
    begins = datetime(2026, 11, 28, tzinfo=UTC)
    assert remind_at(told.events, begins + timedelta(hours=23)) == begins - timedelta(days=2)
    assert remind_at(told.events, begins + timedelta(hours=24)) is None


# The shop's answer to a choice


def test_an_answer_is_worth_telling_and_other_words_are_not() -> None:
    asked = happened(0, "out_for_delivery", actions=[{"id": "door", "label": "Leave it"}])
    held = order(asked, happened(1, note="Gladly"))
    *_, note = held.events
    news = held.model_copy(update={"news": 1, "changes": [Change(event=note.id, news=1)]})
    assert weights.weigh(news, after=0, zone=KAMPALA) is None
    choice = Choice(event=asked.id, action="door", at=note.recorded_at)
    answered = news.model_copy(update={"chosen": [choice]})
    assert weights.weigh(answered, after=0, zone=KAMPALA) == weights.Weight.DELIVERY
