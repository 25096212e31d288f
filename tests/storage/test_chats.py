"""Chats: links, and the mailboxes that are served under a lease."""

import asyncio

import pytest

from storage.chats import MARKED, Chats
from storage.links import SINGLES
from storage.models import Chat, Entry, Preferences
from storage.mongo import Mongo
from storage.whose import account, single
from tests.support.mailboxes import ALICE, SOON, UNTIL, claimed, got, seen, waiting
from tests.support.news import NOON, WHOSE, chat, entry, minutes


@pytest.fixture
async def alice(chats: Chats) -> Chat:
    await chats.link(chat(ALICE))
    return await got(chats)


# Links


async def test_a_new_chat_is_linked_with_an_idle_mailbox(chats: Chats) -> None:
    wanted = chat(ALICE, hint="a•••@example.com").model_copy(update={"language": "de"})
    await chats.link(wanted)
    assert await seen(chats) == wanted


async def test_an_idle_mailbox_has_no_due_field_so_that_the_index_stays_small(
    chats: Chats, alice: Chat, mongo: Mongo
) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.complete(alice, entry(), lease="mine", next_at=SOON)
    document = await mongo.database["chats"].find_one({"_id": ALICE})
    assert document is not None
    assert not {"due_at", "lease", "paused"} & set(document)


async def test_linking_the_same_customer_again_loses_nothing_that_waits(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry(), WHOSE)
    await chats.link(chat(ALICE))
    assert await waiting(chats) == [("ord_1", 1)]


async def test_linking_the_same_customer_again_renews_the_hint_and_the_language_that_it_tells(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry(), WHOSE)
    before = await got(chats)
    told = chat(ALICE, hint="b•••@example.com", since=NOON + minutes(9))
    await chats.link(told.model_copy(update={"language": "de"}))
    renewed = {
        "links": chat(ALICE, hint="b•••@example.com").links,
        "language": "de",
        "version": None,
    }
    assert await seen(chats) == before.model_copy(update=renewed)
    await chats.link(chat(ALICE))
    assert await seen(chats) == before.model_copy(update=renewed)


async def test_another_account_comes_beside_the_first_and_the_mailbox_stays(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry(), WHOSE)
    await chats.link(chat(ALICE, "customer-2"))
    assert (await got(chats)).whose == {account("customer-1"), account("customer-2")}
    assert await waiting(chats) == [("ord_1", 1)]


async def test_a_chat_follows_so_many_single_orders_and_the_oldest_gives_way(
    chats: Chats, alice: Chat
) -> None:
    for n in range(SINGLES + 2):
        await chats.link(chat(ALICE, whose=single(f"ord_{n}")))
    kept = {single(f"ord_{n}") for n in range(2, SINGLES + 2)}
    assert (await got(chats)).whose == {account("customer-1"), *kept}


async def test_who_ends_one_link_keeps_the_others_and_nothing_of_its_orders(
    chats: Chats, alice: Chat
) -> None:
    both = await chats.link(chat(ALICE, whose=single("ord_2")))
    await chats.post(both, entry("ord_1"), WHOSE)
    await chats.post(both, entry("ord_2"), [single("ord_2")])
    await chats.mute(both, "ord_2")
    assert await chats.leave(ALICE, both.links[1], {"ord_2"})
    left = await got(chats)
    assert left.whose == {account("customer-1")}
    assert left.muted == []
    assert await waiting(chats) == [("ord_1", 1)]
    assert not await chats.leave(ALICE, both.links[1], {"ord_2"})
    assert await chats.leave(ALICE, left.links[0], set())
    assert await chats.get(ALICE) is None


async def test_preferences_end_with_the_link(chats: Chats, alice: Chat) -> None:
    await chats.prefer(ALICE, Preferences(cards=True, silent=True))
    await chats.unlink(ALICE)
    await chats.link(chat(ALICE))
    assert (await got(chats)).preferences == Preferences()


async def test_what_is_preferred_no_more_is_gone(chats: Chats, alice: Chat) -> None:
    await chats.prefer(ALICE, Preferences(quiet=(22, 7), language="fr"))
    await chats.prefer(ALICE, Preferences(language="fr"))
    assert (await got(chats)).preferences == Preferences(language="fr")


async def test_of_one_customer_all_chats_are_found_and_no_others(chats: Chats) -> None:
    for chat_id, customer_id in ((1, "a"), (2, "a"), (3, "b")):
        await chats.link(chat(chat_id, customer_id))
    assert sorted(found.id for found in await chats.following(account("a"))) == [1, 2]
    assert await chats.following(account("nobody")) == []


