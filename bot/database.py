"""The database as the program opens it: which one, and what personal text in it is sealed with."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import structlog

from bot.settings import Settings
from storage.embedded import EmbeddedMongo
from storage.errors import DatabaseError
from storage.keys import Keeper, KeptInDatabase, KeysClosed, known_keys, own_keys
from storage.mongo import Mongo, connect
from storage.sealing import Seal

log = structlog.get_logger()


class CannotStart(Exception):
    """One line: what is wrong, and what to do about it."""


@dataclass(frozen=True)
class Connected:
    """A database that has perhaps not answered yet. ``embedded``: the process, if it is one."""

    settings: Settings
    mongo: Mongo
    embedded: EmbeddedMongo | None

    async def sealed(self, *, only_looking: bool = False) -> Mongo:
        """With the seal that personal text is read and written with.

        ``only_looking``: nothing is written, and what a first start would make is not there.
        Raises `CannotStart`, `EmbeddedDatabaseError`, `DatabaseError`.
        """
        given, made = self.settings.given_keys, self.settings.key_of_token
        find = known_keys if only_looking else own_keys
        try:
            own = await find(self._keeper, given, made)
        except KeysClosed as error:
            raise CannotStart(str(error)) from None
        if not (only_looking or given or self.embedded):
            log.warning("keys_beside_the_data", mend="set ENCRYPTION_KEYS")
        return replace(self.mongo, seal=Seal(list(dict.fromkeys([*given, *own, made])), own=own[0]))

    @property
    def _keeper(self) -> Keeper:
        return self.embedded.keeper if self.embedded else KeptInDatabase(self.mongo)


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Connected]:
    """The database of `MONGODB_URI` or, without one, the embedded one under `DATA_DIR`."""
    async with AsyncExitStack() as opened:
        embedded = None
        if settings.mongodb_uri:
            uri = settings.mongodb_uri.get_secret_value()
        else:
            embedded = await opened.enter_async_context(EmbeddedMongo(settings.data_dir))
            uri = embedded.uri
        try:
            mongo = connect(uri, settings.mongodb_driver)
        except (DatabaseError, ValueError):  # their texts may hold a part of the password
            raise CannotStart(
                "MONGODB_URI cannot be read: is the password percent-encoded?"
            ) from None
        opened.push_async_callback(mongo.close)
        has_staff = settings.staff_chat is not None
        yield Connected(settings, replace(mongo, has_staff=has_staff), embedded)


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Mongo]:
    """The same, once it has answered. Raises as `Connected.sealed` does."""
    async with connected(settings) as database:
        yield await database.sealed()
