"""Sendcloud: it posts the state of a parcel each time that it changes.

Posts and signature: https://sendcloud.dev/api/v3/webhooks (``timestamp`` is in milliseconds).
States: ``GET /parcels/statuses``, https://sendcloud.dev/api/v2/parcel-statuses.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.carriers import from_code
from bot.services.orders.finding import OrderNames
from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops import goods
from handlers.web.shops.reading import (
    Counted,
    Id,
    Lenient,
    Line,
    Link,
    Name,
    Payload,
    Some,
    Thing,
    Word,
    identifier,
)
from handlers.web.shops.system import Ignored, Post, ShopSystem, event, event_id
from handlers.web.signature import Signature, hex_digest
from storage.models import Carrier, Listed

STATUSES = {
    1: ("Announced", Status.PACKED),
    3: ("En route to sorting center", Status.IN_TRANSIT),
    4: ("Delivery delayed", Status.DELAYED),
    5: ("Sorted", Status.IN_TRANSIT),
    6: ("Not sorted", Status.IN_TRANSIT),
    7: ("Being sorted", Status.IN_TRANSIT),
    8: ("Delivery attempt failed", Status.ATTEMPT_FAILED),
    11: ("Delivered", Status.DELIVERED),
    12: ("Awaiting customer pickup", Status.READY_FOR_PICKUP),
    13: ("Announced: not collected", Status.PACKED),
    15: ("Error collecting", Status.PACKED),
    22: ("Shipment picked up by driver", Status.SHIPPED),
    80: ("Unable to deliver", Status.PROBLEM),
    91: ("Parcel en route", Status.IN_TRANSIT),
    92: ("Driver en route", Status.OUT_FOR_DELIVERY),
    93: ("Shipment collected by customer", Status.DELIVERED),
    1000: ("Ready to send", Status.PACKED),
    62989: ("At Customs", Status.IN_TRANSIT),
    62990: ("At sorting centre", Status.IN_TRANSIT),
    62991: ("Refused by recipient", Status.PROBLEM),
    62992: ("Returned to sender", Status.RETURNED),
    62996: ("Exception", Status.PROBLEM),
    62997: ("Address invalid", Status.PROBLEM),
}
"""Sendcloud's name and our status by Sendcloud's id. We use the id, as names vary in spelling."""
WORDS = dict(STATUSES.values())

SAYS_NOTHING = {94, 999, 1001, 1002, 1337, 1999, 2001, 62993, 62994, 62995}
"""Ids of states that mean nothing to customers: about labels, changes of data, or unknown."""
CANCELLED = {1998, 2000}
"""Ids for a cancelled label. The order itself may get another one."""


class _Status(Payload):
    id: Lenient[int] = None
    message: Lenient[Word] = None

    @property
    def word(self) -> str | None:
        if self.id in SAYS_NOTHING | CANCELLED:
            return None
        return STATUSES[self.id][0] if self.id in STATUSES else self.message


class _Carrier(Payload):
    code: Lenient[Word] = None
    name: Lenient[Line] = None

    @property
    def called(self) -> str | None:
        return self.name or (from_code(self.code) if self.code else None)


class _Line(Payload):
    """``description``: its name in the shop."""

    description: Lenient[Thing] = None
    quantity: Lenient[int] = None
    image_url: None = None

    @property
    def name(self) -> str | None:
        return self.description

    @property
    def count(self) -> int:
        return self.quantity or 0


class _Parcel(Payload):
    id: Id
    status: _Status
    order_number: Lenient[Name] = None
    external_order_id: Lenient[Name] = None
    tracking_number: Lenient[Word] = None
    tracking_url: Lenient[Link] = None
    carrier: Lenient[_Carrier] = None
    is_return: Lenient[bool] = None
    parcel_items: Some[_Line] = Field([])

    @property
    def name(self) -> str:
        return self.id[-64:]

    @property
    def called(self) -> OrderNames:
        """The order's names. If the shop created the parcel over the API, ``external_order_id`` is
        only the parcel's own id."""
        is_ours = self.external_order_id != self.id
        return OrderNames(
            order_id=self.external_order_id if is_ours else None,
            number=self.order_number,
            tracking_number=self.tracking_number,
        )

    @property
    def listed(self) -> list[Listed]:
        if self.status.id in CANCELLED:
            return []
        carrier = Carrier(
            name=self.carrier.called if self.carrier else None,
            tracking_number=self.tracking_number,
            tracking_url=self.tracking_url,
        )
        return [Listed(parcel=self.tracking_number or self.name, carrier=carrier)]


class _Webhook(Payload):
    parcel: _Parcel
    timestamp: Lenient[Counted] = None
    carrier_status_change_timestamp: Lenient[Counted] = None

    @property
    def at(self) -> datetime:
        """When the state changed, but not later than the post. Raises `Ignored`."""
        known = [self.timestamp, self.carrier_status_change_timestamp]
        at = min(filter(None, known), default=None)
        if at is None:
            raise Ignored("Nothing in it says when.")
        return at


class _Kind(Payload):
    action: str


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if _Kind.model_validate(payload).action != "parcel_status_changed":
        raise Ignored("Nothing is done with this action.")
    webhook = _Webhook.model_validate(payload)
    if webhook.parcel.is_return:
        raise Ignored("It is on its way back to the shop.")
    return Post(list(_events(webhook)), webhook.timestamp, webhook.parcel.called)


def _events(webhook: _Webhook) -> Iterator[IncomingEvent]:
    parcel, called, at = webhook.parcel, webhook.parcel.called, webhook.at
    name = called.order_id or called.number or called.tracking_number
    if name is None:
        raise Ignored("The parcel names neither an order nor a tracking number.")
    word, is_cancelled = parcel.status.word, parcel.status.id in CANCELLED
    if word is None and not (parcel.tracking_number or is_cancelled):
        raise Ignored("It says nothing to a customer.")
    listed = [each.model_dump() for each in parcel.listed]
    items = goods.named(parcel.parcel_items)
    yield IncomingEvent(
        event_id("sendcloud", parcel.id, at, word, listed, *(items or ())),
        event(at, word, order_id=identifier(name), parcel=parcel.name, items=items),
        lists=parcel.listed,
        is_as_saved=webhook.carrier_status_change_timestamp is None,
    )


SYSTEM = ShopSystem(
    Dialect("sendcloud", WORDS),
    read,
    signature=Signature("Sendcloud-Signature", hex_digest),
)
