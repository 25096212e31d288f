"""The product as a black box: `python -m bot run` with settings, asked over HTTP."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bench.database import Database
from bench.programs import (
    ROOT,
    START,
    DidNotStart,
    Program,
    did_not_start,
    end,
    environment,
    module,
)
from bench.shop import API_KEY, SECRET, Shop
from bench.telegram import TOKEN
from storage.whose import account

TRIES = 3
BATCH = 500
"""The most events in a batch."""


def most(setting: str) -> str:
    """A setting's maximum, from `.env.example`."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    found = re.search(rf"up to (\d+)[^\n]*\n# {setting}=", text)
    return found[1] if found else "1000"


@asynccontextmanager
async def product(database: str, telegram: str, home: Path) -> AsyncIterator[Program]:
    """The running product, once it is ready, until the end of the block. Its log is in ``home``."""
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": telegram,
        "MONGODB_URI": database,
        "WEBHOOK_SECRETS": SECRET,
        "API_KEYS": API_KEY,
        "API_RATE": most("API_RATE"),
        "TELEGRAM_RATE": most("TELEGRAM_RATE"),
        "HTTP_PORT": str(_free_port()),
    }
    program = await _started(settings, home / "product.log")
    try:
        yield program
    finally:
        await end(program.process)


async def _started(settings: dict[str, str], log: Path) -> Program:
    """Retries the start, as a supervisor does: the database may be slow on a busy machine."""
    failure = DidNotStart()
    for _ in range(TRIES):
        began = asyncio.get_running_loop().time()
        with log.open("ab") as said:
            process = await asyncio.create_subprocess_exec(
                *module("bot", "run"),
                stdout=said,
                stderr=said,
                env=environment(**settings),
                cwd=log.parent,
            )
        url = f"http://127.0.0.1:{settings['HTTP_PORT']}"
        try:
            await _ready(url, process, log)
        except DidNotStart as error:
            failure = error
            await end(process)
        except BaseException:
            await end(process)
            raise
        else:
            return Program(process, url, log.parent, asyncio.get_running_loop().time() - began)
    raise failure


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


async def _ready(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    try:
        async with asyncio.timeout(START), aiohttp.ClientSession() as session:
            while process.returncode is None:
                if await _status(session, f"{url}/readyz") == 200:
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        pass
    raise did_not_start(log)


async def _status(session: aiohttp.ClientSession, url: str) -> int:
    try:
        async with session.get(url) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0


async def link(database: Database, chats: Iterable[tuple[int, str]]) -> None:
    """Links chats to their customers in the database, before the product starts.

    The documents have only the fields that the product needs.
    """
    now = datetime.now(UTC)
    documents = [
        {"_id": chat, "links": [_link(chat, customer, now)]}
        | {"language": "en", "entries": [], "told": []}
        for chat, customer in chats
    ]
    for first in range(0, len(documents), 5000):
        await database["chats"].insert_many(documents[first : first + 5000], ordered=False)


def _link(chat: int, customer: str, now: datetime) -> dict[str, object]:
    return {"whose": account(customer), "reference": f"{chat:016x}", "since": now}


async def place(program: Program, shop: Shop, orders: Sequence[tuple[str, str]]) -> None:
    """Creates orders, each with its customer, over the API, without notifications."""
    async with aiohttp.ClientSession() as session:
        for first in range(0, len(orders), BATCH):
            events = [shop.placed(*order) for order in orders[first : first + BATCH]]
            await send_batch(session, program, shop.batch(events))


async def send_batch(session: aiohttp.ClientSession, program: Program, request: bytes) -> None:
    """Raises ValueError if any event was refused."""
    head, _, body = request.partition(b"\r\n\r\n")
    path = head.split()[1].decode()
    key = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json"}
    async with session.post(program.url + path, data=body, headers=key) as answer:
        told = await answer.json()
        wrong = [one for one in told.get("results", [told]) if one["status"] != 200]
    if wrong:
        raise ValueError(json.dumps(wrong[:3]))
