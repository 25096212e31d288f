"""A shop's backend: posts signed events and asks for links, over real HTTP."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
API_KEY = "test-key-0123456789"
MILLISECOND = timedelta(milliseconds=1)


_last = datetime.min.replace(tzinfo=UTC)


def a_moment_of_its_own() -> datetime:
    """Now, or a millisecond after the last one, because moments are stored in milliseconds."""
    global _last  # noqa: PLW0603 - for all shops of a test
    now = datetime.now(UTC)
    _last = _last + MILLISECOND if abs(now - _last) < MILLISECOND else now
    return _last


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def result(self) -> Any:
        return self.body["result"]


@dataclass
class ShopBackend:
    """``url``: the service's. One per test; the session is the fixture's."""

    url: str
    session: aiohttp.ClientSession
    secret: str = SECRET
    api_key: str = API_KEY

    async def tell(
        self,
        order_id: str,
        status: str | None = None,
        *,
        kind: str = "order.status_changed",
        event_id: str | None = None,
        at: datetime | None = None,
        **data: Any,
    ) -> Answer:
        """Posts an event as the contract describes it."""
        now = a_moment_of_its_own()
        news = {"order_id": order_id, **data}
        if status is not None:
            news["status"] = status
        if at is not None:
            news["occurred_at"] = at.isoformat()
        event = {"type": kind, "timestamp": now.isoformat(), "data": news}
        return await self.post(json.dumps(event).encode(), event_id=event_id)

    async def create(self, order_id: str, customer_id: str, **data: Any) -> Answer:
        return await self.tell(order_id, kind="order.created", customer_id=customer_id, **data)

    async def move(
        self,
        order_id: str,
        place: Mapping[str, float] | None = None,
        *,
        at: datetime | None = None,
        **more: Any,
    ) -> Answer:
        """Posts where the courier is."""
        timestamp = (at or a_moment_of_its_own()).isoformat()
        told = {"order_id": order_id, **(place or {}), **more}
        event = {"type": "order.courier_moved", "timestamp": timestamp, "data": told}
        return await self.post(json.dumps(event).encode())

    async def post(
        self, body: bytes, *, event_id: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Posts these bytes unchanged, signed. ``headers`` replace the signature's."""
        signed = self.sign(body, event_id or f"msg_{uuid.uuid4().hex}")
        return await self.request(
            "POST", "/webhooks/orders", data=body, headers=signed | dict(headers or {})
        )

    def sign(self, body: bytes, event_id: str, at: datetime | None = None) -> dict[str, str]:
        at = at or datetime.now(UTC)
        return {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(event_id, at, body.decode()),
        }

    async def connect(self, customer_id: str, hint: str | None = "a•••@example.com") -> Any:
        """Asks for a link: ``{url, code, expires_at}``."""
        answer = await self.api(
            "POST", "/api/v1/links", json={"customer_id": customer_id, "account_hint": hint}
        )
        assert answer.status == 201, answer
        return answer.body

    async def tracking(self, order_id: str) -> Any:
        answer = await self.api("GET", f"/api/v1/orders/{order_id}/tracking")
        assert answer.status == 200, answer
        return answer.body

    async def api(self, method: str, path: str, **request: Any) -> Answer:
        bearer = {"Authorization": f"Bearer {self.api_key}"}
        return await self.request(method, path, headers=bearer, **request)

    async def request(self, method: str, path: str, **request: Any) -> Answer:
        async with self.session.request(method, self.url + path, **request) as response:
            text = await response.text()
            is_json = "json" in response.headers.get("Content-Type", "")
            return Answer(response.status, response.headers, json.loads(text) if is_json else text)