async def test_unlinking_forgets_the_chat_and_says_whether_it_was_linked(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry(), WHOSE)
    assert await chats.unlink(ALICE)
    assert await chats.get(ALICE) is None
    assert not await chats.unlink(ALICE)


async def test_a_link_is_ended_only_while_it_is_the_one_that_was_looked_at(
    chats: Chats, alice: Chat
) -> None:
    [link] = alice.links
    assert not await chats.leave(ALICE, link.model_copy(update={"whose": "of customer-2"}), set())
    assert not await chats.leave(ALICE, link.model_copy(update={"since": SOON}), set())
    assert await seen(chats) == alice.model_copy(update={"version": None})
    assert await chats.leave(ALICE, link, set())
    assert await chats.get(ALICE) is None
    assert not await chats.leave(ALICE, link, set())


# Marked orders


async def test_an_order_is_muted_or_followed_and_never_both(chats: Chats, alice: Chat) -> None:
    await chats.mute(alice, "ord_1")
    await chats.mute(alice, "ord_1")
    await chats.mute(alice, "ord_2")
    assert ((await got(chats)).muted, (await got(chats)).followed) == (["ord_1", "ord_2"], [])
    await chats.follow(alice, "ord_1")
    assert ((await got(chats)).muted, (await got(chats)).followed) == (["ord_2"], ["ord_1"])
    await chats.unmark(alice, "ord_1")
    await chats.unmark(alice, "ord_2")
    assert await seen(chats) == alice.model_copy(update={"version": None})


async def test_the_latest_marks_are_kept_and_no_more(chats: Chats, alice: Chat) -> None:
    for n in range(MARKED + 2):
        await chats.mute(alice, f"ord_{n}")
    assert (await got(chats)).muted == [f"ord_{n}" for n in range(2, MARKED + 2)]


async def test_a_mark_does_not_reach_a_chat_that_has_changed_sides(
    chats: Chats, alice: Chat
) -> None:
    await chats.unlink(ALICE)
    await chats.link(chat(ALICE, "customer-2"))
    await chats.mute(alice, "ord_1")
    assert (await got(chats)).muted == []


async def test_marks_leave_alone_what_waits(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, entry(), WHOSE)
    await chats.mute(alice, "ord_1")
    await chats.unmark(alice, "ord_1")
    assert await waiting(chats) == [("ord_1", 1)]


# A question for the time zone


async def test_a_location_is_expected_until_then_or_until_it_came(
    chats: Chats, alice: Chat
) -> None:
    await chats.expect_location(ALICE, SOON, "quiet")
    assert (await got(chats)).location_for == "quiet"
    assert (await got(chats)).location_until == SOON
    await chats.expect_no_location(ALICE)
    assert await seen(chats) == alice.model_copy(update={"version": None})


# Posting


async def test_an_idle_mailbox_is_posted_to_and_claimed_in_one_write(
    chats: Chats, alice: Chat
) -> None:
    assert await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    after = await got(chats)
    assert (after.entries, after.lease, after.due_at) == ([entry()], "mine", UNTIL)


async def test_news_is_handed_over_once(chats: Chats, alice: Chat) -> None:
    handed = await asyncio.gather(
        *(chats.hand_over(alice, entry(), WHOSE, lease=str(n), until=UNTIL) for n in range(20))
    )
    assert sum(chat is not None for chat in handed) == 1


async def test_a_mailbox_that_is_served_is_not_handed_over(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry("ord_1"), WHOSE, lease="mine", until=UNTIL)
    assert not await chats.hand_over(alice, entry("ord_2"), WHOSE, lease="yours", until=UNTIL)


async def test_a_mailbox_in_which_something_waits_is_not_handed_over(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, entry("ord_1"), WHOSE)
    assert not await chats.hand_over(alice, entry("ord_2"), WHOSE, lease="mine", until=UNTIL)


async def test_a_paused_mailbox_is_not_handed_over(chats: Chats, alice: Chat) -> None:
    await chats.pause(ALICE, "blocked")
    assert not await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)


async def test_posted_news_is_due_since_it_is_news(chats: Chats, alice: Chat) -> None:
    assert await chats.post(alice, entry(), WHOSE)
    after = await got(chats)
    assert (after.entries, after.due_at, after.lease) == ([entry()], NOON, None)


async def test_newer_news_of_an_order_takes_the_place_of_older(chats: Chats, alice: Chat) -> None:
    for posted in (entry("ord_1", 1), entry("ord_2", 1), entry("ord_1", 3)):
        assert await chats.post(alice, posted, WHOSE)
    assert await waiting(chats) == [("ord_2", 1), ("ord_1", 3)]


