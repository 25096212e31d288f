"""The demo's clock is moved on, and all begins anew: what its page can do, without the page."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import Trackline
from bot.cli.demonstration import demonstrate
from sandbox.waiting import TIMEOUT


async def test_all_begins_anew_at_the_same_addresses_and_at_the_present_time(
    tmp_path: Path,
) -> None:
    begun: list[tuple[str, str]] = []
    customers: list[str] = []
    ahead: list[int] = []

    async def play(service: Trackline) -> None:
        page = str(service._settings.bot_api_url).rstrip("/")
        begun.append((page, service.url))
        assert abs(service.clock() - datetime.now(UTC)) < timedelta(minutes=1)
        async with aiohttp.ClientSession() as session:
            state = await ask(session, "GET", f"{page}/demo/state")
            ahead.append(state["moved_hours"])
            assert {"name": "API reference", "url": f"{service.url}/docs"} in state["addresses"]
            [console] = [each["url"] for each in state["addresses"] if each["name"] == "Console"]
            assert console.startswith(f"{service.url}/console#key=")
            signed_in = await ask(session, "POST", f"{page}/shop/sign-in", {"name": "Alice"})
            customers.append(signed_in["id"])
            if len(begun) == 1:
                await ask(session, "POST", f"{page}/demo/clock", {"hours": 48})
                await ask(session, "POST", f"{page}/demo/anew")
                await asyncio.Event().wait()
            link = {"customer_id": customers[0]}
            told = await ask(session, "GET", f"{page}/shop/orders", params=link)
            assert told == [], "of the account of before nothing is there"

    before = datetime.now(UTC)
    await demonstrate(0, tmp_path / "data", play)
    assert len(begun) == 2
    assert begun[0] == begun[1]
    assert len(set(customers)) == 2
    assert ahead[1] <= ahead[0] <= 15, "hours, of a night at most"
    assert datetime.now(UTC) - before < timedelta(hours=1)


async def test_the_whole_service_goes_by_the_clock_that_was_moved_on(tmp_path: Path) -> None:
    async def play(service: Trackline) -> None:
        page = str(service._settings.bot_api_url).rstrip("/")
        before = service.clock()
        async with aiohttp.ClientSession() as session:
            await ask(session, "POST", f"{page}/demo/clock", {"hours": 30})
            assert service.clock() - before >= timedelta(hours=30)
            await service._pacer._meet()
            assert service.clock() - before >= timedelta(hours=30), "the database knows better"
            signed_in = await ask(session, "POST", f"{page}/shop/sign-in", {"name": "Alice"})
            bought = {"customer": signed_in["id"]}
            order = await ask(session, "POST", f"{page}/shop/orders", bought)
            await ask(session, "POST", f"{page}/shop/orders/{order['id']}/next")
            async with asyncio.timeout(TIMEOUT):
                while True:
                    orders = await ask(session, "GET", f"{page}/shop/orders", params=bought)
                    events = orders[0]["events"]
                    if all(event["answer"] for event in events):
                        break
                    await asyncio.sleep(0.05)
            assert [event["answer"] for event in events] == [202, 202]

    await demonstrate(0, tmp_path / "data", play)


async def ask(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    body: dict[str, Any] | None = None,
    params: dict[str, str] | None = None,
) -> Any:
    async with session.request(method, url, json=body, params=params) as answer:
        assert answer.status < 400, await answer.text()
        return await answer.json()
