"""The floor of ingest: verify, parse, one guarded append. Nothing else.

    python -m bench.floors.ingest MONGODB_URI

`POST /webhooks/orders` accepts what the product accepts there. `POST /batch` accepts a batch.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError
from standardwebhooks import Webhook, WebhookVerificationError

from bench.shop import SECRET


class Data(BaseModel):
    order_id: str
    customer_id: str | None = None
    status: str | None = None
    location: str | None = None


class Event(BaseModel):
    id: str = ""
    type: str
    timestamp: datetime
    data: Data


class Batch(BaseModel):
    events: list[Event]


class Floor:
    def __init__(self, uri: str) -> None:
        self._webhook = Webhook(SECRET)
        client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(uri, tz_aware=True)
        self._orders = client.get_default_database()["orders"]

    async def start(self) -> None:
        await self._orders.create_index("customer_id")

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            self._webhook.verify(body.decode(), headers)
        except WebhookVerificationError:
            return web.Response(status=401)
        event = Event.model_validate_json(body)
        is_new = event.type == "order.created"
        try:
            result = await self._orders.update_one(*_append(headers["webhook-id"], event), is_new)
        except DuplicateKeyError:
            return _json({"result": "duplicate"})
        if not result.matched_count and result.upserted_id is None:
            return _json({"result": "duplicate"})
        return _json({"result": "recorded"}, status=202)

    async def take_batch(self, request: web.Request) -> web.Response:
        batch = Batch.model_validate_json(await request.read())
        writes = [UpdateOne(*_append(event.id, event)) for event in batch.events]
        result = await self._orders.bulk_write(writes)
        return _json({"results": [{"status": 200}] * result.matched_count})


def _append(event_id: str, event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """The filter and the update that add an event to its order, only once."""
    data = event.data
    added = {
        "id": event_id,
        "status": data.status or "placed",
        "at": event.timestamp,
        "recorded_at": datetime.now(UTC),
        "location": data.location,
    }
    update: dict[str, Any] = {"$push": {"events": added}, "$set": {"status": added["status"]}}
    if data.customer_id:
        update["$setOnInsert"] = {"customer_id": data.customer_id}
    return {"_id": data.order_id, "events.id": {"$ne": event_id}}, update


def _json(value: object, status: int = 200) -> web.Response:
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, content_type="application/json")


async def main(uri: str) -> None:
    floor = Floor(uri)
    await floor.start()
    app = web.Application(client_max_size=2**22)
    app.router.add_post("/webhooks/orders", floor.take)
    app.router.add_post("/api/v1/events/batch", floor.take_batch)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(f"ready http://{host}:{port}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
