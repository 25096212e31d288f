"""A comment on a delivery: the reply to the message that asked for it, or what comes after it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.people.feedback import COMMENT_LIFETIME, LONGEST
from sandbox import Message, Person
from storage.feedback import Opinions
from storage.mongo import Mongo
from tests.chat.opinions import (
    BAD,
    FAIR,
    GOOD,
    KEY,
    assert_at_hand,
    backdate,
    is_asked,
    labels,
    none_is_kept,
    opinion,
)
from tests.conftest import Link, unlinks
from tests.support.shop import ShopBackend
from tests.support.waiting import until


async def test_the_reply_to_the_question_is_the_comment(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    prompt = await is_asked(alice)
    assert "at most 1,000 characters" in prompt.text
    await alice.send("The box was wet. 🙁\nSecond line", reply_to=prompt)
    thanks = await alice.receives(containing="Nile Coffee will read it")
    assert_at_hand(thanks)
    assert (await opinion(mongo, alice)).comment == "The box was wet. 🙁\nSecond line"
    said = len(alice.inbox)
    await alice.send("/help")
    await alice.receives(containing="I tell you how your orders")
    assert len(alice.inbox) == said + 1


async def test_everything_else_goes_its_usual_way(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    prompt = await is_asked(alice)
    await alice.send("Reply to another message", reply_to=delivered)
    await alice.receives(containing="I didn't get that")
    await alice.send("Reply to myself", reply_to=alice.messages[-2])
    await alice.receives(containing="I didn't get that")
    await alice.send("/track 1001", reply_to=prompt)
    await alice.receives(containing="#1001")
    assert (await opinion(mongo, alice)).comment is None
    await alice.send("A comment", reply_to=prompt)
    await alice.receives(containing="will read it")
    await alice.send("One more", reply_to=prompt)
    await alice.receives(containing="I didn't get that")
    assert (await opinion(mongo, alice)).comment == "A comment"


async def test_what_is_written_after_the_question_is_the_comment_though_no_reply(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    await is_asked(alice)
    await alice.send("1001")
    await alice.receives(containing="#1001")
    await alice.send("The box was wet")
    await alice.receives(containing="will read it")
    assert (await opinion(mongo, alice)).comment == "The box was wet"
    await alice.send("And the lid was loose")
    await alice.receives(containing="I didn't get that")


async def test_nothing_is_a_comment_that_was_not_asked_for(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    await alice.press(FAIR)
    await alice.send("The box was wet")
    await alice.receives(containing="I didn't get that")
    assert (await opinion(mongo, alice)).comment is None


async def test_what_is_written_after_it_was_not_great_is_the_comment(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    await alice.press(BAD)
    waits = (await opinion(mongo, alice)).comment_until
    assert waits is not None
    assert waits - datetime.now(UTC) <= COMMENT_LIFETIME
    await alice.send("box was smashed!!!")
    await alice.receives(containing="Nile Coffee will read it")
    assert (await opinion(mongo, alice)).comment == "box was smashed!!!"
    await alice.send("And the lid was loose")
    await alice.receives(containing="I didn't get that")


async def test_of_several_orders_it_is_the_comment_on_the_one_that_was_rated_last(
    delivered: Message, shop: ShopBackend, alice: Person, mongo: Mongo
) -> None:
    await alice.press(BAD)
    await shop.create("ord_2", "customer-1", order_number="1002", status="delivered")
    await alice.receives(containing="#1002")
    await alice.press(BAD)
    await alice.send("box was smashed!!!")
    await alice.receives(containing="Nile Coffee will read it")
    assert (await opinion(mongo, alice, "ord_2")).comment == "box was smashed!!!"
    assert (await opinion(mongo, alice)).comment is None


async def test_a_comment_is_waited_for_for_an_hour(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    prompt = await is_asked(alice)

    async def is_waited_for() -> bool:
        return (await opinion(mongo, alice)).comment_until is not None

    await until(is_waited_for)
    waits = (await opinion(mongo, alice)).comment_until
    assert waits is not None
    assert timedelta(minutes=59) < waits - datetime.now(UTC) <= COMMENT_LIFETIME
    await backdate(mongo, comment_until=datetime.now(UTC))
    await alice.send("Too late", reply_to=prompt)
    await alice.receives(containing="I didn't get that")
    assert (await opinion(mongo, alice)).comment is None


async def test_a_long_comment_is_asked_for_again(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    prompt = await is_asked(alice)
    await alice.send("x" * (LONGEST + 1), reply_to=prompt)
    again = await alice.receives(containing="at most 1,000 characters")
    assert (await opinion(mongo, alice)).comment is None
    await alice.send("x" * LONGEST, reply_to=again)
    await alice.receives(containing="will read it")
    assert (await opinion(mongo, alice)).comment == "x" * LONGEST


async def test_who_comments_before_an_answer_is_asked_for_one(
    delivered: Message, alice: Person, mongo: Mongo
) -> None:
    await alice.press_data(f"comment:{KEY}")
    question = await alice.receives(containing="How was the delivery of order #1001?")
    assert labels(question) == [[GOOD, FAIR, BAD]]
    assert await none_is_kept(mongo)


async def test_a_reply_after_the_account_was_changed_is_no_comment(
    delivered: Message, alice: Person, mongo: Mongo, link: Link
) -> None:
    prompt = await is_asked(alice)
    await unlinks(alice)
    await link(alice, "customer-2")
    await alice.send("Of another account", reply_to=prompt)
    await alice.receives(containing="I didn't get that")
    assert (await opinion(mongo, alice)).comment is None


async def test_a_reply_that_fails_is_apologised_for_once(
    delivered: Message, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    prompt = await is_asked(alice)
    said = len(alice.inbox)
    with monkeypatch.context() as broken:
        broken.setattr(Opinions, "comment", fails)
        await alice.send("A comment", reply_to=prompt)
        await alice.receives(containing="Please try again in a minute")
    await alice.send("/help")
    await alice.receives(containing="I tell you how your orders")
    assert len(alice.inbox) == said + 2
