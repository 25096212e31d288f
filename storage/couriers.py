"""Couriers: the last known place of each, and the live maps that show it, until the delivery.

A separate collection, so that a courier's moves never write to the order
(docs/decisions/0037-the-couriers-place.md).
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial

from pymongo import DeleteMany, UpdateMany

from storage.models import Courier
from storage.mongo import Document, Mongo
from storage.rounds import Rounds
from storage.saving import Change, new_version, read_all, save_all

Decide = Callable[[Courier | None], Courier | None]
"""Takes the courier, or None if there is none yet, and returns what to save; None: nothing."""


_REPORTED = {"_id": "couriers"}


class Couriers:
    """The collection ``couriers``: one document for each order with a known or requested place.

    Concurrent reads and writes are batched (`storage.rounds`).
    """

    def __init__(self, mongo: Mongo) -> None:
        self._couriers = mongo.database["couriers"]
        self._service = mongo.database["service"]
        self._seal = mongo.sealing
        self._reading = Rounds(self._read)
        self._saving = Rounds(self._save)

    async def get(self, order_id: str) -> Courier | None:
        return await self._reading.ask(order_id)

    async def change(self, order_id: str, decide: Decide) -> Courier | None:
        """Saves what ``decide`` returns; after a conflict, reads and decides again.

        Returns the saved courier; None if there was nothing to save.
        """
        return await self.change_as_read(await self.get(order_id), order_id, decide)

    async def change_as_read(
        self, held: Courier | None, order_id: str, decide: Decide
    ) -> Courier | None:
        """Like `change`, beginning with a copy that was read already."""
        while after := decide(held):
            if done := await self._saving.ask((held, after)):
                return done
            held = await self.get(order_id)
        return None

    async def due(self, now: datetime, limit: int, *, but: Collection[str] = ()) -> list[Courier]:
        """Couriers whose maps are due for an update, the longest waiting first.

        ``but``: ids to leave out, as they are being served already.
        """
        others: Document = {"_id": {"$nin": list(but)}} if but else {}
        cursor = self._couriers.find({"due_at": {"$lte": now}} | others)
        found = await cursor.sort("due_at").limit(limit).to_list(limit)
        return [Courier.from_mongo(courier, self._seal) for courier in found]

    async def remove(self, courier: Courier) -> None:
        """Deletes it, unless it was written to since it was read."""
        as_read = {"_id": courier.id, "version": courier.version}
        await self._couriers.delete_one(as_read)

    async def arrived(self, order_ids: Collection[str], now: datetime) -> None:
        """These orders are no longer out for delivery.

        Deletes couriers without maps, and makes the others due at once.
        """
        these: Document = {"_id": {"$in": list(order_ids)}}
        await self._couriers.bulk_write(
            [DeleteMany(these | {"maps": []}), _looked_at(these, now)], ordered=False
        )

    async def end(
        self, now: datetime, *, orders: Collection[str] = (), chat_id: int | None = None
    ) -> bool:
        """Marks the maps of these orders, or in this chat, to be ended, and makes them due at once.

        With ``orders``, also deletes the places. False: there was nothing to end.
        """
        these: Document = {"_id": {"$in": list(orders)}} if orders else {"maps.chat_id": chat_id}
        over = {"maps.$[its].over": True, "version": new_version()}
        its: Document = {"its.chat_id": {"$exists": True} if orders else chat_id}
        gone: Document = {"$unset": {"place": ""}} if orders else {}
        result = await self._couriers.bulk_write(
            [UpdateMany(these, {"$set": over} | gone, array_filters=[its]), _looked_at(these, now)]
        )
        return bool(result.matched_count)

    async def look_at(self, chat_id: int, now: datetime) -> bool:
        """Makes the maps in this chat due at once. False: it has none that are not being served."""
        result = await self._couriers.bulk_write([_looked_at({"maps.chat_id": chat_id}, now)])
        return bool(result.matched_count)

    async def forget(self, chat_id: int) -> None:
        """Removes the chat's maps from our data, whether or not Telegram still shows them."""
        gone: Document = {"$pull": {"maps": {"chat_id": chat_id}}}
        anew = {"$set": {"version": new_version()}}
        await self._couriers.update_many({"maps.chat_id": chat_id}, gone | anew)

    async def reported_since(self, moment: datetime) -> bool:
        """Whether `note_report` was called since then, on any replica."""
        newer: Document = {**_REPORTED, "at": {"$gt": moment}}
        return await self._service.find_one(newer) is not None

    async def note_report(self, now: datetime) -> None:
        """Notes that the shop sends its couriers' places."""
        await self._service.update_one(_REPORTED, {"$set": {"at": now}}, upsert=True)

    async def of_orders(self, order_ids: Collection[str]) -> Sequence[Courier]:
        found = await self._couriers.find({"_id": {"$in": list(order_ids)}}).to_list(None)
        return [Courier.from_mongo(courier, self._seal) for courier in found]

    async def _read(self, order_ids: Sequence[str]) -> list[Courier | Exception | None]:
        read = partial(Courier.from_mongo, seal=self._seal)
        return await read_all(self._couriers, order_ids, read)

    async def _save(self, changes: Sequence[Change[Courier]]) -> list[Courier | Exception | None]:
        return await save_all(self._couriers, changes, self._seal, {})


def _looked_at(these: Document, now: datetime) -> UpdateMany:
    """The update that makes them due; leased ones are left out, as they are being served."""
    look = {"$set": {"due_at": now, "version": new_version()}}
    return UpdateMany(these | {"lease": None}, look)
