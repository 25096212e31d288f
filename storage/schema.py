"""The schema version of the database, and the lease under which one replica migrates it.

One document, ``schema`` in the collection ``service``: ``version`` counts the migrations that the
database has had. The lease uses the database's time. If several replicas start at the same time,
one migrates and the others wait.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from storage.mongo import AT_START, Document, Mongo

LEASE = timedelta(seconds=60)
"""How long the lease lasts unless it is renewed; then the replica counts as dead."""
RENEWED = 10.0
"""Seconds between renewals of the lease."""
LOOK = 1.0
"""Seconds between checks whether another replica is done."""

Migration = Callable[[Mongo], Awaitable[None]]
"""Brings the documents from one schema version to the next. Safe to repeat after a crash."""

_ID = "schema"

logger = logging.getLogger(__name__)


class NewerSchema(Exception):
    """The database was written by a newer version; this one would misread its documents."""


class LeaseLost(Exception):
    """The lease ran out, and another replica migrates now."""


@dataclass
class Schema:
    """``migrations``: all there ever were, oldest first; never reorder or remove one."""

    mongo: Mongo
    migrations: Sequence[Migration]
    _holder: str = field(default_factory=lambda: secrets.token_hex(8))

    async def refuse_newer(self) -> None:
        """Raises `NewerSchema` if the database is newer than this program."""
        known, found = len(self.migrations), await self._read()
        if found is not None and found > known:
            raise NewerSchema(
                f"the database belongs to a newer Trackline (schema {found}, this version knows "
                f"{known}): run that version, or restore a backup from before the upgrade"
            )

    async def bring_up(self) -> None:
        """Runs the missing migrations, or waits until another replica has run them.

        Raises `LeaseLost`, and whatever a migration raises; call it again to continue.
        """
        while (version := await self._version()) < len(self.migrations):
            if await self._take(version):
                await self._migrate(version)
            else:
                await asyncio.sleep(LOOK)

    async def _migrate(self, version: int) -> None:
        migration = self.migrations[version]
        logger.warning("migrating to schema %d: %s", version + 1, migration.__name__)
        running = asyncio.ensure_future(migration(self.mongo))
        renewing = asyncio.ensure_future(self._renew())
        try:
            await asyncio.wait({running, renewing}, return_when=asyncio.FIRST_COMPLETED)
            if renewing.done():
                await renewing
            await running
        finally:
            running.cancel()
            renewing.cancel()
            await asyncio.gather(running, renewing, return_exceptions=True)
        done: Document = {"$set": {"version": version + 1}, "$unset": {"holder": "", "until": ""}}
        if not await self._update({"holder": self._holder, "version": version}, done):
            raise LeaseLost

    # The document

    async def _version(self) -> int:
        """The stored version; it is created if missing: 0 if there is data, else the newest."""
        version = await self._read()
        if version is None:
            version = len(self.migrations) if await self._is_empty() else 0
            first: Document = {"$setOnInsert": {"version": version}}
            await self.mongo.database["service"].update_one({"_id": _ID}, first, upsert=True)
            return await self._version()
        return version

    async def _read(self) -> int | None:
        found = await self.mongo.database["service"].find_one({"_id": _ID})
        return found["version"] if found else None

    async def _is_empty(self) -> bool:
        for name in ("orders", "chats", "link_tokens"):
            if await self.mongo.database[name].find_one({}, {"_id": 1}, comment=AT_START):
                return False
        return True

    async def _take(self, version: int) -> bool:
        """Takes the lease. False: another replica holds it."""
        now = await self.mongo.now()
        free = [{"holder": {"$in": [None, self._holder]}}, {"until": {"$lt": now}}]
        taken: Document = {"$set": {"holder": self._holder, "until": now + LEASE}}
        return await self._update({"version": version, "$or": free}, taken)

    async def _renew(self) -> None:
        """Renews the lease until cancelled. Raises `LeaseLost`."""
        while True:
            await asyncio.sleep(RENEWED)
            longer: Document = {"$set": {"until": await self.mongo.now() + LEASE}}
            if not await self._update({"holder": self._holder}, longer):
                raise LeaseLost

    async def _update(self, as_is: Document, update: Document) -> bool:
        service = self.mongo.database["service"]
        return bool((await service.update_one({"_id": _ID} | as_is, update)).matched_count)
