"""Shippo: carriers' tracking; each post has a parcel's whole history.

Events and words: https://docs.goshippo.com/tracking/webhooks and …/tracking, and ``Track`` in
github.com/goshippo/shippo-python-sdk. The signature is a token of the shop's choice in the address
(https://docs.goshippo.com/tracking/webhook-security); its support only sets up an HMAC on request.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.services.orders.carriers import from_code
from bot.services.orders.finding import OrderNames
from bot.services.orders.statuses import Dialect, Status
from handlers.web.shops.journeys import Journey, Place, Step, first_known
from handlers.web.shops.reading import (
    Expected,
    Lenient,
    Link,
    Many,
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
    "PRE_TRANSIT": Status.PACKED,
    "TRANSIT": Status.IN_TRANSIT,
    "FAILURE": Status.PROBLEM,
    # Substatuses
    "pickup_available": Status.READY_FOR_PICKUP,
    "delivery_attempted": Status.ATTEMPT_FAILED,
    "notice_left": Status.ATTEMPT_FAILED,
    "location_inaccessible": Status.ATTEMPT_FAILED,
    "reschedule_delivery": Status.ATTEMPT_FAILED,
    "delayed": Status.DELAYED,
    "delivery_rescheduled": Status.DELAYED,
    "out_for_delivery": Status.OUT_FOR_DELIVERY,
    "package_held": Status.ON_HOLD,
    "address_issue": Status.PROBLEM,
    "contact_carrier": Status.PROBLEM,
    "package_damaged": Status.PROBLEM,
    "package_unclaimed": Status.PROBLEM,
}
"""By status or, if it is more specific, by substatus. The other words are the same as ours."""

EVENTS = {"track_updated", "transaction_created", "transaction_updated"}
SAYS_NOTHING = "UNKNOWN"


class _Substatus(Payload):
    code: Word


class _Status(Payload):
    status: Lenient[Word] = None
    substatus: Lenient[_Substatus] = None
    status_date: Lenient[Moment] = None
    status_details: Lenient[Note] = None
    object_created: Lenient[Moment] = None
    object_updated: Lenient[Moment] = None
    location: Lenient[Place] = None

    @property
    def at(self) -> datetime | None:
        """The time, but not later than when Shippo received it, as time zones may be wrong."""
        return min(filter(None, [self.status_date, self.object_created]), default=None)

    @property
    def state(self) -> str | None:
        detail = self.substatus.code if self.substatus else None
        if detail in WORDS:
            return detail
        return None if self.status == SAYS_NOTHING else self.status

    @property
    def where(self) -> str | None:
        return self.location.name if self.location else None


def _with_its_state(value: Any) -> Any:
    """A transaction has only a word for it."""
    return {"status": value} if isinstance(value, str) else value


class _Track(Payload):
    """A tracking, or a transaction (a bought label), which uses the same names."""

    tracking_number: Word
    carrier: Lenient[Word] = None
    tracking_url_provider: Lenient[Link] = None
    metadata: Lenient[Name] = None
    eta: Lenient[Expected] = None
    object_updated: Lenient[Moment] = None
    tracking_status: Annotated[Lenient[_Status], BeforeValidator(_with_its_state)] = None
    tracking_history: Lenient[Many[Lenient[_Status]]] = None

    @property
    def steps(self) -> list[Step]:
        """The steps with a time, oldest first."""
        steps = [
            Step(status.at, status.state, status.status_details, status.where)
            for status in self.tracking_history or []
            if status and status.at
        ]
        return sorted(steps, key=lambda step: step.at)

    @property
    def at(self) -> datetime:
        """When it was so. Raises `Ignored`."""
        now = self.tracking_status
        return first_known(now.at if now else None, self.object_updated, steps=self.steps)

    @property
    def state(self) -> str | None:
        return self.tracking_status.state if self.tracking_status else None


class _Webhook(Payload):
    data: _Track


class _Kind(Payload):
    event: str


def read(headers: Mapping[str, str], payload: Any) -> Post:
    if _Kind.model_validate(payload).event not in EVENTS:
        raise Ignored("Nothing is done with this event.")
    track = _Webhook.model_validate(payload).data
    at, steps, expected = track.at, track.steps, window(track.eta)
    called = OrderNames(number=track.metadata, tracking_number=track.tracking_number)
    journey = Journey(
        called,
        steps,
        at,
        identity=(track.tracking_number, at, track.state, expected, track.carrier),
        state=track.state,
        carrier={
            "name": from_code(track.carrier) if track.carrier else None,
            "tracking_number": track.tracking_number,
            "tracking_url": track.tracking_url_provider,
        },
        expected=expected,
    )
    skipped = len(track.tracking_history or []) - len(steps)
    return Post(list(journey.events("shippo")), at, called, skipped)


SYSTEM = ShopSystem(
    Dialect("shippo", WORDS),
    read,
    signature=Signature("token", lambda secret, _: secret, is_in_address=True),
    gives_up=True,  # it only repeats a post after an overload, and never after a "not found"
)
