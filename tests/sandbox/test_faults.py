"""Faults on demand: the real server's bad days."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from sandbox import Fault, Person, Sandbox
from sandbox.waiting import TIMEOUT
from tests.sandbox.conftest import Api


async def test_a_429_says_how_long_to_wait(sandbox: Sandbox, api: Api, alice: Person) -> None:
    sandbox.fail(Fault(method="sendMessage", status=429, retry_after=2))
    assert await api.call("sendMessage", chat_id=alice.id, text="x") == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 2",
            "parameters": {"retry_after": 2},
        },
    )
    assert alice.inbox == []
    await api.result("sendMessage", chat_id=alice.id, text="x")


async def test_a_fault_hits_only_its_method_and_chat(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    bob = sandbox.person("Bob")
    await bob.send("/start")
    sandbox.fail(Fault(method="sendMessage", chat_id=bob.id, status=500, times=None))
    await api.result("sendMessage", chat_id=alice.id, text="x")
    await api.result("sendChatAction", chat_id=bob.id, action="typing")
    for _ in range(2):
        assert await api.refusal("sendMessage", chat_id=bob.id, text="x") == (
            500,
            "Internal Server Error",
        )
    sandbox.clear_faults()
    await api.result("sendMessage", chat_id=bob.id, text="x")


async def test_a_fault_comes_as_often_as_it_should(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail(Fault(status=503, times=2))
    assert [(await api.call("getMe"))[0] for _ in range(3)] == [503, 503, 200]


async def test_any_error_of_the_bot_api_can_be_had(sandbox: Sandbox, api: Api) -> None:
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    sandbox.fail(Fault(status=400, description=moved, parameters={"migrate_to_chat_id": -100}))
    assert await api.call("getMe") == (
        400,
        {
            "ok": False,
            "error_code": 400,
            "description": moved,
            "parameters": {"migrate_to_chat_id": -100},
        },
    )


async def test_a_proxys_page_comes_instead_of_json(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail(Fault(status=502, body=b"<html>Bad Gateway</html>"))
    async with api.session.get(f"{api.root}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert await response.read() == b"<html>Bad Gateway</html>"


async def test_garbage_comes_with_a_200(sandbox: Sandbox, api: Api) -> None:
    sandbox.fail(Fault(garbage=True))
    async with api.session.get(f"{api.root}/getMe") as response:
        assert response.status == 200
        with pytest.raises(ValueError, match="Invalid control character"):
            await response.json()


@pytest.mark.parametrize("fault", [Fault(drop=True), Fault(garbage=True), Fault(status=500)])
async def test_a_call_may_take_effect_before_it_fails(
    sandbox: Sandbox, api: Api, alice: Person, fault: Fault
) -> None:
    fault.times, fault.accept = 1, True
    sandbox.fail(fault)
    url = f"{api.root}/sendMessage"
    try:
        async with api.session.post(url, json={"chat_id": alice.id, "text": "x"}) as response:
            await response.read()
    except aiohttp.ClientConnectionError:
        assert fault.drop
    assert [message.text for message in alice.inbox] == ["x"]


async def test_a_dropped_connection_has_no_answer_and_no_effect(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    sandbox.fail(Fault(drop=True))
    with pytest.raises(aiohttp.ClientConnectionError):
        await api.call("sendMessage", chat_id=alice.id, text="x")
    assert alice.inbox == []
    assert (sandbox.calls[-1].status, sandbox.calls[-1].answer) == (0, None)
    await api.result("sendMessage", chat_id=alice.id, text="x")


async def test_a_slow_answer_has_already_taken_effect(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    sandbox.fail(Fault(delay=60.0))
    call = asyncio.create_task(api.result("sendMessage", chat_id=alice.id, text="x"))
    await alice.receives(containing="x")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_a_delayed_call_is_answered_once_its_fault_is_cleared(
    sandbox: Sandbox, api: Api, alice: Person
) -> None:
    sandbox.fail(Fault(delay=60.0))
    call = asyncio.create_task(api.result("sendMessage", chat_id=alice.id, text="x"))
    await alice.receives(containing="x")
    assert not call.done()
    sandbox.clear_faults()
    async with asyncio.timeout(TIMEOUT):
        await call


async def test_a_fault_for_a_method_nobody_knows_is_a_mistake(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="no method sendMesage"):
        sandbox.fail(Fault(method="sendMesage", status=500))
