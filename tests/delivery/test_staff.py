"""What the staff is told: by one replica of several, once, and no more often than is bearable."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.delivery import metrics
from bot.delivery.sender import Sender
from bot.delivery.staff import PACE, StaffReports
from bot.services.orders.meanings import Meanings
from bot.services.orders.noticed import Noticed, Unread
from bot.services.shop.staff import Room
from sandbox import Chat, Fault, Person, Sandbox
from storage.chats import Chats
from storage.dead_letters import DeadLetters
from storage.models import DeadLetter, Event, PrivacyRequest
from storage.mongo import Mongo
from storage.orders import Orders
from storage.privacy_requests import PrivacyRequests
from storage.staff import StaffNotes
from tests.delivery.conftest import READER
from tests.support.clock import Clock
from tests.support.news import chat, event, minutes, record

NOON = datetime(2080, 6, 3, 12, tzinfo=UTC)
"""Of a Monday to come: what replicas share for a while is over by the database's own clock."""
TOPIC = 7
STUCK = timedelta(days=5)

Replica = Callable[[], StaffReports]


@pytest.fixture
def office(sandbox: Sandbox, alice: Person) -> Chat:
    return sandbox.group("Office", [alice], topics=[TOPIC])


@pytest.fixture
def replica(
    office: Chat,
    sender: Sender,
    clock: Clock,
    mongo: Mongo,
    orders: Orders,
    chats: Chats,
) -> Replica:
    """Each is a replica of its own, with what it has noticed by itself."""
    clock.set(NOON)

    def make() -> StaffReports:
        return StaffReports(
            room=Room(office.id, TOPIC),
            sender=sender,
            reader=READER,
            notes=StaffNotes(mongo),
            orders=orders,
            chats=chats,
            letters=DeadLetters(mongo),
            requests=PrivacyRequests(mongo),
            noticed=Noticed(),
            stuck_after=STUCK,
        )

    return make


@pytest.fixture
def reports(replica: Replica) -> StaffReports:
    return replica()


def posts(office: Chat) -> list[str]:
    assert all(message.topic == TOPIC for message in office.messages.values())
    return [message.text for message in office.messages.values()]


def letter(n: int = 1, order_id: str = "ord_1") -> DeadLetter:
    return DeadLetter(
        id=f"1001:{n}:{order_id}",
        chat_id=1001,
        order_id=order_id,
        news=n,
        since=NOON,
        reason="Bad Request: message is too long",
        is_fresh=True,
    )


# States that nobody knows


async def test_a_state_that_nobody_knows_is_told_once_whoever_notices_it(
    replica: Replica, office: Chat
) -> None:
    replicas = [replica() for _ in range(3)]
    for each in replicas:
        for status in ("engraving", "shipped", "engraving", "<odd>"):
            each.noticed.state(status)
    await asyncio.gather(*(each.report_states() for each in replicas))
    for each in replicas:
        each.noticed.state("engraving")
        await each.report_states()
    assert sum(text.count("• engraving (2)") for text in posts(office)) == 1
    assert sum(text.count("• <odd> (1)") for text in posts(office)) == 1
    assert sum(text.count("engraving") for text in posts(office)) == 1
    assert "shipped" not in "".join(posts(office))


async def test_posts_that_cannot_be_read_are_told_once_a_day_for_each_reason(
    replica: Replica, office: Chat, clock: Clock
) -> None:
    replicas = [replica() for _ in range(3)]
    for each in replicas:
        for why in (Unread.OLD_FORM, Unread.OLD_FORM, Unread.UNKNOWN_ORDER):
            each.noticed.post("woocommerce", why)
        await each.report_posts()
    [text] = posts(office)
    assert "• woocommerce, 2 posts: They have the form of an older API" in text
    replicas[0].noticed.post("woocommerce", Unread.UNREADABLE, ["id"])
    await replicas[0].report_posts()
    assert "• woocommerce, 1 post: They do not have the form of an order." in posts(office)[1]
    clock.set(NOON + timedelta(days=1, minutes=1))
    replicas[1].noticed.post("woocommerce", Unread.OLD_FORM)
    await replicas[1].report_posts()
    assert len(posts(office)) == 3


async def test_one_that_could_not_be_told_is_told_with_its_next_event(
    reports: StaffReports, sandbox: Sandbox, office: Chat
) -> None:
    sandbox.fail(Fault(method="sendMessage", status=502))
    reports.noticed.state("engraving")
    with capture_logs() as logs:
        await reports.report_states()
    assert posts(office) == []
    assert "staff_not_told" in [line["event"] for line in logs]
    reports.noticed.state("engraving")
    await reports.report_states()
    assert len(posts(office)) == 1


