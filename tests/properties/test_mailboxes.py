"""Whatever several senders do, and whenever they die, a mailbox keeps its promises."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chats import Chats
from storage.mailbox import REMEMBERED
from storage.models import PastEntry
from tests.properties.senders import LEASE, Mailbox, Sender
from tests.properties.strategies import fewer
from tests.support.mailboxes import got
from tests.support.news import chat

Step = tuple[str, Callable[[], Awaitable[None]]]
SENDERS, ORDERS = ("A", "B", "C"), ("ord_1", "ord_2")
SPANS = (timedelta(milliseconds=1), timedelta(seconds=2), LEASE)
numbers = count(1001)


@asynccontextmanager
async def opened(chats: Chats, remembered: int) -> AsyncIterator[Mailbox]:
    """An empty mailbox of a chat that was told so much before."""
    told = [PastEntry(order_id="ord_0", news=news) for news in range(remembered)]
    number = next(numbers)
    await chats.link(chat(number).model_copy(update={"told": told}))
    try:
        yield Mailbox(chats, number, {name: Sender(name) for name in SENDERS})
    finally:  # an example may be cut short, and what is left of it would be due for ever
        await chats.unlink(number)


def outside(box: Mailbox) -> list[Step]:
    """What can happen at any time."""
    steps: list[Step] = [(f"{order} has news", partial(box.happen, order)) for order in ORDERS]
    steps += 2 * steps
    steps += [(f"{span} pass", partial(box.wait, span)) for span in SPANS]
    steps.append(("expired leases are released", box.release_expired))
    steps.append(("prefer", box.prefer))
    steps.append(("resume", box.resume) if box.paused else ("pause", box.pause))
    return steps


def inside(box: Mailbox, sender: Sender) -> list[Step]:
    """What a sender can do as it is; what it is made for stands there more than once."""
    name = sender.name
    if sender.lease:
        return _serving(box, sender)
    if sender.fanning:
        return [(f"{name} brings", partial(box.bring, name))]
    if sender.read:
        return [(f"{name} claims", partial(box.claim, name))]
    fresh = [order for order in ORDERS if box.news[order]]
    return [
        (f"{name} looks", partial(box.look, name)),
        *((f"{name} reads {order}", partial(box.read_order, name, order)) for order in fresh),
        *(
            (f"{name} holds {order} back {span}", partial(box.read_order, name, order, span))
            for order in fresh
            for span in SPANS[1:]
        ),
    ]


def _serving(box: Mailbox, sender: Sender) -> list[Step]:
    name = sender.name
    steps: list[Step] = []
    if sender.has_told:
        steps += 6 * [(f"{name} completes", partial(box.complete, name))]
    elif sender.is_refused:
        steps += 6 * [(f"{name} fails", partial(box.fail, name))]
    elif box.can_send(name):
        steps += 6 * [(f"{name} sends", partial(box.send, name))]
    elif box.paused:
        steps += 6 * [(f"{name} is refused", partial(box.be_refused, name))]
    steps += [(f"{name} postpones {span}", partial(box.postpone, name, span)) for span in SPANS[:2]]
    if not sender.has_told:
        steps += [(f"{name} holds back {span}", partial(box.hold, name, span)) for span in SPANS]
    return [*steps, (f"{name} crashes", partial(box.crash, name))]


@given(st.data(), st.sampled_from([0, REMEMBERED - 1]), st.integers(1, 60))
async def test_any_interleaving_keeps_the_promises(
    chats: Chats, data: st.DataObject, remembered: int, length: int
) -> None:
    async with opened(chats, remembered) as box:
        for _ in range(length):
            actors = [outside(box), *(inside(box, sender) for sender in box.senders.values())]
            steps = data.draw(st.sampled_from([actor for actor in actors if actor]))
            _, do = data.draw(st.sampled_from(steps))
            await do()
            await box.check()
        await everything_is_told_in_the_end(box)


async def everything_is_told_in_the_end(box: Mailbox) -> None:
    """After all senders died and somebody takes over, the phone has each order's latest news."""
    for name in SENDERS:
        await box.crash(name)
    await box.resume()
    for order in box.news:
        await box.read_order("A", order)
        await box.bring("A")
        await box.crash("A")
    for _ in range(2 * len(ORDERS) + 1):
        await box.wait(LEASE)
        await box.release_expired()
        await serve(box)
    assert (await got(box.chats, box.chat_id)).entries == []
    assert {order: last_told(box, order) for order in box.news} == box.news


async def serve(box: Mailbox) -> None:
    await box.look("A")
    if not box.senders["A"].read:
        return
    await box.claim("A")
    if box.senders["A"].entries:
        await box.send("A")
        await box.complete("A")
    else:
        await box.hold("A", LEASE)
    await box.check()


def last_told(box: Mailbox, order: str) -> int:
    return [news for told_of, news in box.phone if told_of == order][-1]


@settings(max_examples=fewer(8))
@given(st.integers(0, REMEMBERED), st.lists(st.sampled_from(ORDERS), min_size=1, max_size=12))
async def test_the_latest_fifty_are_remembered(
    chats: Chats, remembered: int, told: list[str]
) -> None:
    async with opened(chats, remembered) as box:
        for order in told:
            await box.happen(order)
            await box.read_order("A", order)
            await box.bring("A")
            await box.send("A")
            await box.complete("A")
        kept = [(each.order_id, each.news) for each in (await got(chats, box.chat_id)).told]
        before = [("ord_0", news) for news in range(remembered)]
        assert kept == (before + box.phone)[-REMEMBERED:]
