"""What the page has beside the phone and the shop: the clock, beginning anew, and addresses."""

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
"""At once; what is done every few seconds is caught up on then."""
MORNING = time(9)
EVENING = time(18)
REFUSAL = "Bad Request: the demo refuses this message"
REFUSES_FOR = 15
"""Seconds in which the message must leave; a later one is not refused."""


@dataclass(eq=False)
class Stage:
    """``zone``: where it is morning. ``addresses``: by what each is called. ``anew``: set once
    somebody wants all as it was at the beginning; whoever runs the sandbox sees to it. ``fail``:
    arranges a fault of Telegram's.
    """

    clock: MovedClock
    zone: ZoneInfo
    addresses: dict[str, str] = field(default_factory=dict)
    anew: asyncio.Event = field(default_factory=asyncio.Event)
    on_change: Callable[[], None] = lambda: None
    fail: Callable[[Fault], None] = lambda _: None

    def begin_by_day(self) -> None:
        """At night at the shop it is the next morning."""
        now = datetime.now(self.zone)
        if not MORNING <= now.time() < EVENING:
            self.clock.move_on(until_morning(now))

    def show(self, addresses: dict[str, str]) -> None:
        """The service is up."""
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
        """`{hours}`, or `{to: "morning"}`: the next one."""
        wanted = await body_of(request)
        if wanted.get("to") == "morning":
            by = until_morning(datetime.now(self.zone))
        else:
            by = timedelta(hours=_hours(wanted.get("hours")))
        self.clock.move_on(by)
        self.on_change()
        return await self._state(request)

    async def _refuse(self, request: web.Request) -> web.Response:
        """`{person}`: the id of who does not get the next message, if one leaves soon."""
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
