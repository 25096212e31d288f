"""AfterShip: what a carrier says of a parcel, its whole history each time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops.reading import (
    Expected,
    Id,
    Lenient,
    Line,
    Link,
    Moment,
    Note,
    Payload,
    Word,
    window,
)
from handlers.web.shops.system import Ignored, Post, ShopSystem, Told, event, event_id

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
    "Expired": Status.DELAYED,
}
"""By tag or, where it says more, by subtag."""

EVENTS = {"tracking_update", "edd_revise"}
SAYS_NOTHING = "Pending"
"""The tag of a tracking of which the carrier knows nothing yet."""
MOST = 200
"""Checkpoints that are read of one tracking, the newest."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def _epoch(value: Any) -> Any:
    """Seconds → ISO 8601, if that is what they can be."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**33:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)).isoformat()
    return value


def _empty_is_none(value: Any) -> Any:
    """So AfterShip writes the time of a checkpoint of which the carrier told none."""
    return None if value == "" else value


def _without_hash(value: Any) -> Any:
    return value.lstrip("# ") if isinstance(value, str) else value


class _Stated(Payload):
    tag: Lenient[Word] = None
    subtag: Lenient[Word] = None

    @property
    def state(self) -> str | None:
        if self.subtag in WORDS:
            return self.subtag
        return None if self.tag == SAYS_NOTHING else self.tag


class _Checkpoint(_Stated):
    checkpoint_time: Annotated[Moment | None, BeforeValidator(_empty_is_none)] = None
    created_at: Lenient[Moment] = None
    message: Lenient[Note] = None
    slug: Lenient[Word] = None
    city: Lenient[Line] = None
    region: Lenient[Line] = Field(None, alias="state")
    location: Lenient[Line] = None

    @property
    def at(self) -> datetime | None:
        """Not later than when AfterShip had it, whatever zone it was told in."""
        return min(filter(None, [self.checkpoint_time, self.created_at]), default=None)

    @property
    def where(self) -> str | None:
        return ", ".join(filter(None, [self.city, self.region])) or self.location


class _Custom(Payload):
    customer_id: Lenient[Id] = None
    order_id: Lenient[Id] = None


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
    tracking_number: Word
    slug: Lenient[Word] = None
    order_id: Lenient[Id] = None
    order_number: Lenient[Annotated[Id, BeforeValidator(_without_hash)]] = None
    custom_fields: Lenient[_Custom] = None
    checkpoints: list[_Checkpoint] | None = None
    courier_tracking_link: Lenient[Link] = None
    latest_estimated_delivery: Lenient[_Estimate] = None
    courier_estimated_delivery_date: Lenient[_Estimate] = None
    aftership_estimated_delivery_date: Lenient[_Estimate] = None
    expected_delivery: Lenient[Expected] = None

    @property
    def is_a_test(self) -> bool:
        """AfterShip tries an address with a tracking that does not exist."""
        return self.id is not None and not self.id.strip("0")

    @property
    def whose(self) -> dict[str, str | None]:
        """The order's id and, if the shop gave it to AfterShip, its customer's."""
        custom = self.custom_fields or _Custom()
        order_id = custom.order_id or self.order_id or self.order_number
        if order_id is None:
            raise Ignored("The tracking names no order.")
        if custom.customer_id is None:
            return {"order_id": order_id}
        number = self.order_number or order_id
        return {
            "order_id": order_id,
            "customer_id": custom.customer_id,
            "order_number": number[:64],
        }

    @property
    def expected(self) -> dict[str, date] | None:
        estimates = (
            self.latest_estimated_delivery,
            self.courier_estimated_delivery_date,
            self.aftership_estimated_delivery_date,
        )
        told = (estimate.window for estimate in estimates if estimate)
        return next(filter(None, told), None) or window(self.expected_delivery)

    @property
    def carrier(self) -> dict[str, str | None]:
        name = (self.slug or "").replace("-", " ")
        return {
            "name": name.upper() if len(name) <= 4 else name.title(),
            "tracking_number": self.tracking_number,
            "tracking_url": self.courier_tracking_link,
        }


class _Webhook(Payload):
    event: str
    event_id: Id
    msg: _Tracking
    ts: Annotated[Moment, BeforeValidator(_epoch)]


class _Kind(Payload):
    event: str


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if _Kind.model_validate(payload).event not in EVENTS:
        raise Ignored("Nothing is done with this event.")
    webhook = _Webhook.model_validate(payload)
    return Post(list(_told(webhook)), sent_at=LONG_AGO if webhook.msg.is_a_test else webhook.ts)


def _told(webhook: _Webhook) -> Iterable[Told]:
    tracking = webhook.msg
    parcel: dict[str, Any] = {**tracking.whose, "parcel": tracking.tracking_number}
    dated = [(step.at, step) for step in tracking.checkpoints or [] if step.at]
    steps = sorted(dated, key=lambda pair: pair[0])[-MOST:]
    for at, step in steps:
        says = (at, step.state, step.message, step.where, step.slug)
        identity = event_id("aftership", parcel["order_id"], tracking.tracking_number, *says)
        yield identity, event(at, step.state, note=step.message, location=step.where, **parcel)
    is_known = bool(steps) and steps[-1][1].state == tracking.state
    yield (
        event_id("aftership", webhook.event_id),
        event(
            webhook.ts,
            None if is_known else tracking.state,
            carrier=tracking.carrier,
            estimated_delivery=tracking.expected,
            **parcel,
        ),
    )


AFTERSHIP = ShopSystem(Dialect("aftership", WORDS), read, signature="aftership-hmac-sha256")