async def test_more_news_does_not_put_off_what_is_due(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, entry("ord_1"), WHOSE)
    await chats.post(alice, entry("ord_2", since=NOON + minutes(5)), WHOSE)
    assert (await got(chats)).due_at == NOON


@pytest.mark.parametrize("news", [1, 2])
async def test_news_that_waits_is_not_posted_again(chats: Chats, alice: Chat, news: int) -> None:
    await chats.post(alice, entry("ord_1", 2), WHOSE)
    assert not await chats.post(alice, entry("ord_1", news), WHOSE)
    assert await waiting(chats) == [("ord_1", 2)]


@pytest.mark.parametrize("news", [1, 2])
async def test_news_that_was_told_is_not_posted_again(chats: Chats, alice: Chat, news: int) -> None:
    await chats.post(alice, entry("ord_1", 2), WHOSE)
    await chats.complete(await claimed(chats), entry("ord_1", 2), lease="mine", next_at=SOON)
    again = entry("ord_1", news)
    assert not await chats.post(alice, again, WHOSE)
    assert not await chats.hand_over(alice, again, WHOSE, lease="mine", until=UNTIL)
    assert await waiting(chats) == []


async def test_one_order_s_count_says_nothing_of_another_s(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry("ord_1", 5), WHOSE, lease="mine", until=UNTIL)
    await chats.complete(alice, entry("ord_1", 5), lease="mine", next_at=SOON)
    assert await chats.post(alice, entry("ord_2", 1), WHOSE)


async def test_news_for_a_customer_that_the_chat_left_goes_nowhere(
    chats: Chats, alice: Chat
) -> None:
    await chats.unlink(ALICE)
    await chats.link(chat(ALICE, "customer-2"))
    assert not await chats.post(alice, entry(), WHOSE)
    assert not await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert await waiting(chats) == []


async def test_news_for_an_unlinked_chat_does_not_bring_it_back(chats: Chats, alice: Chat) -> None:
    await chats.unlink(ALICE)
    assert not await chats.post(alice, entry(), WHOSE)
    assert not await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    assert await chats.get(ALICE) is None


async def test_an_order_id_is_never_taken_as_an_expression(chats: Chats, alice: Chat) -> None:
    dangerous = entry("$entries", 1)
    assert await chats.post(alice, dangerous, WHOSE)
    assert await chats.post(alice, entry("$entries", 2), WHOSE)
    assert await waiting(chats) == [("$entries", 2)]
    await chats.complete(await claimed(chats), entry("$entries", 2), lease="mine", next_at=SOON)
    assert [told.order_id for told in (await got(chats)).told] == ["$entries"]


# Looking for what is due


async def test_due_mailboxes_come_in_the_order_of_their_waiting(chats: Chats) -> None:
    for chat_id, waits in ((1, 1), (2, 3), (3, 2)):
        await chats.link(chat(chat_id))
        await chats.post(chat(chat_id), entry(since=NOON - minutes(waits)), WHOSE)
    assert [found.id for found in await chats.due(NOON, 10)] == [2, 3, 1]
    assert [found.id for found in await chats.due(NOON, 2)] == [2, 3]


async def test_what_comes_later_and_waits_longer_is_due_first(
    chats: Chats,
) -> None:
    for chat_id, waits in ((1, 0), (2, 60), (3, 600)):
        await chats.link(chat(chat_id))
        await chats.post(chat(chat_id), entry(since=NOON - minutes(waits)), WHOSE)
    assert [found.id for found in await chats.due(NOON, 1)] == [3]
    await chats.link(chat(4))
    await chats.post(chat(4), entry(since=NOON - minutes(6000)), WHOSE)
    assert [found.id for found in await chats.due(NOON, 3)] == [4, 3, 2]
    assert [found.id for found in await chats.due(NOON, 5)] == [4, 3, 2, 1]


async def test_what_is_idle_later_served_or_paused_is_not_due(chats: Chats) -> None:
    for chat_id in (1, 2, 3, 4):
        await chats.link(chat(chat_id))
    await chats.post(chat(2), entry(since=SOON), WHOSE)
    await chats.hand_over(chat(3), entry(), WHOSE, lease="mine", until=NOON - minutes(1))
    await chats.pause(4, "blocked")
    await chats.post(chat(4), entry(), WHOSE)
    assert await chats.due(NOON, 10) == []


async def test_times_come_back_aware_and_to_the_millisecond(chats: Chats, alice: Chat) -> None:
    precise = NOON.replace(microsecond=123_456)
    await chats.post(alice, Entry(order_id="ord_1", news=1, since=precise), WHOSE)
    due_at = (await got(chats)).due_at
    assert due_at == NOON.replace(microsecond=123_000)
