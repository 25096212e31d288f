"""Whoever is connected to an account hears of each chat that joins it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.delivery.newcomers import AGAIN, Newcomers
from bot.delivery.sender import Sender
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Chat, Joined
from storage.mongo import Mongo
from storage.newcomers import WaitingNewcomers
from storage.whose import account
from tests.support.clock import Clock
from tests.support.news import NOON, chat, minutes

TOLD = "Another chat was connected"


@pytest.fixture
def waiting(mongo: Mongo) -> WaitingNewcomers:
    return WaitingNewcomers(mongo)


@pytest.fixture
def newcomers(waiting: WaitingNewcomers, chats: Chats, sender: Sender, clock: Clock) -> Newcomers:
    clock.set(NOON)
    return Newcomers(waiting, chats, sender)


async def joins(chats: Chats, person: Person, at: datetime = NOON) -> Chat:
    """As by a link that the person has agreed to."""
    await person.send("hello")
    linked = chat(person.id, since=at).model_copy(
        update={"tell_at": at, "joined": [Joined(whose=account("customer-1"))]}
    )
    await chats.link(linked)
    return linked


def told(person: Person) -> list[str]:
    return [message.text for message in person.inbox if TOLD in message.text]


async def test_those_before_are_told_and_the_newcomer_is_not(
    newcomers: Newcomers, chats: Chats, alice: Person, bob: Person, charlie: Person
) -> None:
    await joins(chats, alice, NOON - minutes(2))
    await joins(chats, bob, NOON - minutes(1))
    await newcomers.tell_of_newcomers()
    await joins(chats, charlie)
    await newcomers.tell_of_newcomers()
    assert [len(told(person)) for person in (alice, bob, charlie)] == [2, 1, 0]


async def test_two_replicas_tell_of_a_newcomer_once(
    newcomers: Newcomers, chats: Chats, alice: Person, bob: Person
) -> None:
    await joins(chats, alice, NOON - minutes(2))
    await newcomers.tell_of_newcomers()
    await joins(chats, bob)
    await asyncio.gather(*(newcomers.tell_of_newcomers() for _ in range(4)))
    await newcomers.tell_of_newcomers()
    assert len(told(alice)) == 1


async def test_what_a_replica_has_begun_and_not_ended_another_does(
    newcomers: Newcomers,
    waiting: WaitingNewcomers,
    chats: Chats,
    clock: Clock,
    alice: Person,
    bob: Person,
) -> None:
    await joins(chats, alice, NOON - minutes(2))
    await joins(chats, bob)
    for newcomer in await waiting.due(NOON, 10):
        assert await waiting.take(newcomer, NOON + AGAIN)
    await newcomers.tell_of_newcomers()
    assert told(alice) == []
    clock.set(NOON + AGAIN)
    await newcomers.tell_of_newcomers()
    assert len(told(alice)) == 1


async def test_who_cannot_be_told_now_is_told_later_and_nobody_twice(
    newcomers: Newcomers,
    chats: Chats,
    clock: Clock,
    sandbox: Sandbox,
    alice: Person,
    bob: Person,
    charlie: Person,
) -> None:
    await joins(chats, alice, NOON - minutes(2))
    await joins(chats, bob, NOON - minutes(1))
    await newcomers.tell_of_newcomers()
    await joins(chats, charlie)
    sandbox.fail(Fault(method="sendMessage", chat_id=alice.id, status=502, body=b"Bad Gateway"))
    await newcomers.tell_of_newcomers()
    assert [len(told(person)) for person in (alice, bob)] == [1, 1]
    clock.set(NOON + 2 * AGAIN)
    await newcomers.tell_of_newcomers()
    await newcomers.tell_of_newcomers()
    assert [len(told(person)) for person in (alice, bob)] == [2, 1]


async def test_who_has_blocked_the_bot_keeps_nobody_from_being_told(
    newcomers: Newcomers,
    waiting: WaitingNewcomers,
    chats: Chats,
    alice: Person,
    bob: Person,
    charlie: Person,
) -> None:
    await joins(chats, alice, NOON - minutes(2))
    await joins(chats, bob, NOON - minutes(1))
    await newcomers.tell_of_newcomers()
    await joins(chats, charlie)
    alice.block()
    await newcomers.tell_of_newcomers()
    assert len(told(bob)) == 1
    assert await waiting.due(NOON + timedelta(days=1), 10) == []


async def test_a_link_anew_to_the_same_account_is_no_news(
    newcomers: Newcomers, chats: Chats, alice: Person, bob: Person
) -> None:
    await joins(chats, alice, NOON - minutes(2))
    await joins(chats, bob, NOON - minutes(1))
    await newcomers.tell_of_newcomers()
    await joins(chats, bob)
    await newcomers.tell_of_newcomers()
    assert len(told(alice)) == 1
