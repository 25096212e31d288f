"""News with a photo: the photo with the news below it, or the news, and nothing lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.sender import SEND_TIMEOUT, Sender
from bot.delivery.serving import LEASE
from bot.photos import fetching
from bot.services.news.fresh import Announced
from bot.services.orders.timeline import timeline
from sandbox import Fault, Message, Person, Sandbox
from storage.chats import Chats
from storage.models import Preferences
from storage.orders import Orders
from tests.delivery.conftest import Joins, Prefers, Running
from tests.delivery.happening import idle
from tests.support import photo_host as hosts
from tests.support.clock import Clock
from tests.support.news import after, event, record
from tests.support.photo_host import Answer, PhotoHost, picture
from tests.support.pictures import jpeg, webp
from tests.support.waiting import until

Happens = Callable[..., Awaitable[None]]
NIGHT = datetime(2030, 6, 3, 23, 0, tzinfo=UTC)


@pytest.fixture
def it_happens(
    orders: Orders, dispatcher: Dispatcher, clock: Clock, photo_host: PhotoHost
) -> Happens:
    """An event with a photo is recorded and announced."""

    async def happen(
        status: str, after: float = 0, photo: str | None = photo_host.url, note: str | None = None
    ) -> None:
        changes = {"photo_url": photo, "recorded_at": clock.now()}
        told = event(status, after=after, note=note).model_copy(update=changes)
        await record(orders, "ord_1", told)
        dispatcher.fresh.announce("ord_1")

    return happen


@pytest.fixture
def counted() -> Callable[[], dict[str, float]]:
    """What became of photos since the test began."""

    def counts() -> dict[str, float]:
        (metric,) = (m for m in REGISTRY.collect() if m.name == "trackline_photos")
        samples = [s for s in metric.samples if s.name.endswith("_total")]
        return {sample.labels["outcome"]: sample.value for sample in samples}

    before = counts()
    return lambda: {k: v - before[k] for k, v in counts().items() if v != before[k]}


async def delivered(person: Person) -> Message:
    return await person.receives(containing="has been delivered")


async def test_the_news_is_the_caption_of_its_photo(
    it_happens: Happens, joins: Joins, chats: Chats, alice: Person, counted: Callable[[], object]
) -> None:
    await joins(alice)
    with capture_logs() as logs:
        await it_happens("delivered")
        message = await delivered(alice)
        await idle(chats, alice)
    assert message.photo is not None
    assert message.photo.content == jpeg()
    assert [button.text for row in message.buttons for button in row] == [
        "Show timeline",
        *("😀 Great", "😐 OK", "🙁 Not great"),
    ]
    assert not message.silent
    assert len(alice.inbox) == 1
    assert counted() == {"sent": 1}
    assert "photo_sent" in [line["event"] for line in logs]


async def test_a_photo_is_fetched_for_each_who_is_told_of_it(
    it_happens: Happens, joins: Joins, alice: Person, bob: Person, photo_host: PhotoHost
) -> None:
    for person in (alice, bob):
        await joins(person)
    await it_happens("delivered")
    for person in (alice, bob):
        assert (await delivered(person)).photo is not None
    assert len(photo_host.asked) == 2


async def a_page(_: web.Request) -> web.Response:
    return picture(b"<html>Sign in, please</html>", "text/html")


async def thirty_megabytes(_: web.Request) -> web.Response:
    return picture(jpeg(length=30_000_000))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (hosts.answers(404), "gone"),
        (hosts.answers(503), "answer"),
        (hosts.answers(302, Location="http://127.0.0.1:1/"), "address"),
        (hosts.answers(302, Location="https://localhost/"), "address"),
        (a_page, "type"),
        (thirty_megabytes, "large"),
        (hosts.without_end, "large"),
        (hosts.in_drips, "slow"),
    ],
    ids=[
        "404",
        "503",
        "an address of ours",
        "a name of ours",
        "a page",
        "30 MB",
        "endless",
        "drips",
    ],
)
async def test_whatever_is_wrong_with_the_photo_the_news_goes_alone(
    it_happens: Happens,
    joins: Joins,
    chats: Chats,
    alice: Person,
    photo_host: PhotoHost,
    counted: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    why: str,
) -> None:
    if why == "slow":
        monkeypatch.setattr("bot.photos.fetching.DEADLINE", 0.5)
    photo_host.answer = answer
    await joins(alice)
    with capture_logs() as logs:
        await it_happens("delivered")
        assert (await delivered(alice)).photo is None
    assert len((await idle(chats, alice)).told) == 1
    assert counted() == {why: 1}
    (line,) = (line for line in logs if line["event"] == "photo_not_sent")
    assert line["why"] == why
    assert "secret" not in str(logs)


@pytest.mark.parametrize(
    "photo",
    ["https://localhost/1.jpg", "https://10.0.0.1/1.jpg", "http://127.0.0.1:1/1.jpg"],
)
async def test_nobody_in_our_network_is_asked_for_one(
    it_happens: Happens, joins: Joins, alice: Person, counted: Callable[[], object], photo: str
) -> None:
    await joins(alice)
    await it_happens("delivered", photo=photo)
    assert (await delivered(alice)).photo is None
    assert counted() == {"address": 1}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=400, description="Bad Request: IMAGE_PROCESS_FAILED"),
        Fault(status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS"),
        Fault(status=413, description="Request Entity Too Large"),
        Fault(status=413, body=b"<html>413 Request Entity Too Large</html>"),
    ],
    ids=["broken", "odd", "413", "413 of a proxy"],
)
async def test_what_telegram_does_not_take_goes_as_text_at_once(
    it_happens: Happens,
    joins: Joins,
    sandbox: Sandbox,
    alice: Person,
    counted: Callable[[], object],
    fault: Fault,
) -> None:
    fault.method = "sendPhoto"
    sandbox.fail(fault)
    await joins(alice)
    await it_happens("delivered")
    assert (await delivered(alice)).photo is None
    assert counted() == {"refused": 1}
    assert len(sandbox.calls_of("sendPhoto")) == len(sandbox.calls_of("sendMessage")) == 1


async def test_a_photo_that_telegram_cannot_read_goes_as_text(
    it_happens: Happens, joins: Joins, alice: Person, photo_host: PhotoHost
) -> None:
    async def half(_: web.Request) -> web.Response:
        return picture(webp(9000, 2000), "image/webp")

    photo_host.answer = half
    await joins(alice)
    await it_happens("delivered")
    assert (await delivered(alice)).photo is None


async def test_news_that_is_too_long_for_a_caption_goes_as_text_and_nothing_is_fetched(
    it_happens: Happens,
    joins: Joins,
    alice: Person,
    photo_host: PhotoHost,
    counted: Callable[[], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.photos.sending.LONGEST_CAPTION", 300)
    await joins(alice)
    await it_happens("delivered", note="long " * 60)
    assert (await delivered(alice)).photo is None
    assert photo_host.asked == []
    assert counted() == {"caption": 1}


async def test_a_429_is_waited_for_and_the_photo_comes_after_it(
    it_happens: Happens, joins: Joins, sandbox: Sandbox, alice: Person
) -> None:
    sandbox.fail(Fault(method="sendPhoto", retry_after=1))
    await joins(alice)
    await it_happens("delivered")
    assert (await delivered(alice)).photo is not None
    assert sandbox.calls_of("sendMessage") == []


async def test_a_photo_that_does_not_get_through_is_left_out_in_the_end(
    it_happens: Happens,
    joins: Joins,
    sandbox: Sandbox,
    alice: Person,
    counted: Callable[[], object],
) -> None:
    sandbox.fail(Fault(method="sendPhoto", drop=True, times=None))
    await joins(alice)
    await it_happens("delivered")
    assert (await delivered(alice)).photo is None
    assert counted() == {"failed": 1}
    assert len(sandbox.calls_of("sendPhoto")) == 2


async def test_who_has_blocked_the_bot_is_not_asked_twice(
    it_happens: Happens, joins: Joins, sandbox: Sandbox, chats: Chats, alice: Person
) -> None:
    await joins(alice)
    alice.block()
    await it_happens("delivered")

    async def is_paused() -> bool:
        chat = await chats.get(alice.id)
        return chat is not None and chat.is_blocked

    await until(is_paused)
    assert sandbox.calls_of("sendMessage") == []


async def test_a_photo_that_is_waited_for_holds_up_no_other_chat(
    it_happens: Happens,
    joins: Joins,
    orders: Orders,
    dispatcher: Dispatcher,
    alice: Person,
    charlie: Person,
    photo_host: PhotoHost,
) -> None:
    photo_host.answer = hosts.in_drips
    await joins(alice)
    await joins(charlie, "customer-2")
    await it_happens("delivered")

    async def is_waited_for() -> bool:
        return bool(photo_host.asked)

    await until(is_waited_for)
    await record(orders, "ord_2", event("delivered"), customer_id="customer-2")
    dispatcher.fresh.announce("ord_2")
    await charlie.receives(containing="ord_2 has been delivered")
    assert alice.inbox == []
    assert (await delivered(alice)).photo is None


def test_a_lease_is_long_enough_for_a_photo_and_the_text_in_its_place() -> None:
    slot = photo = text = SEND_TIMEOUT
    assert fetching.DEADLINE + slot + photo + text < LEASE.total_seconds()


async def test_nothing_is_sent_under_a_lease_that_ended_while_the_photo_was_fetched(
    running: Running,
    orders: Orders,
    joins: Joins,
    sandbox: Sandbox,
    alice: Person,
    photo_host: PhotoHost,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await joins(alice)
    told = event("delivered").model_copy(update={"photo_url": photo_host.url})
    await record(orders, "ord_1", told)
    async with running() as dispatcher:
        monkeypatch.setattr("bot.delivery.dispatcher.LEASE", timedelta())
        await dispatcher.fan_out(Announced("ord_1"))
    assert photo_host.asked
    assert sandbox.calls_of("sendPhoto") == sandbox.calls_of("sendMessage") == []


# As they like it


async def test_a_live_message_stays_a_text_and_its_photo_is_a_reply_to_it(
    it_happens: Happens, joins: Joins, prefers: Prefers, chats: Chats, alice: Person
) -> None:
    await joins(alice)
    await prefers(alice, cards=True)
    await it_happens("delivered")
    photo = await alice.receives(containing="✅ Delivered · ")
    await idle(chats, alice)
    card, shown = alice.inbox
    assert (shown, card.photo) == (photo, None)
    assert photo.photo is not None
    assert photo.reply_to == card.id
    await it_happens("returned", after=1, photo=None)
    await alice.receives(containing="Returned")

    async def has_only_the_card_moved() -> bool:
        return [bool(message.photo) for message in alice.inbox] == [True, False]

    await until(has_only_the_card_moved)


async def test_a_live_message_whose_lease_ends_soon_has_no_photo(
    sender: Sender, joins: Joins, alice: Person, photo_host: PhotoHost, sandbox: Sandbox
) -> None:
    chat = await joins(alice)
    chat = chat.model_copy(update={"preferences": Preferences(cards=True)})
    told = event("delivered").model_copy(update={"photo_url": photo_host.url})
    ends = time.monotonic() + SEND_TIMEOUT
    await sender.send(chat, timeline(after(told)), photo_url=photo_host.url, until=ends)
    assert [bool(message.photo) for message in alice.inbox] == [False]
    assert sandbox.calls_of("sendPhoto") == []


@pytest.mark.parametrize("fault", [Fault(status=400), Fault(drop=True), Fault(retry_after=1)])
async def test_a_live_message_is_told_once_whatever_becomes_of_its_photo(
    it_happens: Happens,
    joins: Joins,
    prefers: Prefers,
    chats: Chats,
    sandbox: Sandbox,
    alice: Person,
    fault: Fault,
) -> None:
    fault.method = "sendPhoto"
    sandbox.fail(fault)
    await joins(alice)
    await prefers(alice, cards=True)
    await it_happens("delivered")
    await alice.receives(containing="Delivered")
    await idle(chats, alice)
    assert len(alice.inbox) == 1


async def test_who_wants_it_silent_gets_the_photo_silently(
    it_happens: Happens, joins: Joins, prefers: Prefers, alice: Person
) -> None:
    await joins(alice)
    await prefers(alice, silent=True)
    await it_happens("delivered")
    message = await delivered(alice)
    assert (message.silent, bool(message.photo)) == (True, True)


async def test_a_photo_waits_for_the_end_of_the_quiet_hours(
    it_happens: Happens,
    joins: Joins,
    prefers: Prefers,
    chats: Chats,
    alice: Person,
    clock: Clock,
    photo_host: PhotoHost,
) -> None:
    clock.set(NIGHT)
    await joins(alice)
    await prefers(alice, quiet=(22, 7))
    await it_happens("delivered")

    async def is_held() -> bool:
        chat = await chats.get(alice.id)
        return bool(chat and chat.entries and chat.lease is None)

    await until(is_held)
    await asyncio.sleep(0.1)
    assert photo_host.asked == []
    clock.set(NIGHT.replace(day=4, hour=7))
    assert (await delivered(alice)).photo is not None


async def test_who_has_muted_the_order_gets_no_photo_of_it(
    it_happens: Happens, joins: Joins, chats: Chats, alice: Person, photo_host: PhotoHost
) -> None:
    chat = await joins(alice)
    await chats.mute(chat, "ord_1")
    await it_happens("delivered")
    await idle(chats, alice)
    await asyncio.sleep(0.1)
    assert alice.inbox == []
    assert photo_host.asked == []
