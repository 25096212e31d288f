"""The backlog of all replicas: which messages wait to be sent, read-only."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from storage.horizon import Horizon
from storage.mongo import Document, Mongo

RETRIED_WITHIN = timedelta(minutes=10)
"""How far ahead ``due_at`` may be for a mailbox that is being served or retried."""
MOST = 1000


class Backlog:
    """Two indexed queries, for at most `MOST` documents each."""

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._orders = mongo.database["orders"]
        self._horizons = {"due_at": Horizon(), "look_at": Horizon()}

    async def since(self, now: datetime) -> list[datetime]:
        """Since when each waiting message waits: roughly the oldest, at most `MOST`, sorted.

        Includes orders whose fan-out is overdue, but not entries that are held back until later.
        """
        chats = await self._oldest("due_at", now + RETRIED_WITHIN)
        entries = (entry for chat in chats for entry in chat.get("entries", []))
        waiting = [entry.get("due") or entry["since"] for entry in entries]
        orders = await self._oldest("look_at", now)
        waiting += [o["unfanned_since"] for o in orders if "unfanned_since" in o]
        return sorted(since for since in waiting if since <= now)[:MOST]

    async def _oldest(self, mark: str, until: datetime) -> Iterable[Document]:
        found_in = self._chats if mark == "due_at" else self._orders
        fields = {"_id": 0, mark: 1, "entries.since": 1, "entries.due": 1, "unfanned_since": 1}

        async def read(until: datetime) -> list[Document]:
            cursor = found_in.find({mark: {"$lte": until}}, fields)
            return await cursor.sort(mark).limit(MOST).to_list(MOST)

        horizon = self._horizons[mark]
        found = await horizon.oldest(until, MOST, read, mark=mark)
        if len(found) == MOST:
            horizon.stay()
        return found
