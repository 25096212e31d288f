"""EasyPost: carriers' tracking; each post has a parcel's whole history.

Events, signature and the words of trackers: https://docs.easypost.com/docs/events, …/webhooks and
…/trackers, and ``validate_webhook`` in ``easypost/util.py`` of github.com/EasyPost/easypost-python.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field

from bot.services.orders.finding import OrderNames
from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops.journeys import Journey, Place, Step, first_known
from handlers.web.shops.reading import (
    Expected,
    Lenient,
    Line,
    Link,
    Many,
    Moment,
    Note,
    Payload,
    Word,
    window,
)
from handlers.web.shops.system import Ignored, Post, ShopSystem
from handlers.web.signature import Signature, hex_digest

WORDS = {
    "pre_transit": Status.PACKED,
    "available_for_pickup": Status.READY_FOR_PICKUP,
    "return_to_sender": Status.RETURNED,
    "failure": Status.PROBLEM,
    # Words of `status_detail`
    "arrived_at_pickup_location": Status.READY_FOR_PICKUP,
    "delayed": Status.DELAYED,
    "weather_delay": Status.DELAYED,
    "missorted": Status.DELAYED,
    "held": Status.ON_HOLD,
    "delivery_exception": Status.PROBLEM,
    "damaged": Status.PROBLEM,
    "lost": Status.PROBLEM,
    "refused": Status.PROBLEM,
    "expired": Status.NO_NEWS,
}
"""By status or, if it is more specific, by its detail. The other words are the same as ours."""

EVENTS = {"tracker.created", "tracker.updated"}
SAYS_NOTHING = {"unknown", "error", "cancelled"}
"""The carrier knows nothing of the parcel, or its label was not used; this does not cancel the
order."""
ENDS = {"delivered", "return_to_sender"}


def _signature(secret: str, body: bytes) -> str:
    return "hmac-sha256-hex=" + hex_digest(unicodedata.normalize("NFKD", secret), body)


class _Stated(Payload):
    status: Lenient[Word] = None
    status_detail: Lenient[Word] = None

    @property
    def state(self) -> str | None:
        if self.status in SAYS_NOTHING:
            return None
        says_more = self.status_detail in WORDS and self.status not in ENDS
        return self.status_detail if says_more else self.status


class _Detail(_Stated):
    """One without a possible time is invalid."""

    at: Moment = Field(alias="datetime")
    message: Lenient[Note] = None
    tracking_location: Lenient[Place] = None

    @property
    def step(self) -> Step:
        where = self.tracking_location.name if self.tracking_location else None
        return Step(self.at, self.state, self.message, where)


class _CarrierDetail(Payload):
    est_delivery_date_local: Lenient[Expected] = None


class _Tracker(_Stated):
    tracking_code: Word
    carrier: Lenient[Line] = None
    public_url: Lenient[Link] = None
    is_return: Lenient[bool] = None
    updated_at: Lenient[Moment] = None
    est_delivery_date: Lenient[Expected] = None
    carrier_detail: Lenient[_CarrierDetail] = None
    details: Lenient[Many[Lenient[_Detail]]] = Field(None, alias="tracking_details")

    @property
    def steps(self) -> list[Step]:
        read = [detail.step for detail in self.details or [] if detail]
        return sorted(read, key=lambda step: step.at)

    @property
    def expected(self) -> dict[str, date] | None:
        """The day in the time zone of the delivery, if known, as another zone's day may differ."""
        local = self.carrier_detail.est_delivery_date_local if self.carrier_detail else None
        return window(local or self.est_delivery_date)


class _Event(Payload):
    created_at: Lenient[Moment] = None
    result: _Tracker

    @property
    def at(self) -> datetime:
        """When it was so. Raises `Ignored`."""
        tracker = self.result
        return first_known(tracker.updated_at, self.created_at, steps=tracker.steps)


class _Kind(Payload):
    description: str


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if _Kind.model_validate(payload).description not in EVENTS:
        raise Ignored("Nothing is done with this event.")
    posted = _Event.model_validate(payload)
    tracker, at = posted.result, posted.at
    if tracker.is_return:
        raise Ignored("It is on its way back to the shop.")
    called = OrderNames(tracking_number=tracker.tracking_code)
    expected = tracker.expected
    journey = Journey(
        called,
        tracker.steps,
        at,
        identity=(tracker.tracking_code, at, tracker.state, expected),
        state=tracker.state,
        carrier={
            "name": tracker.carrier,
            "tracking_number": tracker.tracking_code,
            "tracking_url": tracker.public_url,
        },
        expected=expected,
    )
    unread = [detail for detail in tracker.details or [] if detail is None]
    return Post(list(journey.events("easypost")), at, called, len(unread))


SYSTEM = ShopSystem(
    Dialect("easypost", WORDS),
    read,
    signature=Signature("X-Hmac-Signature", _signature),
    gives_up=True,  # "Endpoints that repeatedly return failures may be automatically disabled."
)
