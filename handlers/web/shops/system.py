"""What every shop system's file gives: how its posts are signed, and what they say."""

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
    """There is nothing in this post for us; sending it again would not change that."""


@dataclass
class NotRead(Exception):
    """There should be something in it, but it cannot be made out. ``fields``: where it is wrong."""

    why: Unread
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Post:
    """What one post says, all of it of one order. ``sent_at``: when it was sent first, if known.

    The id of an event stands for what it says: a repeat in other bytes has the same.
    ``called``: the order, where the id in the ``events`` may not be ours. ``skipped``: how many
    details could not be read, and are left out. ``made_at``: when the order was made, if it says.
    """

    events: Sequence[IncomingEvent]
    sent_at: datetime | None = None
    called: OrderNames | None = None
    skipped: int = 0
    made_at: datetime | None = None


@dataclass(frozen=True)
class ShopSystem:
    """``read``: headers and parsed body to what they say, without I/O.

    It raises `Ignored`, `NotRead`, or pydantic's `ValidationError` with the places as the system
    calls them. ``gives_up``: it ends its webhook after a few answers that are no success, so that
    it gets none for what is right by its own lights, or comes again as it is.
    ``signature``: how it shows that a post is its own; None: as Standard Webhooks.
    ``delivery``: the header with the id that it has given the post, for the log.
    ``greeting``: the form that it posts once, unsigned, to try the address. ``order_fields``,
    ``read_order``: of an order, as its API gives it: the members that are read, and what it says.
    ``pages``: what it serves besides to whoever visits the shop.
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
    """Of parts of any length and kind, one that fits."""
    parts = json.dumps(identity, default=str).encode()
    return f"{system}:{hashlib.sha256(parts).hexdigest()}"


def by_content(system: str, said: IncomingEvent) -> IncomingEvent:
    """The same under an id that stands for all that it says of the order.

    What it does not say of the later fields is left out: an older version knows no such fields, and
    its id for the same was the same.
    """
    unsaid = {name for name in Extras.model_fields if getattr(said.event.data, name) is None}
    content = said.event.model_dump(mode="json", exclude={"data": {"contact", *unsaid}})
    lists = [part.model_dump() for part in said.lists or ()]
    says = (content, lists, said.lists is None, said.is_partial)
    return replace(said, id=event_id(system, *says))


def event(at: datetime, status: str | None = None, **data: Any) -> OrderEvent:
    """``data``: as in the contract, moments as datetimes. Without a status it is an update."""
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
