"""Who waits for an order that was shared with them, and the mailbox of who follows nothing."""

from datetime import timedelta

import pytest

from storage.chats import Chats
from storage.models import Chat, Entry, Wait
from storage.mongo import Mongo
from storage.waits import Waits
from storage.whose import account
from tests.support.mailboxes import ALICE, claimed, got, waiting
from tests.support.news import NOON, chat

ARRIVAL = Entry(order_id="ord_9", news=3, since=NOON, kind="arrival")
STRANGER = Chat(id=ALICE, links=[], language="sw")


def wait(share: str, chat_id: int = ALICE, order_id: str = "ord_9") -> Wait:
    return Wait(
        id=f"{share}:{chat_id}",
        chat_id=chat_id,
        order_id=order_id,
        share=share,
        whose=account("customer-1"),
        since=NOON,
        expires_at=NOON + timedelta(days=60),
    )


@pytest.fixture
async def waits(mongo: Mongo) -> Waits:
    waits = Waits(mongo)
    for each in (wait("a"), wait("a"), wait("b"), wait("c", order_id="ord_8"), wait("a", 1002)):
        await waits.begin(each)
    return waits


async def ids(waits: Waits) -> set[str]:
    found = [*await waits.of_order("ord_9"), *await waits.of_order("ord_8")]
    return {each.id for each in found}


async def test_a_wait_is_there_once_until_it_ends(waits: Waits) -> None:
    assert await ids(waits) == {"a:1001", "b:1001", "c:1001", "a:1002"}
    assert {each.id for each in await waits.of(ALICE, "ord_9")} == {"a:1001", "b:1001"}
    await waits.end("b:1001")
    assert [await waits.is_there(each) for each in ("a:1001", "b:1001")] == [True, False]


async def test_waits_end_with_their_link_their_chat_and_what_was_told(waits: Waits) -> None:
    await waits.end_of_shares([])
    await waits.end_of_shares(["b"])
    assert await ids(waits) == {"a:1001", "c:1001", "a:1002"}
    await waits.end_of_chat(ALICE, "ord_9")
    assert await ids(waits) == {"c:1001", "a:1002"}
    await waits.end_of_chat(ALICE)
    assert await ids(waits) == {"a:1002"}


async def test_a_chat_that_follows_nothing_is_there_while_an_arrival_is_on_its_way(
    chats: Chats,
) -> None:
    for _ in range(2):
        await chats.post_to_anybody(STRANGER, ARRIVAL)
    assert await waiting(chats) == [("ord_9", 3)]
    assert (await got(chats)).language == "sw"
    held = await claimed(chats)
    assert await chats.complete(held, ARRIVAL, lease="mine", next_at=NOON)
    assert await chats.get(ALICE) is None


async def test_it_is_gone_when_its_person_has_blocked_us(chats: Chats) -> None:
    await chats.post_to_anybody(STRANGER, ARRIVAL)
    await claimed(chats)
    await chats.refuse(ALICE, "blocked", lease="mine")
    assert await chats.get(ALICE) is None


async def test_an_arrival_stays_when_the_last_link_goes(chats: Chats) -> None:
    linked = await chats.link(chat(ALICE))
    await chats.post_to_anybody(STRANGER, ARRIVAL)
    await chats.post(linked, Entry(order_id="ord_1", news=1, since=NOON), linked.whose)
    assert await chats.leave(ALICE, linked.links[0], gone=())
    assert await waiting(chats) == [("ord_9", 3)]


async def test_an_arrival_does_not_begin_the_count_of_tries_anew(chats: Chats) -> None:
    await chats.post_to_anybody(STRANGER, ARRIVAL)
    new = chat(ALICE).model_copy(update={"misses": [NOON]})
    assert (await chats.link(new)).misses == [NOON]
