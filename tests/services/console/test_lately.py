"""What a replica knows of events, and what several know together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.console.lately import MOST, Fate, Lately, fate, of_all
from storage.models import Trace

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def arrival(event: str = "e1", order: str | None = "ord_1", **more: Any) -> Trace:
    told = {"source": "webhook", "at": NOON, "result": "recorded", "chats": 1} | more
    return Trace(event=event, order=order, **told)


@pytest.mark.parametrize(
    ("known", "comes_to"),
    [
        ({"result": "duplicate", "chats": None}, Fate.DUPLICATE),
        ({"result": "refused", "chats": None}, Fate.REFUSED),
        ({"chats": None}, Fate.NO_NEWS),
        ({"chats": 0}, Fate.NOBODY),
        ({"chats": 1}, Fate.ON_ITS_WAY),
        ({"chats": 2, "sent": 1}, Fate.ON_ITS_WAY),
        ({"chats": 2, "sent": 1, "held": 1}, Fate.HELD),
        ({"chats": 2, "held": 1, "failed": 1}, Fate.FAILED),
        ({"chats": 1, "held": 1, "sent": 1}, Fate.SENT),
        ({"chats": 2, "sent": 1, "unwanted": 1}, Fate.SENT),
        ({"chats": 1, "unwanted": 1}, Fate.UNWANTED),
        ({"chats": 2, "sent": 1, "undelivered": 1}, Fate.UNDELIVERED),
        ({"chats": 1, "paused": 1}, Fate.PAUSED),
        ({"chats": 2, "sent": 1, "paused": 1}, Fate.PAUSED),
        ({"chats": 2, "paused": 1}, Fate.ON_ITS_WAY),
        ({"chats": 1, "paused": 1, "sent": 1}, Fate.SENT),
    ],
)
def test_what_became_of_an_event_is_the_worst_while_a_chat_waits(
    known: dict[str, Any], comes_to: Fate
) -> None:
    assert fate(arrival(**known)) is comes_to


def test_the_latest_two_hundred_are_remembered() -> None:
    lately = Lately()
    for n in range(MOST + 50):
        lately.arrived(arrival(f"e{n}"))
    assert [lately.traces[0].event, lately.traces[-1].event] == ["e50", f"e{MOST + 49}"]


def test_a_message_that_leaves_before_its_event_is_told_of_counts() -> None:
    lately = Lately()
    lately.became("sent", "ord_1", ["e1"], 0.1)
    lately.arrived(arrival())
    [trace] = lately.traces
    assert (fate(trace), trace.sent, trace.seconds) == (Fate.SENT, 1, 0.1)


def test_without_the_events_names_it_is_all_of_the_order_that_wait() -> None:
    lately = Lately()
    lately.arrived(arrival("e1"))
    lately.became("sent", "ord_1", ["e1"], 0.1)
    lately.arrived(arrival("e2"))
    lately.arrived(arrival("e2", "ord_2"))
    lately.became("undelivered", "ord_1")
    assert [fate(trace) for trace in lately.traces] == [
        Fate.SENT,
        Fate.UNDELIVERED,
        Fate.ON_ITS_WAY,
    ]


def test_the_same_id_at_another_order_is_another_event() -> None:
    lately = Lately()
    lately.arrived(arrival("e1", "ord_1"))
    lately.arrived(arrival("e1", "ord_2"))
    assert len(lately.traces) == 2


def test_what_one_replica_took_and_others_sent_is_one_event() -> None:
    here = arrival(chats=2, held_until=NOON)
    there = arrival(result=None, chats=None, sent=1, seconds=0.4)
    elsewhere = arrival(result=None, chats=None, sent=1, seconds=0.2)
    [whole] = of_all([[there], [here], [elsewhere]])
    assert (whole.result, whole.chats, whole.sent, whole.seconds) == ("recorded", 2, 2, 0.4)
    assert (fate(whole), whole.held_until) == (Fate.SENT, NOON)


def test_what_is_held_is_held_until_the_last_of_its_readers_hears_of_it() -> None:
    lately = Lately()
    lately.arrived(arrival(chats=2))
    for hours in (9, 7):
        lately.became("held", "ord_1", until=NOON + timedelta(hours=hours))
    [trace] = lately.traces
    assert (fate(trace), trace.held_until) == (Fate.HELD, NOON + timedelta(hours=9))


def test_the_latest_come_first_and_what_nobody_saw_arrive_does_not_come() -> None:
    older, newer = arrival("e1"), arrival("e2", at=NOON + timedelta(seconds=1))
    sent_only = arrival("e3", result=None, sent=1)
    assert [trace.event for trace in of_all([[older, sent_only], [newer]])] == ["e2", "e1"]


def test_a_source_says_when_it_was_heard_and_when_it_was_refused() -> None:
    lately = Lately()
    lately.arrived(arrival(source="woocommerce"))
    lately.refused("woocommerce")
    [source] = lately.sources
    assert (source.name, source.event_at, source.unread_at) == ("woocommerce", NOON, None)
    assert source.refused_at is not None
