"""Phones: the number by which a customer is recognised, stored only as a fingerprint."""

from datetime import datetime

from storage.models import Phone
from storage.mongo import Mongo


class Phones:
    """The collection ``phones``: one document per customer; several may have the same number."""

    def __init__(self, mongo: Mongo) -> None:
        self._phones = mongo.database["phones"]
        self._seal = mongo.sealing

    async def put(
        self, customer_id: str, number: str, account_hint: str | None, at: datetime
    ) -> None:
        """Replaces the customer's previous number."""
        mark = self._seal.fingerprint(number)
        phone = Phone(id=customer_id, hash=mark, account_hint=account_hint, at=at)
        await self._phones.replace_one(
            {"_id": customer_id}, phone.to_mongo(self._seal), upsert=True
        )

    async def remove(self, customer_id: str) -> None:
        """Does nothing if there is none."""
        await self._phones.delete_one({"_id": customer_id})

    async def of_number(self, number: str, limit: int) -> list[Phone]:
        """The customers with this number, by id; stored with any of our keys."""
        found = self._phones.find({"hash": {"$in": self._seal.fingerprints(number)}})
        phones = await found.sort("_id", 1).to_list(limit)
        return [Phone.from_mongo(phone, self._seal) for phone in phones]

    async def of_customer(self, customer_id: str) -> Phone | None:
        found = await self._phones.find_one({"_id": customer_id})
        return Phone.from_mongo(found, self._seal) if found else None

    async def any(self) -> bool:
        """Whether there is any phone at all."""
        return await self._phones.find_one({}, {"_id": 1}) is not None
