"""The database server of a run: BENCH_MONGODB_URI, or else an embedded one."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from bench.ours import EmbeddedMongo

GIVEN = os.environ.get("BENCH_MONGODB_URI")
Document = dict[str, Any]
Database = AsyncDatabase[Document]


@dataclass(frozen=True)
class Server:
    """The server for all contenders of a run. Each has a database of its own."""

    uri: str
    client: AsyncMongoClient[Document]
    is_embedded: bool

    def name(self, whose: str) -> str:
        """A database name that concurrent runs on the same server do not share."""
        return f"bench_{os.getpid()}_{whose}"

    def address(self, whose: str) -> str:
        """The URI of a contender's own database."""
        parts = urlsplit(self.uri)
        query = parts.query
        if parts.username and "authSource" not in query:  # the default would be the new path
            query = "&".join(
                filter(None, [query, f"authSource={parts.path.strip('/') or 'admin'}"])
            )
        return parts._replace(path=f"/{self.name(whose)}", query=query).geturl()

    def database(self, whose: str) -> Database:
        return self.client[self.name(whose)]

    async def remove(self, *whose: str) -> None:
        """Drop the databases. An embedded server needs no clean-up: it ends with its bench."""
        for name in () if self.is_embedded else whose:
            await self.client.drop_database(self.name(name))


@asynccontextmanager
async def server(home: Path) -> AsyncIterator[Server]:
    """The server, for the duration of the block. An embedded one keeps its files under ``home``."""
    if GIVEN:
        async with _client(GIVEN) as client:
            yield Server(GIVEN, client, is_embedded=False)
        return
    async with EmbeddedMongo(home / "database") as embedded, _client(embedded.uri) as client:
        yield Server(embedded.uri, client, is_embedded=True)


async def about() -> str:
    """The kind and version of the server."""
    if not GIVEN:
        return f"the embedded one, SecantusDB {version('SecantusDB')}"
    async with _client(GIVEN) as client:
        return f"a server of its own, which calls itself {(await client.server_info())['version']}"


@asynccontextmanager
async def _client(uri: str) -> AsyncIterator[AsyncMongoClient[Document]]:
    async with AsyncMongoClient[Document](uri, tz_aware=True) as client:
        yield client
