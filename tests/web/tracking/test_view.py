"""What stands on an order's page, as the chat says it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.orders.timeline import Timeline, timeline
from bot.services.people.onlookers import for_onlookers
from bot.services.people.sharing import SharedView
from bot.texts import sharing
from handlers.web.tracking.view import in_plain_words, view
from storage.models import Event
from tests.services.orders.history import START, happened, order, window
from tests.texts.reading import READER, read

NOW = START + timedelta(days=3)
REACHABLE = replace(READER, support="https://nile.test/help")


def seen(*events: Event) -> Timeline:
    return timeline(order(*events))


@pytest.mark.parametrize("is_shared", [False, True])
def test_of_a_late_order_it_says_when_it_was_expected(*, is_shared: bool) -> None:
    late = seen(happened(0, "in_transit", estimated_delivery=window(2, 5)))
    shown = view(for_onlookers(late) if is_shared else late, REACHABLE, NOW, is_shared=is_shared)
    assert in_plain_words(shown) == "On its way · Was expected Mon 23 Nov 14:30–17:30"
    asks = "Not there yet? Please ask Nile Coffee &amp; Tea where it is."
    assert shown.next_step == ("" if is_shared else asks)
    assert (shown.way is None) == is_shared


def test_a_shared_link_in_the_chat_says_so_too() -> None:
    late = seen(happened(0, "in_transit", estimated_delivery=window(2, 5)))
    link = SharedView.of(late, NOW, READER.timezone)
    text = read(sharing.shared(link, "s_" + "x" * 32, READER)).text
    assert "Was expected Mon 23 Nov 14:30–17:30 GMT+3" in text


def test_of_a_late_parcel_it_says_when_it_was_expected() -> None:
    late = seen(
        happened(0, "shipped", parcel="A", estimated_delivery=window(2, 5)),
        happened(1, "shipped", parcel="B", estimated_delivery=window(90, 91)),
    )
    [first, _] = view(late, READER, NOW).parcels
    assert [line.striptags() for line in first.lines] == ["Was expected Mon 23 Nov 14:30–17:30"]


@pytest.mark.parametrize("is_shared", [False, True])
def test_an_order_is_delivered_when_its_last_parcel_is(*, is_shared: bool) -> None:
    there = seen(
        happened(0, "placed"),
        happened(1, "shipped", parcel="A"),
        happened(2, "shipped", parcel="B"),
        happened(3, "delivered", parcel="A"),
        happened(27, "delivered", parcel="B"),
    )
    shown = view(for_onlookers(there) if is_shared else there, READER, NOW, is_shared=is_shared)
    assert in_plain_words(shown) == "Delivered · Tue 24 Nov 15:30"
    assert shown.phases[-1].at.striptags() == "Tue 24 Nov 15:30"
    assert shown.phases[2].at.striptags() == "Mon 23 Nov 13:30"
