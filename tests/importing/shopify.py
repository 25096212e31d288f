"""Orders of a shop on Shopify, as its API gives them, and which of them we hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.mongo import Mongo
from tests.web.shops.conftest import payload

TOKEN = "shpat_the_token"
FIRST = 6_100_000_000_000_000_000
"""Ids are beyond what a float tells apart."""
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


def order(n: int, **changes: Any) -> dict[str, Any]:
    at = (NOVEMBER + timedelta(minutes=n)).isoformat()
    own = {"id": FIRST + n, "name": f"#{1000 + n}", "created_at": at, "updated_at": at}
    return {**payload("shopify_order"), **own, **changes}


async def held(mongo: Mongo) -> set[str]:
    return {each["_id"] async for each in mongo.database["orders"].find({}, {})}


def ids(*numbers: int) -> set[str]:
    return {str(FIRST + n) for n in numbers}
