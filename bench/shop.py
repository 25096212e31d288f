"""A shop's requests as bytes, signed before the measurement starts."""

import base64
import hmac
import itertools
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

KEY = b"a secret for benches, 24"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
API_KEY = "bench-key-0123456789"
STATES = ("confirmed", "processing", "packed", "shipped", "in_transit")
"""An order goes through these states in a cycle, so that each event is news."""


class Shop:
    """Makes requests, each with a new event id. An order's state changes with each request."""

    def __init__(self) -> None:
        self._run = uuid.uuid4().hex[:12]
        self._ids = itertools.count()
        self._steps: dict[str, Iterator[str]] = {}
        self._new = itertools.count()

    def changes(self, orders: Sequence[str], count: int) -> list[bytes]:
        """``count`` requests: the next state of each order in turn."""
        return [self._posted(self._change(order)) for order in _round(orders, count)]

    def creations(self, customers: Sequence[str], count: int) -> list[bytes]:
        """New orders of these customers in turn."""
        return [self._posted(self._creation(customer)) for customer in _round(customers, count)]

    def batch(self, events: Sequence[dict[str, object]]) -> bytes:
        """Up to 500 events in one request, with an API key."""
        body = {"events": [{"id": self._id(), **event} for event in events]}
        key = f"Authorization: Bearer {API_KEY}"
        return post("/api/v1/events/batch", json.dumps(body).encode(), key)

    def placed(self, order: str, customer: str, *, notify: bool = False) -> dict[str, object]:
        """The event for a new order."""
        data = {"customer_id": customer, "order_number": order.upper(), "items": 2}
        return _event("order.created", order, **data, notify=notify)

    def steps(self, order: str, count: int) -> list[dict[str, object]]:
        """Events of one order, for a batch."""
        return [self._change(order) for _ in range(count)]

    def _creation(self, customer: str) -> dict[str, object]:
        return self.placed(f"ord_{self._run}_{next(self._new)}", customer, notify=True)

    def _change(self, order: str) -> dict[str, object]:
        state = next(self._steps.setdefault(order, itertools.cycle(STATES)))
        return self.changed(order, state)

    def changed(self, order: str, state: str) -> dict[str, object]:
        return _event("order.status_changed", order, status=state, location="Kampala")

    def _id(self) -> str:
        return f"msg_{self._run}_{next(self._ids)}"

    def _posted(self, event: dict[str, object]) -> bytes:
        body, event_id, now = json.dumps(event), self._id(), int(time.time())
        digest = hmac.digest(KEY, f"{event_id}.{now}.{body}".encode(), "sha256")
        signature = "v1," + base64.b64encode(digest).decode()
        signed = (
            f"webhook-id: {event_id}\r\nwebhook-timestamp: {now}\r\nwebhook-signature: {signature}"
        )
        return post("/webhooks/orders", body.encode(), signed)


def naive_changes(orders: Sequence[str], count: int) -> list[bytes]:
    """The same for the naive service: without signatures or ids."""
    states = itertools.cycle(STATES)
    return [
        post(f"/orders/{order}/tracking", json.dumps({"status": next(states)}).encode())
        for order in _round(orders, count)
    ]


def naive_creations(customers: Sequence[str], count: int, first: str) -> list[bytes]:
    """``first``: the prefix of the new orders' ids."""
    return [
        post("/orders", json.dumps({"orderId": f"{first}_{n}", "customerId": customer}).encode())
        for n, customer in enumerate(_round(customers, count))
    ]


def post(path: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join(
        (
            f"POST {path} HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *headers,
        )
    )
    return head.encode() + b"\r\n\r\n" + body


def _event(kind: str, order: str, **data: object) -> dict[str, object]:
    now = datetime.now(UTC).isoformat()
    return {"type": kind, "timestamp": now, "data": {"order_id": order, **data}}


def _round(names: Sequence[str], count: int) -> Iterator[str]:
    return itertools.islice(itertools.cycle(names), count)