async def test_those_that_an_import_met_are_told_by_the_service(
    replica: Replica, office: Chat, mongo: Mongo
) -> None:
    replicas = [replica() for _ in range(3)]
    await StaffNotes(mongo).leave_words({"engraving": 1200, "$odd.word": 3})
    await StaffNotes(mongo).leave_words({"engraving": 34})
    await asyncio.gather(*(each.report_states() for each in replicas))
    [text] = posts(office)
    assert "• $odd.word (3)\n• engraving (1,234)\nMap in the console says what they mean" in text
    assert await StaffNotes(mongo).take_words() == {}


# Dead letters


async def test_dead_letters_are_told_together_once_a_minute_by_one_replica(
    replica: Replica, office: Chat, mongo: Mongo, clock: Clock
) -> None:
    replicas, letters = [replica() for _ in range(3)], DeadLetters(mongo)
    await letters.keep(letter(1))
    await letters.keep(letter(2, "ord_2"))
    await asyncio.gather(*(each.report_dead_letters() for each in replicas))
    assert posts(office) == [
        "2 messages could not be sent:\n"
        "• ord_1: Bad Request: message is too long\n"
        "• ord_2: Bad Request: message is too long\n"
        "python -m bot dead-letters has all."
    ]
    await letters.keep(letter(3))
    for each in replicas:
        await each.report_dead_letters()
    assert len(posts(office)) == 1
    clock.set(clock.now() + PACE)
    await asyncio.gather(*(each.report_dead_letters() for each in replicas))
    assert [text.splitlines()[0] for text in posts(office)][1:] == ["1 message could not be sent:"]
    clock.set(clock.now() + PACE)
    await reports_all(replicas)
    assert len(posts(office)) == 2
    assert len(await letters.page(None, 10)) == 3


async def reports_all(replicas: list[StaffReports]) -> None:
    for each in replicas:
        await each.report_dead_letters()


async def test_dead_letters_that_could_not_be_told_are_told_later(
    reports: StaffReports, sandbox: Sandbox, office: Chat, mongo: Mongo, clock: Clock
) -> None:
    await DeadLetters(mongo).keep(letter())
    sandbox.fail(Fault(method="sendMessage", status=429, retry_after=1))
    await reports.report_dead_letters()
    await asyncio.sleep(1.1)  # the halt
    clock.set(NOON + PACE + timedelta(seconds=10))
    await reports.report_dead_letters()
    assert [text.splitlines()[0] for text in posts(office)] == ["1 message could not be sent:"]


async def test_very_many_dead_letters_are_not_all_listed(
    reports: StaffReports, office: Chat, mongo: Mongo
) -> None:
    for n in range(250):
        await DeadLetters(mongo).keep(letter(n, f"ord_{n}"))
    await reports.report_dead_letters()
    (text,) = posts(office)
    assert text.startswith("At least 200 messages could not be sent:")
    assert "… and 185 more" in text


# Orders that stand still


def happened(status: str, *, after: float = 0) -> Event:
    """An event of so many minutes past that noon."""
    return event(status).model_copy(update={"occurred_at": NOON + minutes(after)})


async def looks(reports: StaffReports, clock: Clock, after: timedelta) -> None:
    clock.set(NOON + after)
    await reports.report_standing()


async def test_what_a_shop_system_asks_about_data_is_told_once_and_of_whom_it_is_not(
    replica: Replica, mongo: Mongo, office: Chat
) -> None:
    asked = {"source": "shopify", "at": NOON}
    for request in (
        PrivacyRequest(
            id="1", kind="copy", customer_id="cus_7", until=NOON + timedelta(days=30), **asked
        ),
        PrivacyRequest(id="2", kind="erase_all", due_at=NOON + timedelta(days=7), **asked),
        PrivacyRequest(id="3", kind="erase", customer_id="cus_8", due_at=NOON, **asked),
    ):
        await PrivacyRequests(mongo).add(request)
    for _ in range(2):
        await replica().report_requests()
    copy, everything = posts(office)
    assert "has asked shopify for a copy of what is held of them" in copy
    assert "shopify says that the shop has left it" in everything
    assert "cus_" not in copy + everything


async def test_an_open_order_without_news_is_told_once_each_time_that_it_stands(
    replica: Replica, orders: Orders, office: Chat, clock: Clock
) -> None:
    replicas = [replica() for _ in range(2)]
    await looks(replicas[0], clock, timedelta())
    await record(orders, "ord_1", happened("shipped"))
    await record(orders, "ord_2", happened("delivered"))
    await looks(replicas[0], clock, STUCK - timedelta(minutes=5))
    assert posts(office) == []
    clock.set(NOON + STUCK + timedelta(minutes=5))
    await asyncio.gather(*(each.report_standing() for each in replicas))
    (text,) = posts(office)
    assert text.splitlines()[0] == "Open, and no news for 5 days:"
    assert text.splitlines()[1].startswith("• ord_1 · Shipped since")
    assert len(text.splitlines()) == 2

    await looks(replicas[1], clock, STUCK * 3)
    assert len(posts(office)) == 1
    await record(orders, "ord_1", happened("in_transit", after=24 * 60 * 15))
    await looks(replicas[1], clock, STUCK * 4 + timedelta(hours=1))
    assert [text.splitlines()[1][:23] for text in posts(office)[1:]] == ["• ord_1 · On its way si"]


