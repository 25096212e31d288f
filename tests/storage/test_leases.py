"""Mailboxes are served under a lease: claimed, completed, postponed, paused and recovered."""

import asyncio

import pytest

from storage.chats import Chats
from storage.mailbox import REMEMBERED
from storage.models import Chat, Entry
from storage.mongo import Mongo
from tests.support.commands import COMMANDS
from tests.support.mailboxes import ALICE, SOON, UNTIL, claimed, got, seen, waiting
from tests.support.news import NOON, WHOSE, chat, entry


@pytest.fixture
async def alice(chats: Chats) -> Chat:
    await chats.link(chat(ALICE))
    return await got(chats)


# Claiming


async def test_of_twenty_claims_at_once_one_wins(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, entry(), WHOSE)
    read = await got(chats)
    claims = await asyncio.gather(
        *(chats.claim(read, lease=str(n), until=UNTIL) for n in range(20))
    )
    (winner,) = [chat for chat in claims if chat]
    assert winner == await got(chats)


async def test_a_mailbox_that_was_served_meanwhile_is_not_claimed(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry("ord_1"), WHOSE)
    await chats.post(alice, entry("ord_2"), WHOSE)
    read = await claimed(chats)
    await chats.complete(read, entry("ord_1"), lease="mine", next_at=SOON)
    assert not await chats.claim(read, lease="late", until=UNTIL)


async def test_a_mailbox_that_was_emptied_meanwhile_is_not_claimed(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry(), WHOSE)
    read = await got(chats)
    await chats.leave(ALICE, alice.links[0], set())
    await chats.link(chat(ALICE, "customer-2"))
    assert not await chats.claim(read, lease="late", until=UNTIL)


async def test_news_that_comes_while_a_mailbox_is_served_does_not_end_the_lease(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry("ord_1"), WHOSE, lease="mine", until=UNTIL)
    assert await chats.post(alice, entry("ord_2"), WHOSE)
    after = await got(chats)
    assert (after.lease, after.due_at) == ("mine", UNTIL)


# Completing


async def test_completing_removes_and_remembers_and_lets_go(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, entry("ord_1"), WHOSE)
    await chats.post(alice, entry("ord_2"), WHOSE)
    read = await claimed(chats)
    assert await chats.complete(read, entry("ord_1"), lease="mine", next_at=SOON)
    after = await got(chats)
    assert await waiting(chats) == [("ord_2", 1)]
    assert [(told.order_id, told.news) for told in after.told] == [("ord_1", 1)]
    assert (after.due_at, after.lease, after.attempts) == (SOON, None, 0)


async def test_news_that_came_during_the_send_stays_when_it_is_newer_than_what_was_sent(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry("ord_1", 1), WHOSE, lease="mine", until=UNTIL)
    await chats.post(alice, entry("ord_1", 2), WHOSE)
    assert await chats.complete(alice, entry("ord_1", 1), lease="mine", next_at=SOON)
    assert await waiting(chats) == [("ord_1", 2)]
    assert (await got(chats)).due_at == SOON


async def test_news_that_came_during_the_send_goes_when_the_message_told_it_already(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry("ord_1", 1), WHOSE, lease="mine", until=UNTIL)
    await chats.post(alice, entry("ord_1", 2), WHOSE)
    assert await chats.complete(alice, entry("ord_1", 3), lease="mine", next_at=SOON)
    assert await waiting(chats) == []
    assert not await chats.post(alice, entry("ord_1", 3), WHOSE)


