"""What is held back in a mailbox, reminders beside news, and the live messages of a chat."""

from datetime import timedelta

import pytest

from storage.chats import Chats
from storage.mailbox import CARDS
from storage.models import Card, Chat, Entry, PastEntry, Preferences
from storage.mongo import Mongo
from tests.support.mailboxes import ALICE, SOON, UNTIL, claimed, got, waiting
from tests.support.news import NOON, WHOSE, chat, entry, minutes

MORNING = NOON + timedelta(hours=19)
NOON_OF_THE_NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
async def alice(chats: Chats) -> Chat:
    await chats.link(chat(ALICE))
    return await got(chats)


def held(order_id: str = "ord_1", news: int = 1, **changes: object) -> Entry:
    return entry(order_id, news).model_copy(update={"due": MORNING} | changes)


def reminder(day: int, order_id: str = "ord_1") -> Entry:
    return held(order_id, day, kind="reminder")


# Holding back


async def test_a_mailbox_is_due_when_the_first_of_what_it_holds_back_is(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held("ord_1", due=NOON_OF_THE_NEXT_DAY), WHOSE)
    assert (await got(chats)).due_at == NOON_OF_THE_NEXT_DAY
    await chats.post(alice, held("ord_2"), WHOSE)
    assert (await got(chats)).due_at == MORNING
    await chats.post(alice, held("ord_3", due=NOON_OF_THE_NEXT_DAY), WHOSE)
    assert (await got(chats)).due_at == MORNING
    await chats.post(alice, entry("ord_4", since=SOON), WHOSE)
    assert (await got(chats)).due_at == SOON


async def test_what_was_told_leaves_the_rest_held_back(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, held("ord_1"), WHOSE)
    await chats.post(alice, entry("ord_2"), WHOSE)
    read = await claimed(chats)
    assert await chats.complete(read, entry("ord_2"), lease="mine", next_at=SOON)
    after = await got(chats)
    assert (after.entries, after.due_at) == ([held("ord_1")], MORNING)


async def test_several_entries_end_together(chats: Chats, alice: Chat) -> None:
    for n in (1, 2, 3):
        await chats.post(alice, held(f"ord_{n}"), WHOSE)
    read = await claimed(chats)
    told = [held("ord_1", 4), held("ord_3")]
    assert not await chats.complete(read, *told, lease="yours", next_at=SOON)
    assert await chats.complete(read, *told, lease="mine", next_at=SOON)
    after = await got(chats)
    assert after.entries == [held("ord_2")]
    assert after.told == [PastEntry(order_id="ord_1", news=4), PastEntry(order_id="ord_3", news=1)]


async def test_what_should_wait_after_all_is_held_back_again(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, held("ord_1", due=NOON), WHOSE)
    await chats.post(alice, held("ord_2", due=NOON), WHOSE)
    read = await claimed(chats)
    later = held("ord_1", due=MORNING)
    assert not await chats.hold(read, [later], lease="yours", next_at=SOON)
    assert await chats.hold(read, [later], lease="mine", next_at=SOON)
    after = await got(chats)
    assert after.entries == [later, held("ord_2", due=NOON)]
    assert (after.due_at, after.lease) == (SOON, None)


async def test_newer_news_is_not_held_back_with_what_it_replaced(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, entry("ord_1", 1), WHOSE)
    read = await claimed(chats)
    await chats.post(alice, entry("ord_1", 2), WHOSE)
    assert await chats.hold(read, [held("ord_1", 1)], lease="mine", next_at=SOON)
    after = await got(chats)
    assert after.entries == [entry("ord_1", 2)]
    assert after.due_at == SOON


# Merging


@pytest.mark.parametrize(
    ("waits", "comes", "due"),
    [
        (MORNING, None, None),
        (None, MORNING, None),
        (None, None, None),
        (MORNING, NOON_OF_THE_NEXT_DAY, MORNING),
        (NOON_OF_THE_NEXT_DAY, MORNING, MORNING),
    ],
)
async def test_of_two_news_of_an_order_the_sooner_time_counts(
    chats: Chats, alice: Chat, waits: object, comes: object, due: object
) -> None:
    await chats.post(alice, held("ord_1", 1, due=waits), WHOSE)
    await chats.post(alice, held("ord_1", 2, due=comes), WHOSE)
    after = await got(chats)
    assert after.entries == [held("ord_1", 2, due=due)]
    assert after.due_at == (due or NOON)


