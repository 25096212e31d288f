"""What the page has besides the phone and the shop: the clock, a restart, and addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sandbox.clock import MovedClock
from sandbox.faults import Fault
from sandbox.page_api import body_of, problem

LONGEST = timedelta(days=7)
"""The most by which the clock is moved at once. Periodic work then catches up."""
MORNING = time(9)
EVENING = time(18)
REFUSAL = "Bad Request: the demo refuses this message"
REFUSES_FOR = 15
"""Seconds until a message is no longer refused."""


@dataclass(eq=False)
class Stage:
    """``zone``: the time zone of the shop's morning. ``addresses``: by label. ``anew``: set when
    somebody asks for a restart, which the program that runs the sandbox then does. ``fail``:
    arranges a fault of Telegram.
    """

    clock: MovedClock
    zone: ZoneInfo
    addresses: dict[str, str] = field(default_factory=dict)
    anew: asyncio.Event = field(default_factory=asyncio.Event)
    on_change: Callable[[], None] = lambda: None
    fail: Callable[[Fault], None] = lambda _: None

    def begin_by_day(self) -> None:
        """If it is night at the shop, move the clock to the next morning."""
        now = datetime.now(self.zone)
        if not MORNING <= now.time() < EVENING:
            self.clock.move_on(until_morning(now))

    def show(self, addresses: dict[str, str]) -> None:
        """The service has started: show its addresses."""
        self.addresses = addresses
        self.on_change()

    def app(self) -> web.Application:
        """A JSON API, to be mounted under `/demo`."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/state", self._state),
                web.post("/clock", self._move_clock),
                web.post("/refusal", self._refuse),
                web.post("/anew", self._begin_anew),
            ]
        )
        return app

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "now": datetime.now(UTC).isoformat(),
                "moved_hours": round(self.clock.ahead / timedelta(hours=1)),
                "addresses": [{"name": name, "url": url} for name, url in self.addresses.items()],
            }
        )

    async def _move_clock(self, request: web.Request) -> web.Response:
        """`{hours}`, or `{to: "morning"}` for the next morning."""
        wanted = await body_of(request)
        if wanted.get("to") == "morning":
            by = until_morning(datetime.now(self.zone))
        else:
            by = timedelta(hours=_hours(wanted.get("hours")))
        self.clock.move_on(by)
        self.on_change()
        return await self._state(request)

    async def _refuse(self, request: web.Request) -> web.Response:
        """`{person}`: the id of the person whose next message is refused, if it is sent soon."""
        wanted = (await body_of(request)).get("person")
        if not isinstance(wanted, int):
            raise problem(web.HTTPBadRequest, "Please say whose message it is.")
        fault = Fault(method="sendMessage", chat_id=wanted, status=400, description=REFUSAL)
        self.fail(fault)
        asyncio.get_running_loop().call_later(REFUSES_FOR, _end, fault)
        return web.json_response({}, status=202)

    async def _begin_anew(self, request: web.Request) -> web.Response:
        self.anew.set()
        return web.json_response({}, status=202)


def _end(fault: Fault) -> None:
    fault.times = 0


def until_morning(now: datetime) -> timedelta:
    today = datetime.combine(now.date(), MORNING, now.tzinfo)
    return (today if now < today else today + timedelta(days=1)) - now


def _hours(wanted: object) -> int:
    most = LONGEST // timedelta(hours=1)
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not 1 <= wanted <= most:
        raise problem(web.HTTPBadRequest, f"Please give hours, from 1 to {most}.")
    return wanted
