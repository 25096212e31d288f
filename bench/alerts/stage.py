"""The setup: two replicas, a database behind a cable, Telegram, a shop that listens, customers."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import aiohttp

from bench.alerts.prometheus import Prometheus, prometheus
from bench.programs import Failed, environment
from bench.soak.stage import link
from sandbox import Fault, Person, Sandbox
from storage.embedded import EmbeddedMongo
from storage.mongo import Mongo, connect
from storage.sealing import Seal
from tests.reliability.state import State
from tests.support.child import Child
from tests.support.database import ENCRYPTION_KEY
from tests.support.listening_shop import SHOP_SECRET, ListeningShop
from tests.support.shop import API_KEY, SECRET, Answer, ShopBackend
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import until

CUSTOMERS = 12
SHOPIFY = "shopify-secret-0123456789"
UNTAKEN = [500] * 10_000
"""The shop's own webhook answers with these errors until it is repaired."""


@dataclass
class Stage:
    """``front`` serves the shop and the customers, and runs the jobs; ``sender`` sends.

    ``mongo`` bypasses the cable. ``people``: one person each for ``customer-1`` and so on.
    """

    home: Path
    settings: Mapping[str, str]
    cable: TcpProxy
    mongo: Mongo
    sandbox: Sandbox
    listener: ListeningShop
    session: aiohttp.ClientSession
    people: list[Person] = field(default_factory=list)

    async def start(self) -> None:
        front = {"ROLES": "web,bot,scheduler", "SHOPIFY_SECRETS": SHOPIFY}
        self.front = await self._child(front).start()
        self.sender = await self._child({"ROLES": "dispatcher"}).start()
        self.shop = ShopBackend(self.front.url, self.session)
        self.people = [self.sandbox.person(f"Person {n}") for n in range(CUSTOMERS)]
        linking = (link(self.shop, each, f"customer-{n}") for n, each in enumerate(self.people))
        await asyncio.gather(*linking)

    async def another_sender(self, rate: float) -> None:
        """Start a slower sender, in place of the one that was killed."""
        port = {"HTTP_PORT": str(urlsplit(self.sender.url).port)}
        self.sender = self._child({"ROLES": "dispatcher", "TELEGRAM_RATE": str(rate)} | port)
        await self.sender.start()

    async def order_for_each(self, name: str) -> None:
        """Post an order for each person, so that each gets news."""
        posting = (self.shop.create(f"{name}-{n}", f"customer-{n}") for n in range(CUSTOMERS))
        for answer in await asyncio.gather(*posting):
            was(202, answer)

    async def is_in_hand(self, count: int) -> None:
        """Waits until this many mailboxes are leased by a sender."""
        state = State(self.mongo)

        async def are_held() -> bool:
            return await state.held() >= count

        await until(are_held, 30)

    def fail(self, **fault: object) -> None:
        """Make Telegram fail for all matching calls, until `Sandbox.clear_faults`."""
        self.sandbox.fail(Fault(**{"times": None} | fault))  # type: ignore[arg-type]

    async def command(self, *arguments: str) -> str:
        """Runs `python -m bot …` and returns what it prints."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            stdout=asyncio.subprocess.PIPE,
            env={**environment(), **self.settings},
            cwd=self.home,
        )
        said, _ = await process.communicate()
        return said.decode()

    async def end(self) -> None:
        await asyncio.gather(self.front.kill(), self.sender.kill())

    def _child(self, own: Mapping[str, str]) -> Child:
        return Child({**self.settings, **own}, self.home)


def was(status: int, answer: Answer) -> None:
    """Raises `Failed` if the status is another one."""
    if answer.status != status:
        raise Failed(f"expected {status}, got {answer}")


@asynccontextmanager
async def stage() -> AsyncIterator[tuple[Stage, Prometheus]]:
    """Starts everything, links everybody, waits for scrapes. Afterwards all is removed."""
    async with AsyncExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(prefix="alerts-")))
        database = await opened.enter_async_context(EmbeddedMongo(home))
        parts = urlsplit(database.uri)
        cable = opened.enter_context(TcpProxy(str(parts.hostname), parts.port or 27017))
        login = parts.netloc.rpartition("@")[0]
        mongo = connect(database.uri, "motor", Seal([ENCRYPTION_KEY]))
        opened.push_async_callback(mongo.close)
        sandbox = await opened.enter_async_context(Sandbox())
        listener = await opened.enter_async_context(ListeningShop(answers=list(UNTAKEN)))
        session = await opened.enter_async_context(aiohttp.ClientSession())
        settings = {
            "BOT_TOKEN": sandbox.token,
            "BOT_API_URL": sandbox.url,
            "MONGODB_URI": parts._replace(netloc=f"{login}@127.0.0.1:{cable.port}").geturl(),
            "WEBHOOK_SECRETS": SECRET,
            "API_KEYS": API_KEY,
            "ENCRYPTION_KEYS": ENCRYPTION_KEY,
            "HTTP_PORT": "0",
            "SHOP_WEBHOOK_URL": listener.url,
            "SHOP_WEBHOOK_SECRET": SHOP_SECRET,
        }
        scene = Stage(home, settings, cable, mongo, sandbox, listener, session)
        await scene.start()
        opened.push_async_callback(scene.end)
        targets = [urlsplit(each.url).netloc for each in (scene.front, scene.sender)]
        watching = await opened.enter_async_context(prometheus(home, targets, session))

        async def is_watched() -> bool:
            return await watching.has_scraped(len(targets))

        await until(is_watched, 60)
        yield scene, watching