async def test_of_two_news_of_an_order_it_counts_from_the_older_on(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held("ord_1", 3, after=2), WHOSE)
    await chats.post(alice, held("ord_1", 5, after=3, since=SOON), WHOSE)
    assert (await got(chats)).entries == [held("ord_1", 5, after=2)]
    await chats.post(alice, held("ord_1", 6, after=0, since=NOON - minutes(1)), WHOSE)
    assert (await got(chats)).entries == [held("ord_1", 6, after=0, since=NOON - minutes(1))]


async def test_an_entry_of_an_older_version_is_served_merged_and_ended_as_ever(
    chats: Chats, alice: Chat, mongo: Mongo
) -> None:
    old = {"order_id": "ord_1", "news": 1, "since": NOON}
    documents = mongo.database["chats"]
    told = {"order_id": "ord_2", "news": 3}
    await documents.update_one(
        {"_id": ALICE},
        {
            "$set": {"entries": [old], "told": [told], "due_at": NOON},
            "$unset": {"version": ""},
        },
    )
    assert (await got(chats)).entries == [entry()]
    assert not await chats.post(alice, entry("ord_1", 1), WHOSE)
    assert not await chats.post(alice, entry("ord_2", 3), WHOSE)
    assert await chats.post(alice, held("ord_1", 2, due=MORNING), WHOSE)
    assert (await got(chats)).entries == [held("ord_1", 2, due=None)]
    await documents.update_one(
        {"_id": ALICE}, {"$set": {"entries": [old]}, "$unset": {"version": ""}}
    )
    assert await chats.complete(await claimed(chats), entry(), lease="mine", next_at=SOON)
    assert await waiting(chats) == []


# The pace, and failures


async def test_news_that_comes_in_a_retry_s_wait_does_not_shorten_it(
    chats: Chats, alice: Chat
) -> None:
    await chats.hand_over(alice, entry("ord_1"), WHOSE, lease="mine", until=UNTIL)
    await chats.postpone(alice, lease="mine", until=UNTIL, attempts=1)
    await chats.post(alice, entry("ord_2"), WHOSE)
    assert (await got(chats)).due_at == UNTIL


async def test_news_that_comes_right_after_another_waits_for_the_chat_s_pace(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held("ord_1"), WHOSE)
    await chats.post(alice, entry("ord_2"), WHOSE)
    await chats.complete(await claimed(chats), entry("ord_2"), lease="mine", next_at=SOON)
    await chats.post(alice, entry("ord_3"), WHOSE)
    assert (await got(chats)).due_at == SOON


async def test_what_is_held_back_stays_so_when_the_chat_is_resumed(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held(), WHOSE)
    await chats.pause(ALICE, "blocked")
    await chats.resume(ALICE, SOON)
    assert (await got(chats)).due_at == MORNING


# Other preferences


async def test_with_other_preferences_what_is_held_back_is_looked_at_at_once(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held("ord_1"), WHOSE)
    await chats.post(alice, reminder(5), WHOSE)
    await chats.post(alice, entry("ord_2", since=SOON), WHOSE)
    await chats.prefer(ALICE, Preferences(hear="main"))
    after = await got(chats)
    assert after.preferences == Preferences(hear="main")
    assert after.due_at == NOON
    assert [entry.due for entry in after.entries] == [NOON, NOON, None]


async def test_other_preferences_do_not_wake_an_idle_a_paused_or_a_served_mailbox(
    chats: Chats, alice: Chat
) -> None:
    await chats.prefer(ALICE, Preferences(silent=True))
    assert (await got(chats)).due_at is None
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.prefer(ALICE, Preferences(silent=False))
    assert ((await got(chats)).due_at, (await got(chats)).lease) == (UNTIL, "mine")
    await chats.refuse(ALICE, "blocked", lease="mine")
    await chats.prefer(ALICE, Preferences(silent=True))
    assert (await got(chats)).due_at is None


