"""A backup of the database that is restored later, as after a day on which all else went wrong."""

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
"""Of the trouble in the log, which lasts from the backup to its restoration."""
COMES_TO_REST = 1.0
"""Seconds after which nothing is written any more by who is cut off."""


@dataclass
class Backup:
    """Of all collections, taken while nobody writes."""

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
    """Takes a backup after ``age`` seconds, and restores it when it is as old as that.

    People do what the docs say: they stop the bot and start it again; the shop posts again what
    came since; those who blocked the bot when the backup was taken write to it.
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
