"""A customer and the shop's staff write to each other about an order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.jobs import Job, Jobs
from bot.settings import Settings, load
from sandbox import Chat, Fault, Message, Person, Sandbox
from storage.conversations import Conversations
from storage.errors import DatabaseError
from storage.models import Relay
from storage.mongo import Driver, Mongo
from tests.conftest import Link, unlinks
from tests.support.drivers import one
from tests.support.pictures import png
from tests.support.shop import ShopBackend
from tests.support.waiting import until

WRITE = "💬 Write to the shop"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def office(sandbox: Sandbox, charlie: Person, bob: Person) -> Chat:
    """The staff's forum: charlie is one of them, bob sits there without being one."""
    return sandbox.forum("Office", [charlie, bob])


@pytest.fixture
def settings(
    settings: Settings, office: Chat, charlie: Person, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """With jobs that do not keep a test waiting."""
    schedule = Jobs.schedule

    def schedule_impatiently(jobs: Jobs, *others: tuple[Job, int]) -> AsyncIOScheduler:
        return schedule(jobs, *((job, 1) for job, _ in others))

    monkeypatch.setattr(Jobs, "schedule", schedule_impatiently)
    staff: dict[str, Any] = {"staff_chat": str(office.id), "staff_members": str(charlie.id)}
    return load(env_file=None, **settings.model_dump(exclude=set(staff)), **staff)


@pytest.fixture
async def troubled(shop: ShopBackend, alice: Person, link: Link) -> Message:
    """The news of a problem with alice's order."""
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "problem")
    return await alice.receives(containing="problem")


@pytest.fixture
async def begun(troubled: Message, alice: Person) -> None:
    """She writes to the shop now, without her name."""
    await alice.press(WRITE)
    await alice.receives(containing="May they know that you are called Alice?")
    await alice.press("💬 Write without my name")
    await alice.receives(containing="goes to Nile Coffee now")


def in_topics(office: Chat) -> list[str]:
    """What the bot has said in topics, without the sheets that they begin with."""
    return [
        message.text
        for message in office.messages.values()
        if message.from_bot
        and message.topic
        and message.text
        and "What you write here goes" not in message.text
    ]


async def hears(office: Chat, containing: str, *, after: int = 0) -> Message:
    """The newest message there with these words, once it is there."""

    def found() -> list[Message]:
        return [
            m for m in office.messages.values()
            if m.from_bot and m.id > after and containing in m.text
        ]  # fmt: skip

    await office.changed.until(lambda: bool(found()), 10)
    assert found(), [m.text for m in office.messages.values()]
    return found()[-1]


@pytest.fixture
async def topic(begun: None, alice: Person, office: Chat) -> int:
    """Where the staff reads what alice has written first."""
    await alice.send("Where is it?")
    await alice.receives(containing="You get the answer here.")
    heard = await hears(office, "Where is it?")
    assert heard.topic
    return heard.topic


