"""What the database holds while services come and go; and time that passes without waiting."""

from datetime import UTC, datetime, timedelta

from sandbox.waiting import TIMEOUT
from storage.models import OVERDUE
from storage.mongo import Document, Mongo
from storage.orders import Orders
from tests.support.waiting import until


class State:
    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]
        self._orders = mongo.database["orders"]
        self._read = Orders(mongo)

    async def states(self, order_id: str) -> list[str | None]:
        """What is stored of an order, an event each."""
        order = await self._read.get(order_id)
        return [event.status for event in order.events] if order else []

    async def sent_to(self, chat_id: int) -> list[Document]:
        chat = await self._chats.find_one({"_id": chat_id})
        assert chat is not None
        sent: list[Document] = chat.get("told", [])
        return sent

    async def unfanned(self) -> int:
        """Orders whose news has not reached the mailboxes."""
        return await self._orders.count_documents({"unfanned_since": {"$exists": True}})

    async def waiting(self) -> int:
        """Mailboxes with news in them."""
        return await self._chats.count_documents({"entries.0": {"$exists": True}})

    async def held(self) -> int:
        """Mailboxes that a sender has under a lease."""
        return await self._chats.count_documents({"lease": {"$ne": None}})

    async def is_settled(self) -> bool:
        return not (await self.unfanned() or await self.waiting() or await self.held())

    async def settles(self, within: float = TIMEOUT) -> None:
        """Waits until all is told and nothing is left to do. Raises TimeoutError."""
        await until(self.is_settled, within)

    async def leases_run_out(self) -> None:
        """As when nobody looks for a lease's length."""
        held = {"lease": {"$ne": None}}
        result = await self._chats.update_many(held, {"$set": {"due_at": _ago(seconds=1)}})
        assert result.modified_count

    async def marks_get_old(self) -> None:
        """As when nobody looks for as long as news may take on its ordinary way."""
        marked = {"unfanned_since": {"$exists": True}}
        since = _ago(seconds=1) - OVERDUE
        result = await self._orders.update_many(
            marked, {"$set": {"unfanned_since": since, "look_at": since + OVERDUE}}
        )
        assert result.modified_count


def _ago(*, seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)
