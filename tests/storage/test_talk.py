"""What happens to a conversation: decided without a database."""

from datetime import timedelta

import pytest

from storage import talk
from storage.models import Conversation, Relay, Side
from tests.support.news import NOON

LATER = NOON + timedelta(minutes=5)
END, FORGOTTEN = NOON + timedelta(days=7), NOON + timedelta(days=90)
TOPIC = 7


def conversation(**changes: object) -> Conversation:
    fields = {
        "id": "1:ord_1",
        "version": 1,
        "chat_id": 1,
        "order_id": "ord_1",
        "latest_at": NOON,
        "ends_at": END,
    }
    return Conversation.model_validate(fields | changes)


def words(text: str, to: Side = "shop") -> Relay:
    return Relay(to=to, kind="words", text=text, at=LATER)


def says(held: Conversation, text: str, to: Side = "shop") -> Conversation:
    after = talk.said(held, [words(text, to)], key=f"{to} {text}", now=LATER, ends_at=END)
    assert after
    return after


def waits(held: Conversation) -> list[str]:
    return [said.text or f"{said.kind} {said.to}" for said in held.waiting]


def served(held: Conversation) -> Conversation:
    after = talk.claimed(held, held, lease="mine", until=END)
    assert after
    return after


# Saying


def test_the_first_words_come_behind_the_order_s_sheet() -> None:
    held = says(says(conversation(), "Hello"), "Hello?")
    assert waits(held) == ["sheet shop", "Hello", "Hello?"]
    assert held.due_at == LATER


def test_in_a_topic_that_is_there_words_are_just_words() -> None:
    assert waits(says(conversation(topic=TOPIC), "Hello")) == ["Hello"]


def test_what_was_taken_in_once_is_not_taken_twice() -> None:
    held = says(conversation(), "Hello")
    assert talk.said(held, [words("Hello")], key="shop Hello", now=LATER, ends_at=END) is None


def test_there_is_an_end_to_what_waits() -> None:
    held = conversation(topic=TOPIC, waiting=[words("x")] * talk.MOST_WAITING, due_at=NOON)
    assert talk.said(held, [words("y")], key="y", now=LATER, ends_at=END) is None


def test_the_staff_goes_on_with_what_has_ended_and_the_topic_is_opened_again() -> None:
    held = says(conversation(topic=TOPIC, ended="silence"), "Found it", "customer")
    assert (held.ended, waits(held)) == (None, ["reopen shop", "Found it"])


# Beginning and ending


@pytest.mark.parametrize(
    ("by", "is_closed", "told"),
    [
        ("customer", False, ["ended shop", "close shop"]),
        ("shop", False, ["ended customer", "close shop"]),
        ("shop", True, ["ended customer"]),
        (None, False, ["silent shop", "silent customer", "close shop"]),
    ],
)
def test_whoever_has_not_ended_it_is_told(
    by: Side | None, is_closed: bool, told: list[str]
) -> None:
    held = conversation(topic=TOPIC)
    after = talk.ended(held, by, now=LATER, forget_at=FORGOTTEN, is_closed=is_closed)
    assert after
    assert (waits(after), after.ended, after.ends_at) == (told, by or "silence", FORGOTTEN)
    assert talk.ended(after, by, now=LATER, forget_at=FORGOTTEN) is None


def test_where_nothing_was_written_yet_there_is_no_topic_to_say_it_in() -> None:
    after = talk.ended(conversation(), None, now=LATER, forget_at=FORGOTTEN)
    assert after
    assert waits(after) == ["silent customer"]


def test_what_was_said_before_the_end_is_brought_before_it() -> None:
    after = talk.ended(says(conversation(), "Bye"), "customer", now=LATER, forget_at=FORGOTTEN)
    assert after
    assert waits(after) == ["sheet shop", "Bye", "ended shop", "close shop"]


def test_the_customer_begins_anew_in_the_topic_that_is_there() -> None:
    held = conversation(topic=TOPIC, ended="customer", name="Alice")
    after = talk.opened(held, name=None, now=LATER, ends_at=END)
    assert (after.ended, after.name, waits(after)) == (None, None, ["reopen shop"])


# Serving


def test_one_sender_has_it_at_a_time() -> None:
    held = says(conversation(topic=TOPIC), "Hello")
    mine = served(held)
    assert talk.claimed(mine, held, lease="yours", until=END) is None
    assert talk.claimed(conversation(), conversation(), lease="mine", until=END) is None


def test_what_was_brought_goes_and_what_came_meanwhile_is_due() -> None:
    held = says(served(says(conversation(topic=TOPIC), "Hello")), "Hello?")
    after = talk.brought(held, LATER, lease="mine")
    assert after
    assert (waits(after), after.due_at, after.lease) == (["Hello?"], LATER, None)
    last = talk.brought(served(after), LATER, lease="mine")
    assert last
    assert (waits(last), last.due_at) == ([], None)


def test_under_a_lost_lease_nothing_is_marked() -> None:
    held = served(says(conversation(topic=TOPIC), "Hello"))
    assert talk.brought(held, LATER, lease="yours") is None
    assert talk.postponed(held, END, 1, lease="yours") is None
    assert talk.put_into(held, 8, lease="yours") is None
    assert talk.without_topic(held, LATER, lease="yours") is None


def test_a_topic_that_was_deleted_begins_anew_with_the_sheet_before_all_that_waits() -> None:
    held = served(says(says(conversation(topic=TOPIC), "Hello"), "Hello?"))
    after = talk.without_topic(held, LATER, lease="mine")
    assert after
    assert (after.topic, waits(after)) == (None, ["sheet shop", "Hello", "Hello?"])
    assert after.due_at == LATER


def test_a_failure_keeps_everything_for_later() -> None:
    held = served(says(conversation(topic=TOPIC), "Hello"))
    after = talk.postponed(held, END, 3, lease="mine")
    assert after
    assert (waits(after), after.due_at, after.attempts) == (["Hello"], END, 3)