async def test_other_preferences_do_not_shorten_a_retry_s_wait(chats: Chats, alice: Chat) -> None:
    await chats.hand_over(alice, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.postpone(alice, lease="mine", until=UNTIL, attempts=1)
    await chats.prefer(ALICE, Preferences(silent=True))
    assert (await got(chats)).due_at == UNTIL


async def test_a_mailbox_that_was_emptied_rests_no_more(chats: Chats, mongo: Mongo) -> None:
    await chats.link(chat(ALICE))
    read = await got(chats)
    await chats.hand_over(read, entry(), WHOSE, lease="mine", until=UNTIL)
    await chats.postpone(read, lease="mine", until=NOON, attempts=1)
    await chats.complete(await claimed(chats), entry(), lease="mine", next_at=SOON)
    after = await got(chats)
    assert (after.rests_until, after.due_at) == (None, None)


async def test_an_expired_lease_leaves_what_is_held_back_held_back(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held("ord_1"), WHOSE)
    await chats.post(alice, entry("ord_2", since=NOON), WHOSE)
    read = await got(chats)
    await chats.claim(read, lease="dead", until=SOON)
    assert await chats.release_expired(SOON) == 1
    assert (await got(chats)).due_at == NOON


# Reminders


async def test_a_reminder_waits_beside_the_news_of_its_order(chats: Chats, alice: Chat) -> None:
    assert await chats.post(alice, entry("ord_1", 3), WHOSE)
    assert await chats.post(alice, reminder(739_000), WHOSE)
    assert await chats.post(alice, entry("ord_1", 4), WHOSE)
    assert await waiting(chats) == [("ord_1", 739_000), ("ord_1", 4)]


async def test_a_day_is_reminded_of_once_and_hides_no_news(chats: Chats, alice: Chat) -> None:
    assert await chats.post(alice, reminder(5), WHOSE)
    assert not await chats.post(alice, reminder(5), WHOSE)
    await chats.complete(await claimed(chats), reminder(5), lease="mine", next_at=SOON)
    assert not await chats.post(alice, reminder(5), WHOSE)
    assert await chats.post(alice, reminder(6), WHOSE)
    assert await chats.post(alice, entry("ord_1", 1), WHOSE)


async def test_what_is_told_of_an_order_does_not_end_its_reminder(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, reminder(1), WHOSE)
    await chats.post(alice, entry("ord_1", 7), WHOSE)
    await chats.complete(await claimed(chats), entry("ord_1", 7), lease="mine", next_at=SOON)
    assert (await got(chats)).entries == [reminder(1)]
    assert await chats.drop(await claimed(chats), reminder(1), lease="mine", next_at=SOON)
    assert await waiting(chats) == []


# Live messages


async def test_a_live_message_takes_the_place_of_the_order_s_last_one(
    chats: Chats, alice: Chat
) -> None:
    for order_id, message_id in (("ord_1", 7), ("ord_2", 8), ("ord_1", 9)):
        news = entry(order_id, message_id)
        card = Card(order_id=order_id, message_id=message_id, news=message_id)
        await chats.hand_over(alice, news, WHOSE, lease="mine", until=UNTIL)
        await chats.complete(alice, news, lease="mine", next_at=SOON, card=card)
    kept = [(card.order_id, card.message_id) for card in (await got(chats)).cards]
    assert kept == [("ord_2", 8), ("ord_1", 9)]


async def test_live_messages_are_remembered_of_the_latest_orders(chats: Chats, alice: Chat) -> None:
    for n in range(CARDS + 2):
        news, card = entry(f"ord_{n}"), Card(order_id=f"ord_{n}", message_id=n, news=1)
        await chats.hand_over(alice, news, WHOSE, lease="mine", until=UNTIL)
        await chats.complete(alice, news, lease="mine", next_at=SOON, card=card)
    kept = [card.message_id for card in (await got(chats)).cards]
    assert kept == list(range(2, CARDS + 2))


async def test_a_live_message_that_was_written_anew_is_remembered_with_what_is_held_back(
    chats: Chats, alice: Chat
) -> None:
    await chats.post(alice, held(due=None), WHOSE)
    card = Card(order_id="ord_1", message_id=7, news=1)
    await chats.hold(await claimed(chats), [held()], lease="mine", next_at=SOON, card=card)
    after = await got(chats)
    assert (after.cards, after.entries, after.due_at) == ([card], [held()], MORNING)


async def test_an_order_id_is_never_taken_as_an_expression(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, held("$entries", due=NOON), WHOSE)
    card = Card(order_id="$entries", message_id=7, news=1)
    later = held("$entries", due=MORNING)
    await chats.hold(await claimed(chats), [later], lease="mine", next_at=SOON, card=card)
    after = await got(chats)
    assert (after.cards, after.entries) == ([card], [later])


async def test_minutes_after_noon_a_mailbox_at_rest_is_not_due(chats: Chats, alice: Chat) -> None:
    await chats.post(alice, held(), WHOSE)
    assert await chats.due(NOON + minutes(60), 10) == []
    assert [found.id for found in await chats.due(MORNING, 10)] == [ALICE]
