"""Descriptions: a complete account of an order, posted in one piece."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, StrictBool

from bot.services.orders.events import CarrierNews, ContactNews, DeliveryWindow
from bot.services.orders.extras import Extras, Items, kept_items
from bot.services.orders.statuses import canonical, rank
from bot.services.orders.values import Identifier, Location, Note, Part, PastMoment, ShortText
from storage.models import Carrier, Event, Window
from storage.sealing import Seal

MOST_STEPS = 500
DESCRIBED = "described:"
"""Prefix of the ids of events that come from a description."""

EXAMPLE: JsonValue = {
    "customer_id": "cus_7",
    "order_number": "1001",
    "carrier": {"name": "DHL", "tracking_number": "JD0146000037"},
    "tracking_info": [
        {"status": "placed", "timestamp": "2026-11-20T09:30:00Z"},
        {"status": "shipped", "timestamp": "2026-11-21T14:05:00Z", "location": "Kampala"},
    ],
}


class DescribedStep(Extras):
    """One thing that happened, as in the tracking information."""

    status: ShortText
    """A state, as in an event."""
    timestamp: PastMoment
    """When it happened, at most a day ahead."""
    note: Note | None = None
    location: Location | None = None
    parcel: ShortText | None = None
    carrier: CarrierNews | None = None
    estimated_delivery: DeliveryWindow | None = None


class OrderDescription(Part):
    """An order as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    customer_id: Identifier | None = None
    """The customer's account. Null or left out: the order has none."""
    order_number: ShortText | None = None
    """The number that the customer knows. Default: the order's id."""
    items: Items | None = None
    """The number of things ordered, or a list of them."""
    contact: ContactNews | None = None
    carrier: CarrierNews | None = None
    """For the whole order. A step may have its own."""
    estimated_delivery: DeliveryWindow | None = None
    """For the whole order. A step may have its own."""
    tracking_info: Annotated[list[DescribedStep], Field(min_length=1, max_length=MOST_STEPS)]
    """Everything that happened, in any order."""
    notify: StrictBool = True
    """False: notify nobody."""


def as_events(
    order_id: str, order: OrderDescription, words: Mapping[str, str], now: datetime, seal: Seal
) -> Sequence[Event]:
    """The description as sorted events. Equal descriptions give equal event ids.

    Details of the whole order go into the first event, so that later steps take precedence.
    ``words``: the shop's own words for states. ``seal``: keys the ids, so that nobody can guess the
    content from them.
    """
    steps = sorted(order.tracking_info, key=lambda step: step.timestamp)
    events = {}
    for step in steps:
        whole = order if step is steps[0] else None
        digest = seal.digest(_hash(order_id, step, whole))
        event = _event(step, whole, digest, words, now)
        events[event.id] = event
    return sorted(events.values(), key=attrgetter("sort_key"))


def is_described(known: Sequence[Event], described: Sequence[Event], seal: Seal) -> bool:
    """Whether the stored events are those of this description. Older versions stored digests
    without a key."""
    digests = {event.digest for event in described}
    return len(known) == len(described) and all(
        event.id.startswith(DESCRIBED)
        and (event.digest in digests or seal.digest(event.digest) in digests)
        for event in known
    )


def _hash(order_id: str, step: DescribedStep, order: OrderDescription | None) -> bytes:
    whole = order.model_dump_json(exclude={"tracking_info", "notify"}) if order else ""
    # Fields that older versions did not have, so that the hash of an old description stays.
    new = {name for name, value in step.extras.items() if value is None}
    said = step.model_dump_json(exclude=new)
    return hashlib.sha256(f"{order_id}\0{said}\0{whole}".encode()).digest()


def _event(
    step: DescribedStep,
    order: OrderDescription | None,
    digest: bytes,
    words: Mapping[str, str],
    now: datetime,
) -> Event:
    status = canonical(step.status, words)
    carrier = step.carrier or (order.carrier if order else None)
    window = step.estimated_delivery or (order.estimated_delivery if order else None)
    return Event(
        id=f"{DESCRIBED}{digest.hex()}",
        digest=digest,
        occurred_at=step.timestamp,
        recorded_at=now,
        rank=rank(status),
        status=status,
        parcel=step.parcel,
        note=step.note,
        location=step.location,
        order_number=order.order_number if order else None,
        carrier=Carrier(**carrier.model_dump()) if carrier else None,
        estimated_delivery=Window(**window.model_dump()) if window else None,
        **step.extras,
        **kept_items(order.items if order else None),
    )