async def test_an_order_that_is_over_by_what_its_words_mean_today_does_not_stand(
    reports: StaffReports, mongo: Mongo, orders: Orders, office: Chat, clock: Clock
) -> None:
    reports.orders = Orders(mongo, Meanings({"arrivé": "delivered"}).today)
    await looks(reports, clock, timedelta())
    await record(orders, "ord_1", happened("arrivé"))
    await record(orders, "ord_2", happened("shipped"))
    await looks(reports, clock, STUCK + timedelta(minutes=5))
    (text,) = posts(office)
    assert "ord_2" in text
    assert "ord_1" not in text


async def test_what_stood_before_anybody_looked_is_not_told(
    reports: StaffReports, orders: Orders, office: Chat, clock: Clock
) -> None:
    await record(orders, "ord_1", happened("shipped"))
    await looks(reports, clock, STUCK * 2)
    await looks(reports, clock, STUCK * 2 + PACE * 2)
    assert posts(office) == []


async def test_orders_that_came_to_stand_while_nothing_ran_are_told_afterwards(
    reports: StaffReports, orders: Orders, office: Chat, clock: Clock
) -> None:
    await looks(reports, clock, timedelta())
    await record(orders, "ord_1", happened("shipped"))
    await looks(reports, clock, STUCK * 10)
    assert len(posts(office)) == 1


async def test_very_many_are_told_in_parts_and_none_is_left_out(
    reports: StaffReports, orders: Orders, office: Chat, clock: Clock
) -> None:
    """Those of the same moment come together, however many: the list says how many more."""
    await looks(reports, clock, timedelta())
    for n in range(35):
        await record(orders, f"ord_{n}", happened("shipped", after=min(n + 1, 20)))
    for minute in range(4):
        await looks(reports, clock, STUCK * 2 + PACE * minute * 2)
    texts = posts(office)
    listed = [line for text in texts for line in text.splitlines() if "• ord_" in line]
    assert len(listed) == len(set(listed)) == 30
    assert [text.splitlines()[-1] for text in texts[1:]] == ["… and 5 more"]


# Figures


async def test_the_figures_of_a_day_are_told_on_the_next_morning_by_one_replica(
    replica: Replica, chats: Chats, office: Chat, clock: Clock, mongo: Mongo
) -> None:
    replicas = [replica() for _ in range(2)]
    await chats.link(chat())
    for each, status in zip(replicas, ("shipped", "engraving"), strict=True):
        each.noticed.state("shipped")
        each.noticed.state(status)
    metrics.SENT.inc(3)
    metrics.DEAD.inc()
    await replicas[0].count_up()
    await replicas[0].count_up()
    await DeadLetters(mongo).keep(letter())
    for each in replicas:
        each._counted = replicas[0]._counted  # they share this process's metrics
        await each.count_up()
    clock.set(NOON + timedelta(hours=19))
    await replicas[0].report_yesterday()
    assert posts(office) == []
    clock.set(NOON + timedelta(hours=21))
    await asyncio.gather(*(each.report_yesterday() for each in replicas))
    await replicas[0].report_yesterday()
    (text,) = posts(office)
    assert text.splitlines() == [
        "Monday, 3 June",
        "3 messages sent, 1 given up",
        "• Shipped: 3",
        "• Other: 1",
        "Now: 1 chat connected, 1 dead letter kept",
    ]


async def test_figures_that_could_not_be_told_are_told_later(
    reports: StaffReports, sandbox: Sandbox, office: Chat
) -> None:
    sandbox.fail(Fault(method="sendMessage", status=400, description="Bad Request: oops"))
    await reports.report_yesterday()
    assert posts(office) == []
    await reports.report_yesterday()
    assert [text.splitlines()[0] for text in posts(office)] == ["Sunday, 2 June"]


# How


async def test_nothing_waits_for_ever_in_what_the_replicas_share(
    reports: StaffReports, mongo: Mongo
) -> None:
    reports.noticed.state("engraving")
    for report in (reports.report_states, reports.report_dead_letters, reports.report_yesterday):
        await report()
    await reports.count_up()
    notes = await mongo.database["staff"].find({}).to_list(None)
    assert notes
    assert all(note["until"] > NOON for note in notes)
    indexes = await mongo.database["staff"].index_information()
    assert indexes["expiry"]["expireAfterSeconds"] == 0


async def test_each_report_is_a_job_of_its_own(reports: StaffReports) -> None:
    names = {job.__name__ for job, _ in reports.jobs}
    assert names == {name for name in dir(reports) if name.startswith(("report_", "count_"))}