async def test_a_wish_for_an_order_that_is_named_begins_with_that_very_order(
    troubled: Message, shop: ShopBackend, alice: Person
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    await alice.send("i want to cancel order 1002")
    answer = await alice.receives(containing="Only Nile Coffee can do that")
    assert [button.text for row in answer.buttons for button in row] == [WRITE]
    await alice.press(WRITE, answer)
    await alice.receives(containing="1002")


# Text


async def test_both_write_to_each_other(
    begun: None, alice: Person, charlie: Person, office: Chat
) -> None:
    await alice.send("Where is my parcel? 1001 is late")
    await alice.receives(containing="This goes to Nile Coffee, about order #1001.")
    heard = await hears(office, "Where is my parcel?")
    assert heard.text == "👤 The customer:\nWhere is my parcel? 1001 is late"
    assert heard.topic is not None
    assert office.topics[heard.topic].name == "#1001"
    await charlie.send_in_group(office, "It is <here>,\nat our desk.", topic=heard.topic)
    answer = await alice.receives(containing="Nile Coffee writes about order #1001:")
    assert answer.text.splitlines()[1:] == ["It is <here>,", "at our desk."]
    assert answer.buttons == []
    await alice.send("Thank you!")
    await hears(office, "👤 The customer:\nThank you!")
    assert len(office.topics) == 1


async def test_the_topic_begins_with_the_order(topic: int, office: Chat, alice: Person) -> None:
    first, second = [m for m in office.messages.values() if m.from_bot and m.topic and m.text]
    assert first.text.startswith("The customer writes about this order:\n\n#1001 · Problem with")
    assert "Where is it?" in second.text
    everything = repr([(m.text, m.markup.source) for m in office.messages.values()])
    assert "Alice" not in everything
    assert str(alice.id) not in everything
    assert alice.account.phone not in everything


async def test_help_says_how_a_customer_is_answered(
    topic: int, charlie: Person, office: Chat
) -> None:
    await charlie.send_in_group(office, "/help", topic=topic)
    told = await hears(office, "What you can do here")
    assert "what you write goes to the customer" in told.text
    assert told.topic == topic


async def test_who_lets_the_shop_know_their_name_is_called_by_it(
    troubled: Message, alice: Person, office: Chat
) -> None:
    await alice.press(WRITE)
    await alice.receives(containing="May they know")
    await alice.press("Write as Alice")
    await alice.receives(containing="goes to Nile Coffee now")
    await alice.send("Hello")
    heard = await hears(office, "👤 Alice:\nHello")
    assert heard.topic
    assert office.topics[heard.topic].name == "#1001 · Alice"


async def test_what_is_long_comes_in_pieces_and_nothing_of_it_is_lost(
    topic: int, alice: Person, office: Chat
) -> None:
    await alice.send("a" * 4000 + " so far.")
    await hears(office, " so far.")
    pieces = [text.partition("\n")[2] for text in in_topics(office)]
    assert "".join(pieces) == "Where is it?" + "a" * 4000 + " so far."


async def test_commands_and_the_keyboard_work_as_ever(
    topic: int, alice: Person, office: Chat
) -> None:
    await alice.send("/track 1001")
    await alice.receives(containing="Order #1001")
    await alice.send("My orders")
    await alice.receives(containing="Your latest orders")
    await alice.send("1001")
    await hears(office, "👤 The customer:\n1001")
    assert len(in_topics(office)) == 2


async def test_an_order_that_is_named_goes_to_the_shop_and_is_at_hand(
    topic: int, shop: ShopBackend, alice: Person, office: Chat
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    for said, number in (("1001", "#1001"), ("and what of 1002?", "#1002")):
        await alice.send(said)
        await hears(office, f"👤 The customer:\n{said}")
        went = await alice.receives(containing=f"To see order {number} yourself")
        await alice.press("Show timeline", went)
        await alice.receives(containing=f"Order {number}")
    told = len(alice.inbox)
    await alice.send("1001 is still not here, nor 9999")
    await hears(office, "nor 9999")
    assert len(alice.inbox) == told


async def test_what_is_written_before_the_name_is_decided_goes_to_the_shop_without_it(
    troubled: Message, alice: Person, office: Chat
) -> None:
    await alice.press(WRITE)
    question = await alice.receives(containing="May they know that you are called Alice?")
    await alice.send("It is raining on it")
    await alice.receives(containing="This goes to Nile Coffee, about order #1001.")
    await hears(office, "👤 The customer:\nIt is raining on it")
    await alice.press("Write as Alice", question)
    await alice.receives(containing="goes to Nile Coffee now")
    await alice.send("Please hurry")
    await hears(office, "👤 Alice:\nPlease hurry")


async def test_who_would_rather_not_write_is_heard_by_the_bot_again(
    troubled: Message, alice: Person, office: Chat
) -> None:
    await alice.press(WRITE)
    await alice.receives(containing="May they know")
    await alice.press("Not now")
    await alice.receives(containing="The button stays where it was")
    await alice.send("where is my order?")
    await alice.receives(containing="Order #1001")
    assert not office.topics


async def test_who_writes_too_late_after_the_question_is_told_so_once_and_how_to_begin_again(
    troubled: Message, alice: Person, office: Chat, mongo: Mongo
) -> None:
    await alice.press(WRITE)
    question = await alice.receives(containing="May they know")
    await until_is_past(mongo, timedelta(minutes=1))
    await alice.send("The bag is torn, and all of it is wet")
    late = await alice.receives(containing="so Nile Coffee has not got it")
    assert "about order #1001" in late.text
    assert [[button.text for button in row] for row in late.buttons] == [[WRITE]]
    await alice.send("The bag is torn, and all of it is wet")
    await alice.receives(containing="I didn't get that")
    assert not office.topics
    await alice.press("💬 Write without my name", question)
    await alice.receives(containing="goes to Nile Coffee now")
    await alice.send("The bag is torn")
    await hears(office, "👤 The customer:\nThe bag is torn")


async def test_a_question_of_days_ago_is_not_spoken_of_any_more(
    troubled: Message, alice: Person, mongo: Mongo
) -> None:
    await alice.press(WRITE)
    await alice.receives(containing="May they know")
    await until_is_past(mongo, timedelta(days=2))
    await alice.send("The bag is torn, and all of it is wet")
    await alice.receives(containing="I didn't get that")


async def until_is_past(mongo: Mongo, since: timedelta) -> None:
    """What is written now was to go to the shop until then."""
    ended = {"about_to_write.until": datetime.now(UTC) - since}
    changed = await mongo.database["chats"].update_many({}, {"$set": ended})
    assert changed.modified_count == 1


async def test_an_old_question_that_is_declined_ends_no_conversation_about_another_order(
    troubled: Message, shop: ShopBackend, alice: Person, office: Chat
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    await alice.press(WRITE, troubled)
    old = await alice.receives(containing="about order #1001")
    await alice.send("/track 1002")
    await alice.receives(containing="Order #1002")
    await alice.press("⚙️ Options")
    await alice.receives(containing="Options for order #1002")
    await alice.press(WRITE)
    await alice.receives(containing="about order #1002")
    await alice.press("💬 Write without my name")
    await alice.receives(containing="goes to Nile Coffee now, about order #1002")
    await alice.press("Not now", old)
    await alice.receives(containing="The button stays where it was")
    await alice.send("Is it in the post?")
    await alice.receives(containing="This goes to Nile Coffee, about order #1002.")
    await hears(office, "Is it in the post?")


# Photos, and what else is no text


async def test_a_photo_goes_both_ways_with_what_is_written_below_it(
    topic: int, alice: Person, charlie: Person, office: Chat
) -> None:
    await alice.send_photo(png(60, 40), "It is <torn>")
    heard = await hears(office, "👤 The customer:\nIt is <torn>")
    assert heard.photo is not None
    assert (heard.photo.content, heard.topic) == (png(60, 40), topic)
    await charlie.send_photo(png(50, 50), "Like this one?", group=office, topic=topic)
    shown = await alice.receives(containing="Like this one?")
    assert shown.photo is not None
    assert shown.photo.content == png(50, 50)
    assert shown.text.startswith("🗣 Nile Coffee writes about order #1001:")


async def test_the_photos_are_never_fetched(
    topic: int, alice: Person, office: Chat, sandbox: Sandbox
) -> None:
    await alice.send_photo(png(60, 40), "Torn")
    await hears(office, "Torn")
    assert sandbox.calls_of("getFile") == []
    assert len(sandbox.calls_of("copyMessage")) == 1


async def test_what_can_have_no_caption_comes_behind_whose_it_is(
    topic: int, alice: Person, office: Chat
) -> None:
    await alice.share_location(0.3, 32.5)
    await office.changed.until(lambda: any(m.location for m in office.messages.values()), 5)
    before, place = [m for m in office.messages.values() if m.topic][-2:]
    assert (before.text, before.topic) == ("👤 The customer:", topic)
    assert (place.location, place.topic) == ({"latitude": 0.3, "longitude": 32.5}, topic)


async def test_of_what_cannot_be_copied_its_writer_is_told(
    topic: int,
    alice: Person,
    charlie: Person,
    office: Chat,
    capfd: pytest.CaptureFixture[str],
) -> None:
    await alice.send_photo(png(), "Secret", protected=True)
    await alice.receives(containing="didn't get through")
    await charlie.send_photo(png(), group=office, topic=topic, protected=True)
    await hears(office, "Not delivered: what you wrote last cannot be sent")
    await alice.send("Can you hear me?")
    await hears(office, "Can you hear me?")
    out, err = capfd.readouterr()
    assert [word for word in ("Secret", "hear me", "Alice") if word in out + err] == []


# Who answers, and where


async def test_only_members_answer_and_others_are_told_so(
    topic: int, alice: Person, bob: Person, charlie: Person, office: Chat
) -> None:
    await bob.send_in_group(office, "I am Bob", topic=topic)
    assert (await hears(office, "only those in STAFF_MEMBERS")).topic == topic
    await charlie.send_in_group(office, "I am Charlie", topic=topic)
    await alice.receives(containing="I am Charlie")
    assert not any("I am Bob" in message.text for message in alice.inbox)


async def test_what_is_said_elsewhere_or_among_the_staff_stays_there(
    topic: int, alice: Person, charlie: Person, office: Chat, sandbox: Sandbox
) -> None:
    other = await charlie.open_topic(office, "Lunch")
    await charlie.send_in_group(office, "What about pizza?", topic=other)
    await charlie.send_in_group(office, "General chatter")
    general = await hears(office, "Where is it?")
    await charlie.send_in_group(office, "A reply in General", reply_to=general)
    await charlie.send_in_group(office, "// she is angry", topic=topic)
    await charlie.send_in_group(office, "Sorry!", topic=topic)
    await alice.receives(containing="Sorry!")
    heard = "".join(message.text for message in alice.inbox)
    assert [word for word in ("pizza", "General", "angry") if word in heard] == []


async def test_in_the_topic_commands_know_the_order(
    topic: int, alice: Person, charlie: Person, office: Chat
) -> None:
    newest = max(office.messages)
    await charlie.send_in_group(office, "/order", topic=topic)
    sheet = await hears(office, "#1001 · Problem with delivery", after=newest)
    assert sheet.topic == topic
    told = len(alice.inbox)
    await charlie.send_in_group(office, "/resend", topic=topic)
    assert (await hears(office, "It is on its way again.")).topic == topic
    again = await alice.receives(containing="There is a problem")
    assert "writes about" not in again.text
    assert len(alice.inbox) == told + 1


async def test_in_other_topics_they_ask_which(
    topic: int, charlie: Person, office: Chat, sandbox: Sandbox
) -> None:
    other = await charlie.open_topic(office, "Lunch")
    for command in ("/order", "/resend"):
        newest = max(office.messages)
        await charlie.send_in_group(office, command, topic=other)
        assert (await hears(office, "Which order?", after=newest)).topic == other


# Several orders


async def test_what_is_written_goes_to_the_order_that_was_chosen_last(
    topic: int, shop: ShopBackend, alice: Person, charlie: Person, office: Chat
) -> None:
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    await shop.tell("ord_2", "problem")
    news = await alice.receives(containing="#1002")
    await alice.press(WRITE, news)
    await alice.receives(containing="May they know")
    await alice.press("💬 Write without my name")
    await alice.receives(containing="about order #1002: words")
    await alice.send("And this one?")
    second = await hears(office, "And this one?")
    assert second.topic != topic
    await charlie.send_in_group(office, "The first is here", topic=topic)
    answer = await alice.receives(containing="writes about order #1001")
    await alice.press("💬 Answer", answer)
    await alice.receives(containing="goes to Nile Coffee now, about order #1001")
    await alice.send("I see")
    assert (await hears(office, "I see")).topic == topic


# Its end


async def test_the_customer_ends_it_and_the_staff_is_told(
    topic: int, alice: Person, charlie: Person, office: Chat
) -> None:
    await alice.press("End the conversation")
    await alice.receives(containing="The conversation has ended")
    await hears(office, "The customer has ended the conversation.")
    await office.changed.until(lambda: office.topics[topic].closed, 5)
    await charlie.send_in_group(office, "Wait!", topic=topic)
    await hears(office, "Not sent: the customer has ended")
    await alice.send("1001")
    await alice.receives(containing="Order #1001")
    assert not any("Wait!" in message.text for message in alice.inbox)


@pytest.mark.parametrize("how", ["command", "closing the topic"])
async def test_the_staff_ends_it_and_the_customer_is_told(
    topic: int, alice: Person, charlie: Person, office: Chat, how: str
) -> None:
    if how == "command":
        await charlie.send_in_group(office, "/close", topic=topic)
    else:
        await charlie.close_topic(office, topic)
    told = await alice.receives(containing="Nile Coffee has ended the conversation about order")
    await office.changed.until(lambda: office.topics[topic].closed, 5)
    await alice.send("1001")
    await alice.receives(containing="Order #1001")
    await alice.press(WRITE, told)
    await alice.receives(containing="May they know")
    await alice.press("💬 Write without my name")
    await alice.receives(containing="goes to Nile Coffee now")
    await alice.send("One more thing")
    assert (await hears(office, "One more thing")).topic == topic
    assert not office.topics[topic].closed


async def test_the_staff_goes_on_with_what_it_has_ended(
    topic: int, alice: Person, charlie: Person, office: Chat
) -> None:
    await charlie.close_topic(office, topic)
    await alice.receives(containing="has ended the conversation")
    await charlie.send_in_group(office, "We have found it", topic=topic)
    await alice.receives(containing="We have found it")
    await office.changed.until(lambda: not office.topics[topic].closed, 5)
    assert not office.topics[topic].closed


async def test_after_days_of_silence_it_has_ended_and_both_are_told(
    topic: int,
    alice: Person,
    office: Chat,
    mongo: Mongo,
) -> None:
    await later(mongo, days=8)
    await alice.receives(containing="Nobody has written about order #1001 for a while")
    await hears(office, "Nobody has written for days")
    await office.changed.until(lambda: office.topics[topic].closed, 5)
    assert office.topics[topic].closed
    await later(mongo, days=91)
    await office.changed.until(lambda: not office.topics, 10)
    assert office.topics == {}
    assert await mongo.database["conversations"].count_documents({}) == 0


async def later(mongo: Mongo, *, days: int) -> None:
    """So many days have gone by."""
    held = await mongo.database["conversations"].find_one({})
    assert held
    change = {"ends_at": held["ends_at"] - timedelta(days=days)}
    await mongo.database["conversations"].update_one({"_id": held["_id"]}, {"$set": change})


async def test_the_way_to_write_is_in_the_options_of_each_order(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await alice.send("/track 1001")
    timeline = await alice.receives(containing="Order #1001")
    assert WRITE not in [button.text for row in timeline.buttons for button in row]
    await alice.press("⚙️ Options", timeline)
    await alice.receives(containing="Options for order #1001")
    await alice.press(WRITE)
    await alice.receives(containing="May they know that you are called Alice?")
    await alice.press("Not now")
    await alice.receives(containing="The button stays where it was")
    await alice.send("1001")
    await alice.receives(containing="Order #1001")


# Troubles


async def test_a_topic_that_was_deleted_is_opened_anew_and_nothing_is_lost(
    topic: int, alice: Person, charlie: Person, office: Chat
) -> None:
    await charlie.delete_topic(office, topic)
    await alice.send("Still there?")
    heard = await hears(office, "Still there?")
    assert heard.topic not in {None, topic}
    assert [m.topic for m in office.messages.values() if m.from_bot and m.topic and m.text][
        -2:
    ] == [heard.topic] * 2
    await charlie.send_in_group(office, "Yes", topic=heard.topic)
    await alice.receives(containing="Yes")


async def test_a_429_of_the_group_is_waited_for_in_order(
    topic: int, alice: Person, office: Chat, sandbox: Sandbox
) -> None:
    sandbox.fail(Fault(method="sendMessage", chat_id=office.id, retry_after=1, times=2))
    for n in range(3):
        await alice.send(f"Message {n}")
    await hears(office, "Message 2")
    assert in_topics(office)[1:] == [f"👤 The customer:\nMessage {n}" for n in range(3)]


async def test_of_a_customer_who_has_blocked_the_bot_the_staff_is_told(
    topic: int, alice: Person, charlie: Person, office: Chat
) -> None:
    alice.block()
    await charlie.send_in_group(office, "It is here", topic=topic)
    assert (await hears(office, "Not delivered: the customer has blocked")).topic == topic
    alice.unblock()
    await charlie.send_in_group(office, "And now?", topic=topic)
    await alice.receives(containing="And now?")


async def test_while_the_bot_may_not_open_topics_what_was_written_waits(
    begun: None, alice: Person, office: Chat, sandbox: Sandbox
) -> None:
    office.manages_topics = False
    await alice.send("Hello?")
    await until_called(sandbox, "createForumTopic")
    office.manages_topics = True
    await hears(office, "Hello?")


async def until_called(sandbox: Sandbox, method: str, times: int = 1) -> None:
    async def is_called() -> bool:
        return len(sandbox.calls_of(method)) >= times

    await until(is_called, 5)


async def test_an_update_that_comes_twice_is_brought_once(
    topic: int, alice: Person, office: Chat, mongo: Mongo
) -> None:
    conversations = Conversations(mongo)
    held = await conversations.in_topic(topic)
    assert held
    [key] = held.taken
    again = Relay(to="shop", kind="words", text="Where is it?", at=held.latest_at)
    assert (
        await conversations.say(held, [again], key=key, now=held.latest_at, ends_at=held.ends_at)
        is None
    )


async def test_an_answer_that_could_not_be_kept_is_said_so_in_its_topic(
    topic: int, charlie: Person, office: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Conversations, "say", fails)
    newest = max(office.messages)
    await charlie.send_in_group(office, "It is here", topic=topic)
    assert (await hears(office, "again in a minute", after=newest)).topic == topic


# Erasure


@pytest.mark.parametrize("how", ["the shop erases", "/privacy", "/unlink"])
async def test_with_the_person_the_conversation_and_its_topic_go(
    topic: int,
    shop: ShopBackend,
    alice: Person,
    office: Chat,
    mongo: Mongo,
    how: str,
) -> None:
    async def is_brought() -> bool:
        export = (await shop.api("GET", "/api/v1/customers/customer-1/export")).body
        [conversation] = export["conversations"]
        assert conversation["order_id"] == "ord_1"
        return not conversation["waiting"]

    await until(is_brought)  # the topic has it before it is marked
    match how:
        case "the shop erases":
            assert (await shop.api("DELETE", "/api/v1/customers/customer-1")).status == 204
        case "/privacy":
            await alice.send("/privacy")
            await alice.receives(containing="If you talk with Nile Coffee here")
            await alice.press("Delete my data")
            await alice.receives(containing="Delete what I keep")
            await alice.press("Yes, delete it")
            await alice.receives(containing="deleted")
        case _:
            await unlinks(alice)
    assert await mongo.database["conversations"].count_documents({}) == 0
    await office.changed.until(lambda: not office.topics, 10)
    assert office.topics == {}


async def test_what_people_wrote_is_sealed_until_it_is_brought_and_then_gone(
    topic: int, alice: Person, charlie: Person, office: Chat, sandbox: Sandbox, mongo: Mongo
) -> None:
    sandbox.fail(Fault(method="sendMessage", chat_id=office.id, retry_after=2))
    await alice.send("The red door")
    await until_called(sandbox, "sendMessage")

    async def waits() -> bool:
        held = await mongo.database["conversations"].find_one({})
        return bool(held and held["waiting"])

    await until(waits, 5)
    assert b"red door" not in repr(await mongo.database["conversations"].find_one({})).encode()
    await hears(office, "The red door")

    async def is_empty() -> bool:
        return not await waits()

    await until(is_empty, 5)


# Where there are no topics


async def test_in_a_group_without_topics_there_is_no_button(
    sandbox: Sandbox, office: Chat, shop: ShopBackend, alice: Person, link: Link
) -> None:
    office.manages_topics = False
    looked = len(sandbox.calls_of("getChatMember"))
    await until_called(sandbox, "getChatMember", looked + 2)
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", notify=False)
    await shop.tell("ord_1", "problem")
    news = await alice.receives(containing="problem")
    assert WRITE not in [button.text for row in news.buttons for button in row]
