"""Growth: the cost of the same work with a thousand, ten thousand and a hundred thousand orders.

Each size has its own database on the same server and its own product process, so that they can
take turns. One more has few orders and a hundred thousand linked chats.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from bench.asking import CHATS as ASKING
from bench.asking import Bot
from bench.figures import Figure, at_most, ratios
from bench.filling import fill
from bench.firing import fire
from bench.product import link, product
from bench.shop import Shop
from bench.stage import Stage
from bench.telegram import telegram
from bench.telling import throughput

TOLD = 200
"""Chats that get messages, besides those that ask."""
SECONDS = 1.0
"""The longest round, because there are many."""


@dataclass(frozen=True)
class Size:
    """``chats``: how many linked chats there are besides those that take part."""

    name: str
    orders: int
    chats: int = 0


SIZES = (
    Size("10³ orders", 1000),
    Size("10⁴ orders", 10_000),
    Size("10⁵ orders", 100_000),
    Size("10⁵ chats", 1000, 100_000),
)


class Grown:
    """A product with a database of one size, and its measurements: milliseconds per operation."""

    def __init__(self, bot: Bot, size: Size) -> None:
        self._bot = bot
        self._size = size
        self._shop = Shop()
        step = size.orders // 1000
        taking_part = ASKING + TOLD
        self._plain = [f"ord_{n}" for n in range(taking_part, size.orders, step)]
        self._in_turn = [f"ord_{n}" for n in range(ASKING, taking_part)]

    async def known(self, seconds: float) -> float:
        requests = self._shop.changes(self._plain, int(3000 * seconds))
        return 1000 / (await fire(self._bot.program, requests, seconds=seconds)).rate

    async def creating(self, seconds: float) -> float:
        customers = [f"cus_{order}" for order in self._plain]
        requests = self._shop.creations(customers, int(3000 * seconds))
        return 1000 / (await fire(self._bot.program, requests, seconds=seconds)).rate

    async def asking(self, seconds: float) -> float:
        return 1000 / (await self._bot.asked(seconds)).rate

    async def telling(self, _seconds: float) -> float:
        measured = await throughput(
            self._bot.program, self._bot.telegram, self._shop, self._in_turn
        )
        return 1000 / measured.rate

    def works(self) -> dict[str, Callable[[float], Awaitable[float]]]:
        return {
            "known": self.known,
            "creating": self.creating,
            "asking": self.asking,
            "telling": self.telling,
        }


async def grown(stage: Stage, size: Size, place: int, opened: AsyncExitStack) -> Grown:
    whose = f"grown_{place}"
    server, shop = stage.server, Shop()
    opened.push_async_callback(server.remove, whose)
    far_end = await opened.enter_async_context(telegram(stage.home))
    database = server.database(whose)
    await link(database, ((n + 1, f"cus_{n}") for n in range(ASKING + TOLD)))
    ours = product(server.address(whose), far_end.url, stage.home)
    program = await opened.enter_async_context(ours)
    orders = [(f"ord_{n}", f"cus_{n}") for n in range(size.orders)]
    await fill(program, database, shop, orders)
    await link(database, ((10**6 + n, f"other_{n}") for n in range(size.chats)))
    return Grown(Bot(program, far_end), size)


async def measure(stage: Stage) -> list[Figure]:
    short = replace(stage, seconds=min(stage.seconds, SECONDS))
    async with AsyncExitStack() as opened:
        made = {
            size.name: await grown(stage, size, place, opened) for place, size in enumerate(SIZES)
        }
        turns = {
            (work, name): one.works()[work]
            for work in next(iter(made.values())).works()
            for name, one in made.items()
        }
        found = await short.in_turn({f"{work}: {name}": t for (work, name), t in turns.items()})
    times = {named: found[f"{named[0]}: {named[1]}"] for named in turns}
    figures = [
        Figure("growth", f"{work}, {name}", "ms each", values)
        for (work, name), values in times.items()
    ]
    least = SIZES[0].name
    for (work, name), values in times.items():
        if name != least:
            what = f"{work}, {name} / {least}"
            beside = ratios(values, times[work, least])
            figures.append(Figure("growth", what, "ratio", beside, at_most(1.2)))
    return figures
