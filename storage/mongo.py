"""The connection to MongoDB, and the state of its indexes.

Motor and PyMongo's asyncio client differ in their class and in how they close; everything that
`storage` calls is common to both, so the rest of the code is typed against PyMongo's client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from inspect import isawaitable
from typing import Any, Literal, cast

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from storage.errors import IndexInTheWay
from storage.indexes import FOR_STAFF, INDEXES, OUTDATED
from storage.sealing import Seal

Driver = Literal["motor", "pymongo"]
Document = dict[str, Any]

AT_START = "at the start"
"""The comment on queries that run once at start and go to all shards."""
OPERATION_TIMEOUT = 2.5
"""Seconds for each step of an operation: to select a server, to connect, to answer."""
HEARTBEAT = 1.0
"""Seconds between the driver's checks of the server."""

_NO_SUCH_INDEX = 27
_CONFLICTS = {85, 86}  # another index has these keys, or this name


@dataclass(frozen=True)
class Mongo:
    """A connection: a client, one database in it, and the seal for personal text.

    ``has_staff``: whether the database also needs the indexes in `FOR_STAFF`.
    """

    client: AsyncMongoClient[Document]
    database: AsyncDatabase[Document]
    seal: Seal | None = None
    has_staff: bool = False

    @property
    def sealing(self) -> Seal:
        """The seal. Raises `TypeError` if there is none."""
        if self.seal is None:
            raise TypeError("personal text cannot be stored or searched without a seal")
        return self.seal

    @property
    def indexes(self) -> Mapping[str, list[IndexModel]]:
        more = FOR_STAFF if self.has_staff else {}
        return {name: [*models, *more.get(name, [])] for name, models in INDEXES.items()}

    async def ping(self) -> None:
        """Raises `PyMongoError` if the database does not answer in time."""
        await self.database.command("ping")

    async def now(self) -> datetime:
        """The database's time."""
        hello = await self.database.command("hello", codec_options=self.database.codec_options)
        now: datetime = hello["localTime"]
        return now

    async def create_indexes(self) -> None:
        """Creates what is missing. Raises `IndexInTheWay`."""
        for collection, models in self.indexes.items():
            try:
                await self.database[collection].create_indexes(models)
            except OperationFailure as error:
                if error.code not in _CONFLICTS:
                    raise
                names = await self._in_the_way(collection)
                raise IndexInTheWay(collection, names) from error

    async def drop_outdated_indexes(self) -> None:
        """Drops the indexes of older versions. Run the migrations first: they may use them."""
        for collection, names in OUTDATED.items():
            for name in (await self._found(collection)).keys() & names:
                await self._drop_index(collection, name)

    async def _drop_index(self, collection: str, name: str) -> None:
        try:
            await self.database[collection].drop_index(name)
        except OperationFailure as error:
            if error.code != _NO_SUCH_INDEX:  # another starting replica was faster
                raise

    async def wrong_indexes(self) -> list[str]:
        """A sentence for each index that is missing or differs; empty if all is well."""
        wrong = []
        for collection, models in self.indexes.items():
            found = await self._found(collection)
            for wanted in (model.document for model in models):
                name = wanted["name"]
                if name not in found:
                    wrong.append(f"index {name} of {collection} is missing")
                elif found[name] != _shape(wanted):
                    wrong.append(f"index {name} of {collection} differs from what we need")
        return wrong

    async def _in_the_way(self, collection: str) -> list[str]:
        """Names of indexes that have the name or the keys of one of ours, but differ from it."""
        found = await self._found(collection)
        ours = {
            model.document["name"]: _shape(model.document) for model in self.indexes[collection]
        }
        keys = [shape[0] for shape in ours.values()]
        return [
            name
            for name, shape in found.items()
            if (shape != ours[name] if name in ours else shape[0] in keys)
        ]

    async def uniqueness(self, collection: str) -> list[tuple[str, bool]]:
        """(name, whether it is unique) of each index."""
        return [(name, bool(shape[1])) for name, shape in (await self._found(collection)).items()]

    async def _found(self, collection: str) -> dict[str, tuple[object, ...]]:
        """The collection's indexes: their shapes by name."""
        listed = await (await _listed(self.database, collection)).to_list(None)
        return {index["name"]: _shape(index) for index in listed}

    async def close(self) -> None:
        closing = cast(object, self.client.close())
        if isawaitable(closing):
            await closing


def connect(
    uri: str, driver: Driver, seal: Seal | None = None, *, timeout: float | None = None
) -> Mongo:
    """A client that connects with its first operation.

    Uses the database named in the URI, else ``trackline``. ``timeout``: seconds for each step of an
    operation; default: `OPERATION_TIMEOUT`.
    Raises `pymongo.errors.ConfigurationError` or `InvalidURI` for a URI that cannot be read.
    """
    options = _options(uri, timeout or OPERATION_TIMEOUT)
    client: AsyncMongoClient[Document]
    if driver == "motor":
        client = cast("AsyncMongoClient[Document]", AsyncIOMotorClient(uri, **options))
    else:
        client = AsyncMongoClient(uri, **options)
    return Mongo(client, client.get_default_database("trackline"), seal)


def _options(uri: str, timeout: float) -> dict[str, Any]:
    """Options with which we recover after a database outage (docs/decisions/0016-timeouts.md)."""
    step = int(timeout * 1000)
    options: dict[str, Any] = {
        "tz_aware": True,
        "appname": "trackline",
        "timeoutMS": None,  # would limit a handshake to the rest of the waiting operation's time
        "serverSelectionTimeoutMS": step,
        "waitQueueTimeoutMS": step,
        "connectTimeoutMS": step,
        "socketTimeoutMS": step,
        "heartbeatFrequencyMS": int(HEARTBEAT * 1000),
    }
    if _is_one_server(uri):
        # A standalone server has no retryable writes. The driver would retry anyway, take the old
        # error for a new one, and drop its good connections again and again.
        options["retryWrites"] = False
    return options


def _is_one_server(uri: str) -> bool:
    """Whether the URI names a single server, as far as one can tell from it."""
    scheme, _, rest = uri.partition("://")
    hosts = rest.partition("/")[0].rpartition("@")[2]
    return scheme == "mongodb" and "," not in hosts and "replicaset=" not in rest.lower()


async def _listed(database: AsyncDatabase[Document], collection: str) -> Any:
    """A cursor over a collection's indexes. Motor returns it; PyMongo's call must be awaited."""
    cursor: Any = database[collection].list_indexes()
    return await cursor if isawaitable(cursor) else cursor


def _shape(index: Mapping[str, Any]) -> tuple[object, ...]:
    """What makes two indexes the same: keys, unique, sparse, and lifetime."""
    return (
        list(index["key"].items()),
        bool(index.get("unique")),
        bool(index.get("sparse")),
        index.get("expireAfterSeconds"),
    )
