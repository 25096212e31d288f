"""The interface of a shop system's adapter: how its posts are signed, and what they say."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.events import OrderEvent
from bot.services.orders.extras import Extras
from bot.services.orders.finding import OrderNames
from bot.services.orders.noticed import Unread
from bot.services.orders.statuses import Dialect
from bot.services.people.privacy_requests import PrivacyDemand
from handlers.web.signature import Signature


class Ignored(Exception):
    """The post contains nothing for us, and will not if it is sent again."""


@dataclass
class NotRead(Exception):
    """The post should contain something, but it cannot be read. ``fields``: the wrong fields."""

    why: Unread
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Post:
    """What one post says about one order. ``sent_at``: when it was first sent, if known.

    The id of an event is derived from its content, so that a repeat in other bytes has the same.
    ``called``: the names of the order, if the id in ``events`` may not be ours. ``skipped``: how
    many details could not be read and are left out. ``made_at``: when the order was placed, if
    known.
    """

    events: Sequence[IncomingEvent]
    sent_at: datetime | None = None
    called: OrderNames | None = None
    skipped: int = 0
    made_at: datetime | None = None


@dataclass(frozen=True)
class ShopSystem:
    """``read``: turns headers and the parsed body into what they say, without I/O.

    It raises `Ignored`, `NotRead`, or pydantic's `ValidationError` with the system's names of the
    fields. ``gives_up``: it disables its webhook after a few errors. So we answer with a success
    even if a post cannot be used, unless a repeat may help.
    ``signature``: how it signs; None: as Standard Webhooks.
    ``delivery``: the header with the id of the post, for the log.
    ``greeting``: the form that it posts once, unsigned, to try the address. ``order_fields``,
    ``read_order``: for orders from its API: the members to read, and how to read them.
    ``pages``: further routes, for visitors of the shop.
    """

    dialect: Dialect
    read: Callable[[Mapping[str, str], Any], Post | PrivacyDemand]
    signature: Signature | None
    delivery: str = "webhook-id"
    greeting: re.Pattern[bytes] | None = None
    gives_up: bool = False
    order_fields: Sequence[str] = ()
    read_order: Callable[[Any], Post] | None = None
    pages: Iterable[web.AbstractRouteDef] = ()

    @property
    def name(self) -> str:
        return self.dialect.name


def event_id(system: str, *identity: object) -> str:
    """An event id derived from these parts, which may be of any kind and length."""
    parts = json.dumps(identity, default=str).encode()
    return f"{system}:{hashlib.sha256(parts).hexdigest()}"


def by_content(system: str, said: IncomingEvent) -> IncomingEvent:
    """The event with an id derived from all that it says about the order.

    Absent fields that only newer versions have do not count, so that the id is the same as an older
    version has made for the same content.
    """
    unsaid = {name for name in Extras.model_fields if getattr(said.event.data, name) is None}
    content = said.event.model_dump(mode="json", exclude={"data": {"contact", *unsaid}})
    lists = [part.model_dump() for part in said.lists or ()]
    says = (content, lists, said.lists is None, said.is_partial)
    return replace(said, id=event_id(system, *says))


def event(at: datetime, status: str | None = None, **data: Any) -> OrderEvent:
    """An event of the contract. ``data``: its fields, with datetimes. No status: an update."""
    window = data.get("estimated_delivery")
    if window is not None:
        data["estimated_delivery"] = {end: moment.isoformat() for end, moment in window.items()}
    return OrderEvent.model_validate(
        {
            "type": "order.status_changed" if status else "order.updated",
            "timestamp": at.isoformat(),
            "data": {"status": status, **data},
        }
    )
