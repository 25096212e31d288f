"""What no Bot API server should say: it ends nothing, hides nothing else, and is in no log."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from structlog.testing import capture_logs

from bot import logs
from bot.app import Trackline
from bot.settings import Settings
from bot.telegram.reading import UNREADABLE
from sandbox import Fault, Person, Sandbox
from storage.mongo import Driver, Mongo
from tests.support.drivers import one
from tests.support.odd_updates import CANARY, odd_ones, said
from tests.support.waiting import until

FIRST = 5000


@pytest.fixture
def driver() -> Driver:
    return one("pymongo")


def answers(method: str, result: object, times: int = 1) -> Fault:
    body = json.dumps({"ok": True, "result": result}).encode()
    return Fault(method=method, status=200, body=body, times=times)


def unreadable() -> float:
    (samples,) = UNREADABLE.collect()
    return samples.samples[0].value


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Trackline]:
    """The whole service; ends with an error if a part of it has died."""
    async with Trackline(settings) as service:
        yield service
        dead = asyncio.create_task(service.failed())
        await asyncio.sleep(0)
        assert not dead.done()
        dead.cancel()


async def test_of_many_updates_the_unreadable_are_counted_and_confirmed_and_the_rest_is_handled(
    sandbox: Sandbox, settings: Settings, mongo: Mongo, alice: Person
) -> None:
    odd = odd_ones(alice, FIRST)
    alice.account.started = True
    batch = [*odd.values(), None, CANARY, [CANARY], {"update_id": -5}, {"update_id": CANARY}]
    last = FIRST + len(odd)
    batch.append(said(alice, last))
    sandbox.fail(answers("getUpdates", batch))
    before = unreadable()
    with capture_logs() as lines:
        async with running(settings):
            await alice.receives(containing="how your orders")
    assert unreadable() - before == len(batch) - 1
    told = [line for line in lines if line["event"] == "update_unreadable"]
    assert len(told) == len(batch) - 1
    assert CANARY not in repr(lines)
    _, second, *_ = sandbox.calls_of("getUpdates")
    assert second.params["offset"] == last + 1


@pytest.mark.parametrize("result", [True, None, "x", [None], {}, 5], ids=repr)
async def test_an_answer_that_is_no_list_of_updates_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
    sandbox: Sandbox,
    settings: Settings,
    mongo: Mongo,
    alice: Person,
    result: object,
) -> None:
    monkeypatch.setattr("bot.telegram.updates.WAITS", (0.01,))
    monkeypatch.setattr("bot.telegram.updates.FLOOR", 0.01)
    sandbox.fail(answers("getUpdates", result, times=3))
    async with running(settings):
        await alice.send("/help")
        await alice.receives(containing="how your orders")


@pytest.mark.parametrize(
    "result", [True, None, "x", [None], {}, {"id": 5, "first_name": CANARY}], ids=repr
)
async def test_an_odd_introduction_is_one_clear_line_and_asked_for_again(
    monkeypatch: pytest.MonkeyPatch,
    sandbox: Sandbox,
    settings: Settings,
    mongo: Mongo,
    alice: Person,
    result: object,
) -> None:
    monkeypatch.setattr("bot.telegram.app.WAITS", (0.01,))
    sandbox.fail(answers("getMe", result, times=2))
    with capture_logs() as lines:
        async with running(settings):
            await alice.send("/help")
            await alice.receives(containing="how your orders")
    away = [line for line in lines if line["event"] == "telegram_away"]
    assert len(away) == 2
    assert "The answer cannot be read" in away[0]["error"]
    assert "exc_info" not in away[0]
    assert CANARY not in repr(lines)


@pytest.mark.parametrize("result", [True, None, "x", [None], {}], ids=repr)
async def test_an_odd_menu_button_ends_nothing(
    sandbox: Sandbox, settings: Settings, mongo: Mongo, alice: Person, result: object
) -> None:
    sandbox.fail(answers("getChatMenuButton", result))
    with capture_logs() as lines:
        async with running(settings):
            await until(partial(_is_asked_for, sandbox, "getChatMenuButton"))
            await alice.send("/help")
            await alice.receives(containing="how your orders")
    left = [line for line in lines if line["event"] == "menu_button_not_set"]
    assert [line["error"][:25] for line in left] == ["The answer cannot be read"]


async def _is_asked_for(sandbox: Sandbox, method: str) -> bool:
    return bool(sandbox.calls_of(method))


async def test_a_token_that_is_refused_after_the_start_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
    sandbox: Sandbox,
    settings: Settings,
    mongo: Mongo,
    alice: Person,
) -> None:
    monkeypatch.setattr("bot.telegram.app.WAITS", (0.01,))
    sandbox.fail(Fault(method="getMe", status=502))
    sandbox.fail(Fault(method="getMe", status=401, times=2))
    async with running(settings):
        await alice.send("/help")
        await alice.receives(containing="how your orders")


async def test_a_server_that_does_not_hold_a_poll_open_is_asked_once_a_second(
    sandbox: Sandbox, settings: Settings, mongo: Mongo
) -> None:
    sandbox.fail(answers("getUpdates", [], times=10_000))

    async def asked_three_times() -> bool:
        return len(sandbox.calls_of("getUpdates")) >= 3

    async with running(settings):
        await until(asked_three_times, 10)
    first, _, third = sandbox.calls_of("getUpdates")[:3]
    assert (third.at - first.at).total_seconds() >= 1.9


@pytest.mark.usefixtures("logging_as_it_was")
def test_of_the_library_s_own_lines_only_the_words_are_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure()
    logging.getLogger("telegram.ext.ExtBot").critical("Received data was %r", [CANARY])
    said = capsys.readouterr().err
    assert "Received data was" in said
    assert CANARY not in said
