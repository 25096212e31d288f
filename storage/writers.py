"""Writers: chats whose person writes to the shop's staff."""

from storage.models import Offered
from storage.mongo import Mongo
from storage.saving import update_one


class Writers:
    """The collection ``chats``, its fields ``writing`` and ``about_to_write``."""

    def __init__(self, mongo: Mongo) -> None:
        self._chats = mongo.database["chats"]

    async def offer(self, chat_id: int, offered: Offered) -> None:
        """The person was asked how they want to write."""
        await update_one(
            self._chats, {"_id": chat_id}, {"$set": {"about_to_write": offered.model_dump()}}
        )

    async def withdraw(self, chat_id: int) -> None:
        """The person does not want to write after all."""
        await update_one(self._chats, {"_id": chat_id}, {"$unset": {"about_to_write": ""}})

    async def begin(self, chat_id: int, order_id: str) -> None:
        """From now on, what the person writes goes to the staff, about this order."""
        changes = {"$set": {"writing": order_id}, "$unset": {"about_to_write": ""}}
        await update_one(self._chats, {"_id": chat_id}, changes)

    async def end(self, chat_id: int) -> None:
        """From now on, what the person writes goes nowhere."""
        await update_one(self._chats, {"_id": chat_id}, {"$unset": {"writing": ""}})
