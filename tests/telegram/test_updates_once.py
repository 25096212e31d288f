"""Updates that Telegram brings again: to another replica, after a restart, after a quiet week."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from pymongo.uri_parser import parse_uri
from structlog.testing import capture_logs
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.settings import Settings
from bot.telegram.updates import Inbox
from handlers.chat import is_question
from sandbox import Person
from sandbox.waiting import TIMEOUT
from storage.mongo import Mongo, connect
from storage.updates import Updates
from tests.support.commands import COMMANDS
from tests.support.shop import ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.web.conftest import over


class Replica:
    """An inbox of its own on the same database; ``handled`` in their order."""

    def __init__(self, mongo: Mongo, *, is_question: bool = False) -> None:
        self.handled: list[int] = []
        self.fails = False
        updates = Updates(mongo)
        self._inbox = Inbox(self._handle, updates, is_question=lambda _: is_question)

    async def take(self, *update_ids: int) -> None:
        for update_id in update_ids:
            await self._inbox.take(Update(update_id))

    async def hear(self, update_id: int, said_at: datetime) -> None:
        person = User(7, "Alice", is_bot=False)
        message = Message(1, said_at, Chat(7, "private"), from_user=person, text="hello")
        await self._inbox.take(Update(update_id, message=message))

    async def _handle(self, update: Update) -> None:
        if self.fails:
            raise RuntimeError
        self.handled.append(update.update_id)


async def test_an_update_that_another_replica_handled_is_not_handled_again(mongo: Mongo) -> None:
    one, other = Replica(mongo), Replica(mongo)
    await one.take(7)
    await other.take(7, 8)
    assert (one.handled, other.handled) == ([7], [8])


async def test_ids_are_remembered_one_by_one(mongo: Mongo) -> None:
    before, after = Replica(mongo), Replica(mongo)
    await before.take(900, 902)
    await after.take(902, 7, 901, 900)
    assert after.handled == [7, 901]


async def test_what_was_said_after_its_id_was_handled_is_another_update(mongo: Mongo) -> None:
    """Bot and Bot API server were both restarted, and the server's ids begin anew."""
    before, after = Replica(mongo), Replica(mongo)
    await before.take(7, 8, 9)
    now = datetime.now(UTC)
    with capture_logs() as logs:
        await after.hear(7, now + timedelta(seconds=1))  # clocks differ
        await after.hear(8, now + timedelta(minutes=10))
        await after.take(9)
    assert after.handled == [8, 9]
    assert [line["event"] for line in logs] == ["update_repeated", "update_ids_begin_anew"]


async def test_an_update_is_remembered_after_it_was_handled_and_not_before(mongo: Mongo) -> None:
    crashing, restarted = Replica(mongo), Replica(mongo)
    crashing.fails = True
    with pytest.raises(RuntimeError):
        await crashing.take(7)
    await restarted.take(7)
    assert restarted.handled == [7]


async def test_an_update_costs_two_round_trips_and_one_that_was_just_handled_none(
    mongo: Mongo,
) -> None:
    replica = Replica(mongo)
    with COMMANDS.of(mongo.database.name) as commands:
        await replica.take(7)
        assert [next(iter(command.items())) for command in commands] == [
            ("find", "updates"),
            ("update", "updates"),
        ]
        await replica.take(7)
        assert len(commands) == 2


async def test_a_question_costs_none_and_is_answered_twice_at_most_after_a_crash(
    mongo: Mongo,
) -> None:
    asking, restarted = (Replica(mongo, is_question=True) for _ in range(2))
    with COMMANDS.of(mongo.database.name) as commands:
        await asking.take(7, 7)
        assert commands == []
    assert asking.handled == [7]
    await restarted.take(7)
    assert restarted.handled == [7]


@pytest.mark.parametrize(
    ("says", "is_so"),
    [
        ("/track 1001", True),
        ("/orders", True),
        ("/help", True),
        ("/trackers", False),
        ("/unlink", False),
        ("/start abc", False),
        ("1001", False),
        (None, False),
    ],
)
def test_a_question_is_what_changes_nothing(says: str | None, is_so: bool) -> None:
    chat, person = Chat(7, "private"), User(7, "Alice", is_bot=False)
    message = Message(1, datetime.now(UTC), chat, from_user=person, text=says)
    assert is_question(Update(1, message=message)) is is_so


@pytest.mark.parametrize(
    ("data", "is_so"),
    [
        ("show:~ab", True),
        ("refresh:~ab", True),
        ("orders", True),
        ("orders:2", True),
        ("link:abc", False),
        ("privacy:delete", False),
        (None, False),
    ],
)
def test_so_it_is_with_buttons(data: str | None, is_so: bool) -> None:
    query = CallbackQuery("1", User(7, "Alice", is_bot=False), "1", data=data)
    assert is_question(Update(1, callback_query=query)) is is_so


async def test_what_is_remembered_is_an_id_and_a_time_for_a_week(mongo: Mongo) -> None:
    await Replica(mongo).take(7)
    [kept] = await mongo.database["updates"].find({}).to_list(None)
    assert set(kept) == {"_id", "at"}
    indexes = await mongo.database["updates"].index_information()
    assert indexes["a_week"]["expireAfterSeconds"] == 7 * 24 * 3600


@pytest.mark.impatient
async def test_a_database_that_is_away_silences_nobody(mongodb_uri: str) -> None:
    nowhere = connect("mongodb://127.0.0.1:1/shop", "pymongo")
    replica = Replica(nowhere)
    async with asyncio.timeout(TIMEOUT):
        await replica.take(7)
    await nowhere.close()
    assert replica.handled == [7]


@pytest.fixture
def cable(server_uri: str) -> Iterator[TcpProxy]:
    host, port = parse_uri(server_uri)["nodelist"][0]
    with TcpProxy(host, port) as cable:
        yield cable


class TestWithTheDatabaseCutOff:
    @pytest.fixture
    def settings(self, settings: Settings, cable: TcpProxy, mongodb_uri: str) -> Settings:
        return settings.model_copy(update={"mongodb_uri": SecretStr(over(cable, mongodb_uri))})

    @pytest.mark.parametrize("trouble", ["cut", "stall"])
    async def test_who_asks_is_told_to_try_again_and_who_needs_no_database_is_answered(
        self, shop: ShopBackend, alice: Person, cable: TcpProxy, trouble: str
    ) -> None:
        await alice.send("/help")
        await alice.receives(containing="how your orders")
        getattr(cable, trouble)()
        with capture_logs() as logs:
            await alice.send("/settings")
            await alice.receives(containing="Please try again in a minute")
            await alice.send("/help")
            await alice.receives(containing="how your orders")
        assert "update_not_looked_up" in {line["event"] for line in logs}
        cable.mend()
        await alice.send("/orders")
        await alice.receives(containing="Connect your account")
