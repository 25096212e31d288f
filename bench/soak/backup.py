"""A backup of the database that is restored later, as after the loss of the database."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp

from bench.soak.faults import Trouble, Troublemaker
from bench.soak.shop import Shop
from bench.soak.stage import Stage
from storage.mongo import Document, Mongo

KIND = "restore"
"""The kind of this trouble in the log. It lasts from the backup to its restoration."""
COMES_TO_REST = 1.0
"""Seconds after which a replica that is cut off no longer writes."""


@dataclass
class Backup:
    """A copy of all collections, taken while nobody writes."""

    mongo: Mongo
    _kept: Mapping[str, Sequence[Document]] = field(default_factory=dict)

    async def take(self) -> None:
        database = self.mongo.database
        names = await database.list_collection_names()
        self._kept = {name: await database[name].find({}).to_list(None) for name in names}

    async def restore(self) -> None:
        for name in await self.mongo.database.list_collection_names():
            collection = self.mongo.database[name]
            await collection.delete_many({})
            if documents := self._kept.get(name):
                await collection.insert_many(documents)


async def restored(
    scene: Stage,
    troubles: Troublemaker,
    shop: Shop,
    session: aiohttp.ClientSession,
    age: float,
) -> None:
    """Takes a backup after ``age`` seconds, and restores it ``age`` seconds later.

    This follows the docs: the bot is stopped and started again; the shop posts again the events
    since the backup; people who had blocked the bot at the time of the backup write to it.
    """
    backup = Backup(scene.mongo)
    await asyncio.sleep(age)
    async with troubles.cut_off(COMES_TO_REST):
        taken = datetime.now(UTC)
        await backup.take()
    await asyncio.sleep(age)
    async with AsyncExitStack() as stopped:
        for replica in scene.replicas:
            await stopped.enter_async_context(replica.stopped())
        await backup.restore()
        troubles.log.append(Trouble(KIND, taken, datetime.now(UTC)))
    shop.post_again(session, since=taken)
    paused = await scene.mongo.database["chats"].distinct("_id", {"paused": {"$ne": None}})
    for person in scene.people:
        if person.id in paused and not person.account.blocked:
            await person.send("/orders")