async def test_only_the_holder_of_the_lease_completes(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert not await chats.complete(alice, entry(), lease="yours", next_at=SOON)
    assert await waiting(chats) == [("ord_1", 1)]


async def test_completing_twice_is_refused(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert await chats.complete(alice, entry(), lease="mine", next_at=SOON)
    assert not await chats.complete(alice, entry(), lease="mine", next_at=SOON)
    assert len((await got(chats)).told) == 1


async def test_a_late_completion_after_the_lease_was_lost_is_refused(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="dead", until=UNTIL)
    assert await chats.release_expired(UNTIL) == 1
    await claimed(chats, lease="next")
    assert not await chats.complete(alice, entry(), lease="dead", next_at=SOON)
    after = await got(chats)
    assert (after.lease, after.entries) == ("next", [entry()])


async def test_what_is_dropped_goes_unless_it_was_posted_again_meanwhile(
    chats: Chats, alice: Chat
) -> None:
    dropped = entry("ord_1", 2)
    await chats.hand_over(alice, dropped, WHOSE, lease="mine", until=UNTIL)
    again = entry("ord_1", 2, since=SOON)
    assert await chats.post_again(alice, again, WHOSE)
    assert await chats.drop(alice, dropped, lease="mine", next_at=SOON)
    assert (await got(chats)).entries == [again]
    assert await chats.drop(await claimed(chats), again, lease="mine", next_at=SOON)
    assert await waiting(chats) == []


async def test_posted_again_is_only_what_was_not_told_and_nothing_newer_waits_of(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry("ord_1", 1), WHOSE, lease="mine", until=UNTIL)
    await chats.complete(alice, entry("ord_1", 1), lease="mine", next_at=SOON)
    assert not await chats.post_again(alice, entry("ord_1", 1), WHOSE)
    await chats.post(alice, entry("ord_1", 3), WHOSE)
    assert not await chats.post_again(alice, entry("ord_1", 2), WHOSE)
    assert await waiting(chats) == [("ord_1", 3)]


async def test_what_is_posted_again_tells_of_what_waited_in_its_place(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry("ord_1", 1), WHOSE)
    again = Entry(order_id="ord_1", news=2, after=1, since=SOON)
    assert await chats.post_again(alice, again, WHOSE)
    assert (await got(chats)).entries == [again.model_copy(update={"after": 0})]


async def test_a_completion_for_a_chat_that_is_gone_brings_nothing_back(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.unlink(ALICE)
    assert not await chats.complete(alice, entry(), lease="mine", next_at=SOON)
    assert await chats.get(ALICE) is None


async def test_the_memory_of_what_was_told_is_bounded_and_keeps_the_latest(
    chats: Chats, alice: Chat
) -> None:
    for n in range(REMEMBERED + 3):
        await chats.hand_over(alice, entry(f"ord_{n}"), WHOSE, lease="mine", until=UNTIL)
        await chats.complete(alice, entry(f"ord_{n}"), lease="mine", next_at=SOON)
    told = [told.order_id for told in (await got(chats)).told]
    assert REMEMBERED == 50
    assert told == [f"ord_{n}" for n in range(3, REMEMBERED + 3)]


# Postponing


async def test_what_is_postponed_is_due_later_and_counted(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert await chats.postpone(alice, lease="mine", until=SOON, attempts=3)
    after = await got(chats)
    assert (after.entries, after.due_at, after.lease) == ([entry()], SOON, None)
    assert after.attempts == 3
    assert [found.id for found in await chats.due(SOON, 1)] == [ALICE]


async def test_a_success_forgets_the_failures_before_it(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.postpone(alice, lease="mine", until=NOON, attempts=3)
    await chats.complete(await claimed(chats), entry(), lease="mine", next_at=SOON)
    assert (await got(chats)).attempts == 0


async def test_only_the_holder_of_the_lease_postpones(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert not await chats.postpone(alice, lease="yours", until=SOON, attempts=1)
    assert (await got(chats)).due_at == UNTIL


# Expiry


async def test_only_expired_leases_are_released(chats: Chats) -> None:
    for chat_id, until in ((1, NOON), (2, SOON)):
        await chats.link(chat(chat_id))
        await chats.hand_over(chat(chat_id), entry(), WHOSE, lease="mine", until=until)
    assert await chats.release_expired(NOON) == 1
    assert [found.id for found in await chats.due(NOON, 10)] == [1]
    assert (await got(chats, 2)).lease == "mine"


async def test_releasing_twice_releases_once(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="dead", until=NOON)
    assert [await chats.release_expired(NOON) for _ in range(2)] == [1, 0]


# Pausing


async def test_a_paused_mailbox_gathers_news_and_is_not_due(chats: Chats, alice: Chat) -> None:
    await chats.pause(ALICE, "blocked")
    assert await chats.post(alice, entry(), WHOSE)
    after = await got(chats)
    assert (after.entries, after.due_at, after.paused) == ([entry()], None, "blocked")


async def test_a_resumed_mailbox_is_due_with_all_that_gathered(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry("ord_1"), WHOSE, lease="mine", until=UNTIL)
    await chats.postpone(alice, lease="mine", until=UNTIL, attempts=4)
    await chats.pause(ALICE, "blocked")
    await chats.post(alice, entry("ord_2"), WHOSE)
    await chats.resume(ALICE, SOON)
    after = await got(chats)
    assert await waiting(chats) == [("ord_1", 1), ("ord_2", 1)]
    assert (after.due_at, after.paused, after.attempts) == (SOON, None, 0)


async def test_an_empty_mailbox_is_resumed_to_idle(chats: Chats, alice: Chat) -> None:
    await chats.pause(ALICE, "blocked")
    await chats.resume(ALICE, SOON)
    assert await seen(chats) == alice.model_copy(update={"version": None})
    assert await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)


async def test_resuming_what_is_not_paused_changes_nothing(chats: Chats, alice: Chat) -> None:
    before = await got(chats)
    await chats.resume(ALICE, SOON)
    assert await got(chats) == before


async def test_what_was_told_is_marked_though_its_reader_has_blocked_the_bot_since(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.pause(ALICE, "blocked")
    assert await chats.complete(alice, entry(), lease="mine", next_at=SOON)
    await chats.resume(ALICE, SOON)
    after = await got(chats)
    assert (after.entries, after.due_at, after.lease, after.paused) == ([], None, None, None)


async def test_whoever_finds_a_mailbox_blocked_ends_only_the_own_lease(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.refuse(ALICE, "Forbidden", lease="another's")
    assert (await got(chats)).lease == "mine"
    await chats.refuse(ALICE, "Forbidden", lease="mine")
    after = await got(chats)
    assert (after.lease, after.due_at, after.entries) == (None, None, [entry()])
    assert after.paused == "Forbidden"


async def test_a_refusal_that_comes_after_its_reader_was_heard_from_pauses_nothing(
    chats: Chats, alice: Chat
) -> None:
    claimed = await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert claimed
    await chats.heard_from(claimed, NOON)
    await chats.refuse(ALICE, "Forbidden", lease="mine")
    after = await got(chats)
    assert (after.lease, after.due_at, after.paused) == (None, NOON, None)
    await chats.claim(after, lease="mine too", until=UNTIL)
    await chats.refuse(ALICE, "Forbidden", lease="mine too")
    assert (await got(chats)).paused == "Forbidden"


async def test_a_refusal_does_not_hide_that_the_reader_has_blocked_the_bot(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.pause(ALICE, "blocked")
    await chats.refuse(ALICE, "Forbidden: bot was kicked", lease="mine")
    after = await got(chats)
    assert (after.lease, after.due_at, after.paused) == (None, None, "blocked")


async def test_to_hear_from_somebody_costs_nothing_ordinarily(
    mongo: Mongo, chats: Chats, alice: Chat
) -> None:
    with COMMANDS.of(mongo.database.name) as commands:
        await chats.heard_from(alice, NOON)
        assert commands == []


async def test_a_paused_mailbox_that_is_not_served_to_the_end_waits_for_its_reader(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.pause(ALICE, "blocked")
    assert await chats.postpone(alice, lease="mine", until=SOON, attempts=1)
    after = await got(chats)
    assert (after.due_at, after.lease, after.entries) == (None, None, [entry()])


async def test_the_lease_of_a_dead_holder_of_a_paused_mailbox_runs_out(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="dead", until=UNTIL)
    await chats.pause(ALICE, "blocked")
    assert await chats.release_expired(UNTIL) == 1
    assert (await got(chats)).due_at is None


async def test_pausing_a_stranger_links_nobody(chats: Chats) -> None:
    await chats.pause(ALICE, "blocked")
    await chats.resume(ALICE, SOON)
    assert await chats.get(ALICE) is None
