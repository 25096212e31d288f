"""Journeys of parcels: carriers' systems post the state and the whole history each time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.services.orders.adding import IncomingEvent
from bot.services.orders.finding import OrderNames
from handlers.web.shops.reading import Lenient, Line, Payload, identifier
from handlers.web.shops.system import Ignored, event, event_id

MOST = 200
"""The most steps to read for one parcel; the newest count."""


class Place(Payload):
    """A place, in the form in which several systems post it."""

    city: Lenient[Line] = None
    state: Lenient[Line] = None

    @property
    def name(self) -> str | None:
        return ", ".join(filter(None, [self.city, self.state])) or None


@dataclass(frozen=True)
class Step:
    """``state``: None if the step has only a place or a note. ``by``: the carrier's code."""

    at: datetime
    state: str | None
    note: str | None = None
    location: str | None = None
    by: str | None = None


def first_known(*moments: datetime | None, steps: Sequence[Step]) -> datetime:
    """The first of the moments that is known, else the time of the last step.

    Raises `Ignored` if there is none.
    """
    for at in (*moments, steps[-1].at if steps else None):
        if at:
            return at
    raise Ignored("Nothing in it says when.")


@dataclass(frozen=True)
class Journey:
    """``steps``: oldest first. ``at``: the time of the other values. ``identity``: differs from
    that of the previous post if anything has changed. ``carrier``, ``expected``: as in the
    contract. ``pickup``: the address of the pickup place, in one line.
    """

    called: OrderNames
    steps: Sequence[Step]
    at: datetime
    identity: object
    state: str | None = None
    carrier: Mapping[str, str | None] | None = None
    expected: Mapping[str, date] | None = None
    pickup: str | None = None

    def events(self, system: str) -> Iterator[IncomingEvent]:
        """An event for each step, and one for everything else. Raises `Ignored`."""
        number = self.called.tracking_number
        name = self.called.order_id or self.called.number or number
        if name is None:
            raise Ignored("The tracking names neither an order nor a parcel.")
        parcel: dict[str, Any] = {
            "order_id": identifier(name),
            "customer_id": self.called.customer_id,
            "parcel": number,
        }
        for step in self.steps[-MOST:]:
            says = (step.at, step.state, step.note, step.location, step.by)
            identity = event_id(system, parcel["order_id"], number, *says)
            said = event(step.at, step.state, note=step.note, location=step.location, **parcel)
            yield IncomingEvent(identity, said)
        yield IncomingEvent(
            event_id(system, self.identity),
            event(
                self.at,
                None if self._is_reached else self.state,
                carrier=self.carrier,
                estimated_delivery=self.expected,
                pickup={"address": self.pickup} if self.pickup else None,
                **parcel,
            ),
        )

    @property
    def _is_reached(self) -> bool:
        """Whether the last step with a state has this state."""
        stated = (step.state for step in reversed(self.steps) if step.state)
        return next(stated, None) == self.state
