"""Receives the service's signed events, and answers a customer's choice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from sandbox.shop.offers import ANSWERS

PATH = "/hooks"
"""Where the shop receives events, below its own address."""


@dataclass
class Chosen:
    """A pressed button of the shop's own. ``answer``: the shop's answer to it."""

    id: str
    order_id: str
    action_id: str
    label: str
    at: str
    answer: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label,
            "at": self.at,
            "answer": self.answer,
            "suggestion": ANSWERS.get(self.action_id, "Thank you, we see to it."),
        }


@dataclass
class Hearing:
    """Handles each event once, however often it comes. ``tell``: posts an event of an order.

    ``linked``: called with a customer's id, a link's id, and whether the link was made or ended.
    """

    secret: str | None
    tell: Callable[[str, dict[str, Any]], None]
    changed: Callable[[], None]
    linked: Callable[[str, str, bool], None]
    chosen: dict[str, Chosen] = field(default_factory=dict)

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post(PATH, self._hear), web.post("/chosen/{chosen}/answer", self._answer)]

    def of(self, order_id: str) -> list[dict[str, Any]]:
        """The choices for the order, newest first."""
        theirs = [each for each in self.chosen.values() if each.order_id == order_id]
        return [each.as_json() for each in reversed(theirs)]

    async def _hear(self, request: web.Request) -> web.Response:
        """Types that the shop does not use are accepted, too: otherwise they would come again."""
        try:
            event = Webhook(self.secret or "").verify(await request.read(), dict(request.headers))
        except (WebhookVerificationError, RuntimeError):
            return web.Response(status=401)
        if event["type"] == "order.action_chosen":
            self._choose(request.headers["webhook-id"], event)
        elif event["type"] in ("customer.linked", "customer.unlinked"):
            data = event["data"]
            stands = event["type"] == "customer.linked"
            self.linked(data.get("customer_id", ""), data.get("link_id", ""), stands)
        return web.Response(status=204)

    def _choose(self, event_id: str, event: dict[str, Any]) -> None:
        data = event["data"]
        self.chosen.setdefault(
            event_id,
            Chosen(
                event_id, data["order_id"], data["action_id"], data["label"], event["timestamp"]
            ),
        )
        self.changed()

    async def _answer(self, request: web.Request) -> web.Response:
        """`{note}` -> the choice. The answer goes out with the shop's next event."""
        chosen = self.chosen.get(request.match_info["chosen"])
        note = str((await request.json()).get("note", "")).strip()
        if chosen is None or not note:
            wrong = "There is no such choice." if chosen is None else "Please give a note."
            raise web.HTTPUnprocessableEntity(
                text=json.dumps({"error": wrong}), content_type="application/json"
            )
        chosen.answer = note
        self.tell("order.updated", {"order_id": chosen.order_id, "note": note})
        return web.json_response(chosen.as_json())
