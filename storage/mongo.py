"""Connecting to MongoDB, and all the indexes there are.

Motor and PyMongo's asyncio client differ in their class and in how they close; everything that
`storage` calls is common to both, so the rest of the code is typed against PyMongo's client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Literal, cast

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, DESCENDING, AsyncMongoClient, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from storage.sealing import Seal

Driver = Literal["motor", "pymongo"]
Document = dict[str, Any]

OPERATION_TIMEOUT = 2.5
"""Seconds that one database operation may take, finding a server included."""

INDEXES: Mapping[str, list[IndexModel]] = {
    "orders": [
        IndexModel([("events.id", ASCENDING)], name="event_once", unique=True),
        IndexModel(
            [("customer_id", ASCENDING), ("closed", ASCENDING), ("latest_at", DESCENDING)],
            name="open_first",
        ),
        IndexModel(
            [("customer_id", ASCENDING), ("created_at", ASCENDING), ("_id", ASCENDING)],
            name="by_age",
        ),
        IndexModel([("keys", ASCENDING), ("customer_id", ASCENDING)], name="known_as"),
        IndexModel([("unfanned_since", ASCENDING)], name="unfanned", sparse=True),
        IndexModel([("remind_at", ASCENDING)], name="to_remind", sparse=True),
    ],
    "chats": [
        IndexModel([("customer_id", ASCENDING)], name="of_customer"),
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("lease", ASCENDING)], name="held", sparse=True),
    ],
    "link_tokens": [
        IndexModel([("code_hash", ASCENDING)], name="by_code", unique=True),
        IndexModel([("expires_at", ASCENDING)], name="expiry"),
        IndexModel([("customer_id", ASCENDING)], name="of_customer"),
    ],
    "shares": [
        IndexModel([("chat_id", ASCENDING), ("order_id", ASCENDING)], name="of_order"),
        IndexModel([("customer_id", ASCENDING)], name="of_customer"),
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "feedback": [
        IndexModel([("at", ASCENDING), ("reference", ASCENDING)], name="by_age"),
        IndexModel([("order_id", ASCENDING)], name="of_order"),
        IndexModel([("customer_id", ASCENDING)], name="of_customer"),
        IndexModel([("chat_id", ASCENDING), ("prompt", ASCENDING)], name="asked_by"),
    ],
    "phones": [IndexModel([("hash", ASCENDING)], name="by_hash")],
    "dead_letters": [
        IndexModel([("since", ASCENDING), ("reference", ASCENDING)], name="by_time"),
        IndexModel([("reference", ASCENDING)], name="by_reference"),
        IndexModel([("order_id", ASCENDING)], name="of_order"),
        IndexModel([("chat_id", ASCENDING)], name="of_chat"),
        IndexModel([("is_fresh", ASCENDING)], name="fresh", sparse=True),
    ],
    "staff": [IndexModel([("until", ASCENDING)], name="expiry", expireAfterSeconds=0)],
    "shop_events": [
        IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
        IndexModel([("customer_id", ASCENDING)], name="of_customer", sparse=True),
        IndexModel([("chat_id", ASCENDING)], name="of_chat", sparse=True),
        IndexModel([("at", ASCENDING)], name="four_days", expireAfterSeconds=4 * 24 * 3600),
    ],
    "throttles": [
        IndexModel([("person", ASCENDING)], name="of_person"),
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
    ],
    "updates": [IndexModel([("at", ASCENDING)], name="a_week", expireAfterSeconds=7 * 24 * 3600)],
    "repeatables": [
        IndexModel([("at", ASCENDING)], name="a_day", expireAfterSeconds=24 * 3600),
        IndexModel([("customer_id", ASCENDING)], name="of_customer", sparse=True),
    ],
    "checkpoints": [
        IndexModel([("at", ASCENDING)], name="a_week", expireAfterSeconds=7 * 24 * 3600)
    ],
    "removals": [IndexModel([("at", ASCENDING)], name="an_hour", expireAfterSeconds=3600)],
}

FOR_STAFF: Mapping[str, list[IndexModel]] = {
    "orders": [IndexModel([("closed", ASCENDING), ("latest_at", ASCENDING)], name="standing")],
}
"""Besides, where staff is told of orders that stand still: each event of an order writes to it."""


@dataclass(frozen=True)
class Mongo:
    """An open connection: one database in one client, and the seal for personal text in it.

    ``has_staff``: whether it wants the indexes `FOR_STAFF`, too.
    """

    client: AsyncMongoClient[Document]
    database: AsyncDatabase[Document]
    seal: Seal | None = None
    has_staff: bool = False

    @property
    def indexes(self) -> Mapping[str, list[IndexModel]]:
        more = FOR_STAFF if self.has_staff else {}
        return {name: [*models, *more.get(name, [])] for name, models in INDEXES.items()}

    async def ping(self) -> None:
        """Raises `PyMongoError` when the database does not answer in time."""
        await self.database.command("ping")

    async def create_indexes(self) -> None:
        for collection, models in self.indexes.items():
            await self.database[collection].create_indexes(models)

    async def wrong_indexes(self) -> list[str]:
        """What is missing from `indexes` or differs, a sentence each; empty when all is well."""
        wrong = []
        for collection, models in self.indexes.items():
            found = {
                index["name"]: _shape(index)
                for index in await (await _listed(self.database, collection)).to_list(None)
            }
            for wanted in (model.document for model in models):
                name = wanted["name"]
                if name not in found:
                    wrong.append(f"index {name} of {collection} is missing")
                elif found[name] != _shape(wanted):
                    wrong.append(f"index {name} of {collection} differs from what we need")
        return wrong

    async def close(self) -> None:
        closing = cast(object, self.client.close())
        if isawaitable(closing):
            await closing


def connect(
    uri: str, driver: Driver, seal: Seal | None = None, *, timeout: float | None = None
) -> Mongo:
    """Opens a client lazily: nothing is sent before the first operation.

    The database is the one named in the URI, else ``trackline``. ``timeout``: seconds that an
    operation may take; default: `OPERATION_TIMEOUT`.
    Raises `pymongo.errors.ConfigurationError` or `InvalidURI` for a URI that cannot be read.
    """
    timeout_ms = int((timeout or OPERATION_TIMEOUT) * 1000)
    options: dict[str, Any] = {
        "tz_aware": True,
        "appname": "trackline",
        "timeoutMS": timeout_ms,
        "serverSelectionTimeoutMS": timeout_ms,
    }
    client: AsyncMongoClient[Document]
    if driver == "motor":
        client = cast("AsyncMongoClient[Document]", AsyncIOMotorClient(uri, **options))
    else:
        client = AsyncMongoClient(uri, **options)
    return Mongo(client, client.get_default_database("trackline"), seal)


async def _listed(database: AsyncDatabase[Document], collection: str) -> Any:
    """A cursor over a collection's indexes: Motor returns it, PyMongo wants an await."""
    cursor: Any = database[collection].list_indexes()
    return await cursor if isawaitable(cursor) else cursor


def _shape(index: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        list(index["key"].items()),
        bool(index.get("unique")),
        bool(index.get("sparse")),
        index.get("expireAfterSeconds"),
    )
