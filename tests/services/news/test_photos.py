"""Which photo goes with news."""

from datetime import timedelta

from bot.services.news.notices import Item
from bot.services.news.photos import photo_for
from storage.models import Event, PastEntry
from tests.services.news.test_notices import alice, an_order
from tests.support.news import NOON, entry, event

A, B = "https://shop.test/a.jpg", "https://shop.test/b.jpg"


def told(status: str | None, photo: str | None, minute: int) -> Event:
    """It is told a minute after what stands before it."""
    at = NOON + timedelta(minutes=minute)
    changes = {"photo_url": photo, "recorded_at": at}
    return event(status, after=minute).model_copy(update=changes)


def test_the_photo_of_what_is_told_goes_with_it() -> None:
    order = an_order(told("shipped", None, 0), told("delivered", A, 1))
    assert photo_for(alice(), Item(entry(news=2).model_copy(update={"after": 1}), order)) == A


def test_of_several_changes_in_one_message_the_latest_that_has_one() -> None:
    events = [
        told("packed", A, 0),
        told("shipped", B, 1),
        told("in_transit", None, 2),
    ]
    order = an_order(*events, fresh=3)
    assert photo_for(alice(), Item(entry(news=3).model_copy(update={"after": 0}), order)) == B


def test_a_photo_is_not_sent_again_with_later_news() -> None:
    order = an_order(told("delivered", A, 0), told("returned", None, 1))
    assert photo_for(alice(), Item(entry(news=2).model_copy(update={"after": 1}), order)) is None
    has_heard = alice().model_copy(update={"told": [PastEntry(order_id="ord_1", news=1)]})
    assert photo_for(has_heard, Item(entry(news=2).model_copy(update={"after": 0}), order)) is None


def test_a_photo_that_follows_its_state_before_that_was_told_goes_with_it() -> None:
    delivered, proof = told("delivered", None, 0), told(None, A, 1)
    order = an_order(delivered).model_copy(update={"events": [delivered, proof]})
    assert photo_for(alice(), Item(entry(), order)) == A


def test_a_reminder_has_none() -> None:
    order = an_order(told("shipped", A, 0))
    assert photo_for(alice(), Item(entry().model_copy(update={"kind": "reminder"}), order)) is None


def test_nor_has_news_without_any() -> None:
    assert photo_for(alice(), Item(entry(), an_order(told("shipped", None, 0)))) is None
