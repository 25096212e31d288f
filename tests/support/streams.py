"""A page's live events, as a browser receives them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp

from sandbox.waiting import TIMEOUT
from tests.support.shop import ShopBackend


@dataclass(frozen=True)
class Event:
    kind: str
    id: str
    data: str


class Stream:
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self) -> Event:
        """The next event. Raises EOFError at the end of the stream."""
        told: dict[str, list[str]] = {}
        async with asyncio.timeout(TIMEOUT):
            while line := (await self.answer.content.readline()).decode():
                if not (said := line.rstrip("\n")):
                    if "event" in told:
                        break
                    continue
                name, _, value = said.partition(":")
                told.setdefault(name, []).append(value.removeprefix(" "))
            else:
                raise EOFError
        return Event(told["event"][0], "".join(told.get("id", [])), "\n".join(told["data"]))

    async def news(self) -> Event:
        while (event := await self.next()).kind == "beat":
            pass
        return event


@asynccontextmanager
async def stream(
    shop: ShopBackend, token: str, seen: str = "", **headers: str
) -> AsyncIterator[Stream]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{shop.url}/t/{token}/live?seen={seen}"
    async with shop.session.get(url, headers=named) as answer:
        assert (answer.status, answer.content_type) == (HTTPStatus.OK, "text/event-stream")
        yield Stream(answer)
