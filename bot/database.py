"""Opens the database: which one it is, and with which keys personal text in it is sealed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count

import structlog

from bot.errors import CommandFailed
from bot.services.orders import history
from bot.settings import Settings
from storage.copies import is_unfinished
from storage.embedded import EmbeddedMongo
from storage.errors import DatabaseError, IndexInTheWay, is_passing
from storage.foreign import foreign_collections, foreign_indexes
from storage.keys import Keeper, KeptInDatabase, KeysClosed, known_keys, own_keys
from storage.migrations import migrations
from storage.models import Order
from storage.mongo import Document, Mongo, connect
from storage.schema import NewerSchema, Schema
from storage.sealing import Seal

log = structlog.get_logger()


PAUSE = 1.0
"""Seconds between two tries to reach the database."""
SAID_EVERY = 10
"""Failed tries between two lines in the log."""


@dataclass(frozen=True)
class Connected:
    """A database, which may not have answered yet. ``embedded``: its process, if it is embedded."""

    settings: Settings
    mongo: Mongo
    embedded: EmbeddedMongo | None

    async def sealed(self, *, only_looking: bool = False) -> Mongo:
        """The database with the seal that opens and seals personal text.

        ``only_looking``: nothing is written, so the key of a first start is not made.
        Raises `CommandFailed`, also for data of a newer version; `EmbeddedDatabaseError`,
        `DatabaseError`.
        """
        await self._refuse_newer()
        given, made = self.settings.given_keys, self.settings.key_of_token
        find = known_keys if only_looking else own_keys
        try:
            own = await find(self.keeper, given, made)
        except KeysClosed as error:
            raise CommandFailed(str(error)) from None
        if not (only_looking or given or self.embedded):
            log.warning("keys_beside_the_data", mend="set ENCRYPTION_KEYS")
        return replace(self.mongo, seal=Seal(list(dict.fromkeys([*given, *own, made])), own=own[0]))

    async def ready(self) -> Mongo:
        """As `sealed`, with our indexes, and with all data migrated.

        Raises `CommandFailed` if waiting does not help, and `DatabaseError` if it may.
        """
        try:
            await self.mongo.ping()
            await self._refuse_newer()
            await self._refuse_foreign()
            if await is_unfinished(self.mongo):
                raise CommandFailed(
                    "the database is a copy that was not finished: run `restore` or `move-to` again"
                )
            mongo = await self.sealed()
            await bring_up(mongo)
            for sentence in await foreign_indexes(mongo):
                log.warning("foreign_index", says=sentence)
        except IndexInTheWay as error:
            raise CommandFailed(str(error)) from None
        except DatabaseError as error:
            if is_passing(error) and not self.embedded:
                raise
            raise CommandFailed(
                f"the database refuses ({type(error).__name__}): is MONGODB_URI right, and may its "
                "user read and write there?"
            ) from error
        return mongo

    async def patiently(self) -> Mongo:
        """As `ready`, however long that takes. Raises `CommandFailed`."""
        for attempt in count():
            try:
                return await self.ready()
            except DatabaseError as error:
                if attempt % SAID_EVERY == 0:
                    log.warning("waiting_for_the_database", why=type(error).__name__)
            await asyncio.sleep(PAUSE)
        raise AssertionError  # count() has no end

    async def _refuse_newer(self) -> None:
        try:
            await _schema(self.mongo).refuse_newer()
        except NewerSchema as error:
            raise CommandFailed(str(error)) from None

    async def _refuse_foreign(self) -> None:
        if names := await foreign_collections(self.mongo):
            raise CommandFailed(
                f"the database {self.mongo.database.name} has {', '.join(names)} of somebody "
                "else's: name another in MONGODB_URI, like mongodb://host/trackline"
            )

    @property
    def keeper(self) -> Keeper:
        """Where the keys of the data are kept."""
        return self.embedded.keeper if self.embedded else KeptInDatabase(self.mongo)


async def bring_up(mongo: Mongo) -> None:
    """Creates our indexes and migrates the data of older versions. Raises `DatabaseError`."""
    await mongo.create_indexes()
    await _schema(mongo).bring_up()
    await mongo.drop_outdated_indexes()


def _schema(mongo: Mongo) -> Schema:
    def is_closed(order: Document) -> bool:
        return history.is_closed(Order.from_mongo(order, mongo.sealing).events)

    return Schema(mongo, migrations(is_closed))


@asynccontextmanager
async def connected(
    settings: Settings, *, beside: bool = False, step_timeout: float | None = None
) -> AsyncIterator[Connected]:
    """The database of `MONGODB_URI` or, without one, the embedded one under `DATA_DIR`.

    ``beside``: uses an embedded database that another program runs. ``step_timeout``: seconds that
    a step of an operation may take.
    """
    async with AsyncExitStack() as opened:
        embedded = None
        if settings.mongodb_uri:
            uri = settings.mongodb_uri.get_secret_value()
        else:
            embedded = EmbeddedMongo(settings.data_dir)
            if not (beside and await embedded.join()):
                await opened.enter_async_context(embedded)
            uri = embedded.uri
        try:
            mongo = connect(uri, settings.mongodb_driver, timeout=step_timeout)
        except (DatabaseError, ValueError):  # their texts may hold a part of the password
            raise CommandFailed(
                "MONGODB_URI cannot be read: is the password percent-encoded?"
            ) from None
        opened.push_async_callback(mongo.close)
        has_staff = settings.staff_chat is not None
        yield Connected(settings, replace(mongo, has_staff=has_staff), embedded)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Mongo]:
    """The sealed database, also beside a running bot. Raises as `Connected.sealed` does."""
    async with connected(settings, beside=True) as database:
        yield await database.sealed()
