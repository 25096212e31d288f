"""Updates: each handled before it is confirmed, once, and one person's in their order."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from structlog.testing import capture_logs
from telegram import Update

from bot.app import Trackline
from bot.settings import Settings
from bot.telegram.bot import TelegramBot
from bot.telegram.transport import AiohttpRequest
from bot.telegram.updates import CONFLICTS, MOST_WAITING, Inbox, Poller
from sandbox import Fault, Person, Sandbox
from sandbox.waiting import TIMEOUT
from storage.chats import Chats
from storage.mongo import Driver, Mongo
from tests.support.drivers import one
from tests.support.news import chat
from tests.support.shop import ShopBackend
from tests.support.waiting import until


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.updates.WAITS", (0.01, 0.01, 30))
    monkeypatch.setattr("bot.telegram.updates.HANDLING_TIMEOUT", 0.05)


MEMBER = {"user": {"id": 123456, "is_bot": True, "first_name": "Trackline"}}


class Handler:
    """Handles updates in no time, but for the texts that are held up."""

    def __init__(self) -> None:
        self.handled: list[str] = []
        self.begun: list[str] = []
        self.changed = asyncio.Condition()
        self._held: dict[str, asyncio.Event] = {}

    def hold(self, text: str) -> None:
        self._held[text] = asyncio.Event()

    def let_go(self, text: str) -> None:
        self._held.pop(text).set()

    async def handle(self, update: Update) -> None:
        text = update.message.text if update.message else None
        assert text is not None
        self.begun.append(text)
        await self._tell()
        if text in self._held:
            await self._held[text].wait()
        if text == "fail":
            raise RuntimeError(text)
        self.handled.append(text)
        await self._tell()

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def has_begun(self, text: str) -> None:
        async with asyncio.timeout(TIMEOUT), self.changed:
            await self.changed.wait_for(lambda: text in self.begun)

    async def has(self, *texts: str) -> None:
        """Waits until exactly these were handled, in this order."""
        async with asyncio.timeout(TIMEOUT), self.changed:
            await self.changed.wait_for(lambda: len(self.handled) >= len(texts))
        assert self.handled == list(texts)


def update(update_id: int, text: str, person_id: int = 1001) -> Update:
    person = {"id": person_id, "is_bot": False, "first_name": "A"}
    message = {
        "message_id": update_id,
        "date": 0,
        "chat": {"id": person_id, "type": "private"},
        "from": person,
        "text": text,
    }
    return Update.de_json({"update_id": update_id, "message": message}, None)


# One person's updates, and others'


async def test_one_person_s_updates_are_handled_one_after_another() -> None:
    handler = Handler()
    inbox = Inbox(handler.handle)
    handler.hold("slow")
    slow = asyncio.create_task(inbox.take(update(1, "slow")))
    quick = asyncio.create_task(inbox.take(update(2, "quick")))
    await handler.has_begun("slow")
    await inbox.take(update(3, "somebody else's", person_id=1002))
    assert handler.begun == ["slow", "somebody else's"]
    handler.let_go("slow")
    await asyncio.gather(slow, quick)
    assert handler.handled == ["somebody else's", "slow", "quick"]


async def test_an_update_that_comes_twice_is_handled_once() -> None:
    handler = Handler()
    inbox = Inbox(handler.handle)
    handler.hold("hello")
    twice = [asyncio.create_task(inbox.take(update(7, "hello"))) for _ in range(2)]
    await handler.has_begun("hello")
    handler.let_go("hello")
    await asyncio.gather(*twice)
    await inbox.take(update(7, "hello"))
    assert handler.begun == ["hello"]


async def test_an_update_id_may_be_lower_than_the_one_before() -> None:
    handler = Handler()
    inbox = Inbox(handler.handle)
    await inbox.take(update(900, "before a quiet week"))
    await inbox.take(update(7, "after it"))
    assert handler.handled == ["before a quiet week", "after it"]


async def test_an_update_that_could_not_be_handled_is_handled_when_it_comes_again() -> None:
    handler = Handler()
    inbox = Inbox(handler.handle)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await inbox.take(update(7, "fail"))
    assert handler.begun == ["fail", "fail"]


async def test_the_memory_of_handled_updates_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.updates.REMEMBERED", 2)
    handler = Handler()
    inbox = Inbox(handler.handle)
    for update_id in (1, 2, 3, 3, 1):
        await inbox.take(update(update_id, str(update_id)))
    assert handler.handled == ["1", "2", "3", "1"]


async def test_of_one_person_only_so_many_updates_wait_and_what_comes_on_top_is_left() -> None:
    handler = Handler()
    inbox = Inbox(handler.handle)
    handler.hold("0")
    numbers = range(MOST_WAITING + 50)
    with capture_logs() as logs:
        many = [asyncio.create_task(inbox.take(update(n, str(n)))) for n in numbers]
        await asyncio.gather(*many[MOST_WAITING:])
    assert {line["event"] for line in logs} == {"update_left"}
    await inbox.take(update(9000, "somebody else's", person_id=1002))
    handler.let_go("0")
    await asyncio.gather(*many)
    await inbox.take(update(9001, "later"))
    assert handler.handled == ["somebody else's", *map(str, range(MOST_WAITING)), "later"]


async def test_a_block_is_never_left() -> None:
    held, taken = asyncio.Event(), list[int]()

    async def handle(update: Update) -> None:
        await held.wait()
        taken.append(update.update_id)

    inbox = Inbox(handle)
    many = [asyncio.create_task(inbox.take(update(n, str(n)))) for n in range(MOST_WAITING)]
    block = {
        "chat": {"id": 1001, "type": "private"},
        "from": {"id": 1001, "is_bot": False, "first_name": "A"},
        "date": 0,
        "old_chat_member": MEMBER | {"status": "member"},
        "new_chat_member": MEMBER | {"status": "kicked", "until_date": 0},
    }
    blocks = Update.de_json({"update_id": 77, "my_chat_member": block}, None)
    many.append(asyncio.create_task(inbox.take(blocks)))
    held.set()
    await asyncio.gather(*many)
    assert taken[-1] == 77


async def test_a_repeat_is_logged() -> None:
    inbox = Inbox(Handler().handle)
    with capture_logs() as logs:
        for _ in range(2):
            await inbox.take(update(7, "hello"))
    assert [line["event"] for line in logs] == ["update_repeated"]


# Polling


@asynccontextmanager
async def polling(
    sandbox: Sandbox, handle: Callable[[Update], Awaitable[None]]
) -> AsyncIterator[tuple[Poller, asyncio.Task[None]]]:
    """A poller that runs until it is stopped, or else until the end, which is a crash."""
    request = [AiohttpRequest(read_timeout=30) for _ in range(2)]
    async with TelegramBot(
        sandbox.token, api_url=sandbox.url, request=request[0], updates_request=request[1]
    ) as bot:
        poller = Poller(bot, Inbox(handle))
        task = asyncio.create_task(poller.run())
        try:
            yield poller, task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def stopped(poller: Poller, task: asyncio.Task[None]) -> None:
    poller.stop()
    await asyncio.wait_for(task, TIMEOUT)


async def test_an_update_in_hand_when_the_process_dies_comes_again(
    sandbox: Sandbox, alice: Person
) -> None:
    handler = Handler()
    handler.hold("lost")
    async with polling(sandbox, handler.handle):
        await alice.send("done")
        await handler.has("done")
        await alice.send("lost")
        await handler.has_begun("lost")
    handler = Handler()
    async with polling(sandbox, handler.handle):
        await handler.has("lost")


async def test_an_update_is_not_confirmed_while_an_earlier_one_is_in_hand(
    sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    handler = Handler()
    handler.hold("slow")
    async with polling(sandbox, handler.handle):
        await alice.send("slow")
        await bob.send("quick")
        await handler.has("quick")
        await bob.send("after the next poll")
        await handler.has("quick", "after the next poll")
    handler = Handler()
    async with polling(sandbox, handler.handle):
        await handler.has("slow", "quick", "after the next poll")


async def test_a_slow_update_does_not_hold_up_what_others_send_later(
    sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    handler = Handler()
    handler.hold("slow")
    async with polling(sandbox, handler.handle) as (poller, task):
        await alice.send("slow")
        await handler.has_begun("slow")
        await alice.send("next")
        await bob.send("one")
        await handler.has("one")
        await bob.send("two")
        await handler.has("one", "two")
        handler.let_go("slow")
        await handler.has("one", "two", "slow", "next")
        await stopped(poller, task)
    assert handler.begun.count("slow") == 1


async def test_a_stop_finishes_what_is_in_hand_and_confirms_it(
    sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    handler = Handler()
    handler.hold("slow")
    async with polling(sandbox, handler.handle) as (poller, task):
        await alice.send("slow")
        await handler.has_begun("slow")
        poller.stop()
        await bob.send("too late")
        handler.let_go("slow")
        await asyncio.wait_for(task, TIMEOUT)
    assert handler.handled == ["slow"]
    handler = Handler()
    async with polling(sandbox, handler.handle):
        await handler.has("too late")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="getUpdates", times=2, status=502, body=b"<html>"),
        Fault(method="getUpdates", times=2, drop=True),
        Fault(method="getUpdates", times=2, garbage=True),
        Fault(method="getUpdates", times=CONFLICTS - 1, status=409),
    ],
    ids=["502", "dropped", "garbage", "409"],
)
async def test_polling_goes_on_after_a_failure(
    sandbox: Sandbox, alice: Person, fault: Fault
) -> None:
    sandbox.fail(fault)
    handler = Handler()
    async with polling(sandbox, handler.handle) as (poller, task):
        await alice.send("hello")
        await handler.has("hello")
        await stopped(poller, task)


async def test_ids_that_begin_anew_after_a_restart_of_the_server_are_recognised(
    sandbox: Sandbox, alice: Person
) -> None:
    alice.account.started = True
    for number, text in [(900, "old 900"), (901, "old 901"), (900, "new 900"), (901, "new 901")]:
        batch = {"ok": True, "result": [update(number, text).to_dict()]}
        body = json.dumps(batch).encode()
        sandbox.fail(Fault(method="getUpdates", status=200, body=body))
    handler = Handler()
    with capture_logs() as logs:
        async with polling(sandbox, handler.handle) as (poller, task):
            await handler.has("old 900", "old 901", "new 900", "new 901")
            await stopped(poller, task)
    assert [line["event"] for line in logs] == ["update_ids_begin_anew"]


async def test_a_stop_does_not_wait_for_the_next_try(sandbox: Sandbox) -> None:
    async def failed_three_times() -> bool:
        return len(sandbox.calls_of("getUpdates")) == 3

    sandbox.fail(Fault(method="getUpdates", times=None, status=502))
    handler = Handler()
    async with polling(sandbox, handler.handle) as (poller, task):
        await until(failed_three_times)  # now it waits for 30 s
        await stopped(poller, task)


async def test_another_program_with_our_token_ends_the_polling_with_a_clear_word(
    sandbox: Sandbox,
) -> None:
    sandbox.fail(Fault(method="getUpdates", times=CONFLICTS, status=409))
    handler = Handler()
    with capture_logs() as logs:
        async with polling(sandbox, handler.handle) as (_, task):
            await asyncio.wait_for(task, TIMEOUT)
    last = logs[-1]
    assert (last["event"], last["log_level"]) == ("polling_stopped", "error")
    assert "another program polls with this BOT_TOKEN" in last["why"]


async def test_two_real_pollers_do_not_fight_for_ever(sandbox: Sandbox) -> None:
    handler = Handler()
    async with (
        polling(sandbox, handler.handle) as (_, one),
        polling(sandbox, handler.handle) as (
            _,
            other,
        ),
    ):
        done, _ = await asyncio.wait({one, other}, timeout=5, return_when="FIRST_COMPLETED")
        assert done


async def test_after_a_conflict_pushes_go_on(
    sandbox: Sandbox, settings: Settings, mongo: Mongo, alice: Person
) -> None:
    sandbox.fail(Fault(method="getUpdates", times=None, status=409))
    await alice.send("hello")
    await Chats(mongo).link(chat(alice.id))
    with capture_logs() as logs:
        async with Trackline(settings) as service, aiohttp.ClientSession() as session:

            async def polling_stopped() -> bool:
                return "polling_stopped" in [line["event"] for line in logs]

            await until(polling_stopped)
            shop = ShopBackend(service.url, session)
            await shop.create("ord_1", "customer-1", order_number="1001")
            await alice.receives(containing="Thank you for your order #1001")
