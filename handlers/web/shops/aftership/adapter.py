"""AfterShip: carriers' tracking; each post has a parcel's whole history."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.services.orders.carriers import from_code
from bot.services.orders.finding import OrderNames
from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops.journeys import Journey, Step, first_known
from handlers.web.shops.reading import (
    Counted,
    Expected,
    Id,
    Lenient,
    Line,
    Link,
    Moment,
    Name,
    Note,
    Payload,
    Word,
    window,
)
from handlers.web.shops.system import Ignored, Post, ShopSystem
from handlers.web.signature import Signature

WORDS = {
    "InfoReceived": Status.PACKED,
    "InTransit": Status.IN_TRANSIT,
    "OutForDelivery": Status.OUT_FOR_DELIVERY,
    "AvailableForPickup": Status.READY_FOR_PICKUP,
    "AttemptFail": Status.ATTEMPT_FAILED,
    "Delivered": Status.DELIVERED,
    "Exception": Status.PROBLEM,
    "Exception_004": Status.DELAYED,
    "Exception_005": Status.DELAYED,
    "Exception_011": Status.RETURNED,
    "Expired": Status.NO_NEWS,
}
"""By tag or, if it is more specific, by subtag."""

EVENTS = {"tracking_update", "edd_revise"}
SAYS_NOTHING = "Pending"
"""The tag of a tracking that the carrier does not know yet."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _empty_is_none(value: Any) -> Any:
    """AfterShip writes an empty time if the carrier has given none."""
    return None if value == "" else value


class _Stated(Payload):
    tag: Lenient[Word] = None
    subtag: Lenient[Word] = None

    @property
    def state(self) -> str | None:
        if self.subtag in WORDS:
            return self.subtag
        return None if self.tag == SAYS_NOTHING else self.tag


class _Checkpoint(_Stated):
    """One with an impossible time is invalid; with another time it would look like today's news."""

    checkpoint_time: Annotated[Moment | None, BeforeValidator(_empty_is_none)] = None
    created_at: Lenient[Moment] = None
    message: Lenient[Note] = None
    slug: Lenient[Word] = None
    city: Lenient[Line] = None
    region: Lenient[Line] = Field(None, alias="state")
    location: Lenient[Line] = None

    @property
    def at(self) -> datetime | None:
        """The time, but not later than when AfterShip received it, as time zones may be wrong."""
        return min(filter(None, [self.checkpoint_time, self.created_at]), default=None)

    @property
    def where(self) -> str | None:
        return ", ".join(filter(None, [self.city, self.region])) or self.location


class _Custom(Payload):
    customer_id: Lenient[Id] = None
    order_id: Lenient[Name] = None


class _Customer(Payload):
    """A customer from the shop's system; ``id`` may be in any form."""

    id: Lenient[Id] = None
    role: Lenient[Word] = None


class _Estimate(Payload):
    estimated_delivery_date: Lenient[Expected] = None
    estimated_delivery_date_min: Lenient[Expected] = None
    estimated_delivery_date_max: Lenient[Expected] = None
    at: Lenient[Expected] = Field(None, alias="datetime")
    at_min: Lenient[Expected] = Field(None, alias="datetime_min")
    at_max: Lenient[Expected] = Field(None, alias="datetime_max")

    @property
    def window(self) -> dict[str, date] | None:
        return (
            window(self.at_min, self.at_max)
            or window(self.at)
            or window(self.estimated_delivery_date_min, self.estimated_delivery_date_max)
            or window(self.estimated_delivery_date)
        )


class _Tracking(_Stated):
    id: Lenient[Word] = None
    tracking_number: Lenient[Word] = None
    slug: Lenient[Word] = None
    order_id: Lenient[Name] = None
    order_number: Lenient[Name] = None
    custom_fields: Lenient[_Custom] = None
    customers: Lenient[list[Lenient[_Customer]]] = None
    updated_at: Lenient[Moment] = None
    checkpoints: Lenient[list[Lenient[_Checkpoint]]] = None
    courier_tracking_link: Lenient[Link] = None
    latest_estimated_delivery: Lenient[_Estimate] = None
    courier_estimated_delivery_date: Lenient[_Estimate] = None
    aftership_estimated_delivery_date: Lenient[_Estimate] = None
    expected_delivery: Lenient[Expected] = None
    pickup_location: Lenient[Line] = None

    @property
    def is_a_test(self) -> bool:
        """Whether this is AfterShip's test of the address, with a tracking that does not exist."""
        return self.id is not None and not self.id.strip("0")

    @property
    def steps(self) -> list[Step]:
        """The steps with a time, oldest first."""
        dated = [
            Step(step.at, step.state, step.message, step.where, step.slug)
            for step in self.checkpoints or []
            if step and step.at
        ]
        return sorted(dated, key=lambda step: step.at)

    @property
    def called(self) -> OrderNames:
        custom = self.custom_fields or _Custom()
        return OrderNames(
            order_id=custom.order_id or self.order_id,
            number=self.order_number,
            tracking_number=self.tracking_number,
            customer_id=custom.customer_id,
            perhaps_of=self.buyer,
        )

    @property
    def buyer(self) -> str | None:
        """The id of the buyer, or of another customer. An email address does not count as an id,
        because other systems use other ids for the same customer."""
        known = [c for c in self.customers or [] if c and c.id and "@" not in c.id]
        known.sort(key=lambda customer: customer.role != "buyer")
        return known[0].id if known else None

    @property
    def expected(self) -> dict[str, date] | None:
        estimates = (
            self.latest_estimated_delivery,
            self.courier_estimated_delivery_date,
            self.aftership_estimated_delivery_date,
        )
        windows = (estimate.window for estimate in estimates if estimate)
        return next(filter(None, windows), None) or window(self.expected_delivery)

    @property
    def carrier(self) -> dict[str, str | None]:
        return {
            "name": from_code(self.slug) if self.slug else None,
            "tracking_number": self.tracking_number,
            "tracking_url": self.courier_tracking_link,
        }


class _Webhook(Payload):
    event: str
    event_id: Lenient[Id] = None
    msg: _Tracking
    ts: Lenient[Counted] = None

    @property
    def at(self) -> datetime:
        """When it was so. Raises `Ignored`."""
        return first_known(self.ts, self.msg.updated_at, steps=self.msg.steps)


class _Kind(Payload):
    event: str


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if _Kind.model_validate(payload).event not in EVENTS:
        raise Ignored("Nothing is done with this event.")
    webhook = _Webhook.model_validate(payload)
    tracking, at = webhook.msg, webhook.at
    journey = Journey(
        tracking.called,
        tracking.steps,
        at,
        identity=webhook.event_id or (tracking.tracking_number, at, tracking.state),
        state=tracking.state,
        carrier=tracking.carrier,
        expected=tracking.expected,
        pickup=tracking.pickup_location,
    )
    return Post(
        list(journey.events("aftership")),
        sent_at=LONG_AGO if tracking.is_a_test else at,
        called=tracking.called,
        skipped=len(tracking.checkpoints or []) - len(tracking.steps),
    )


SYSTEM = ShopSystem(Dialect("aftership", WORDS), read, signature=Signature("aftership-hmac-sha256"))
