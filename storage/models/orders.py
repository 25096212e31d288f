"""An order with its events."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, SkipValidation, WithJsonSchema

from storage.models.base import PERSONAL, Model, PersonalText
from storage.whose import whose_of


class Carrier(Model):
    """Who brings a parcel."""

    name: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


def _day(value: object) -> object:
    """Reads a day such as ``2026-12-03``, stored as text: MongoDB has no type for a date without a
    time."""
    if isinstance(value, str) and len(value) == len("2026-12-03"):
        return date.fromisoformat(value)
    return value


def _as_text(value: date | None) -> datetime | str | None:
    return value if value is None or isinstance(value, datetime) else value.isoformat()


DAY_OR_MOMENT: dict[str, Any] = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
"""The JSON schema for it."""

_DayOrMoment = Annotated[
    datetime | date,
    BeforeValidator(_day),
    PlainSerializer(_as_text),
    WithJsonSchema(DAY_OR_MOMENT, mode="serialization"),
]


class Window(Model):
    """When a delivery is expected; either end may be open.

    Each end is a time, or a day, which is the same day in every time zone.
    """

    earliest: _DayOrMoment | None = None
    latest: _DayOrMoment | None = None


class Listed(Model):
    """A parcel that a system lists. ``parcel``: its tracking number, or the system's id for it."""

    parcel: str
    carrier: Carrier | None = None


class Item(Model):
    """An ordered item. ``parcel``: the parcel that contains it."""

    name: str
    quantity: int = 1
    parcel: str | None = None
    image_url: str | None = None


class Pickup(Model):
    """Where to fetch an order. ``hours``: in the shop's words. ``until``: how long it is kept.

    ``code``: what the customer shows there.
    """

    name: str | None = None
    address: str | None = None
    map_url: str | None = None
    hours: str | None = None
    until: _DayOrMoment | None = None
    code: str | None = None


class Action(Model):
    """A button that the shop offers. ``url``: what it opens; None: it sends the shop an event."""

    id: str
    label: str
    url: str | None = None


class Event(Model):
    """One thing that the shop said about an order, stored as received.

    ``id``: the idempotency key (`webhook-id`). ``digest``: the seal's digest of the body.
    ``rank``: sorts events of the same time. ``status``: one of ours, or a word of the shop's own
    together with its meaning. ``implies``: the state of the order as long as no event has a
    ``status``, so that creating an order again changes nothing.
    ``source``: the system that sent it; None: the shop itself.
    ``lists``: all parcels that this system now has for the order or, if the event has a ``parcel``,
    all parts of that one; None: it says nothing about that. ``is_partial``: whether a part of the
    order is still to be sent, in none of its parcels. ``as_saved``: dated by when its system last
    saved it, which may be long after it happened.
    ``items``: the number of items; ``goods``: the items.
    ``actions``: all that the customer may choose from now on; None: it says nothing about that.
    ``tell_from``: it is no news before then, as it may resolve itself.
    """

    id: str
    digest: bytes
    occurred_at: datetime
    recorded_at: datetime
    rank: int
    status: SkipValidation[str | None] = None
    implies: str | None = None
    parcel: str | None = None
    note: PersonalText = None
    location: str | None = None
    order_number: str | None = None
    carrier: Carrier | None = None
    estimated_delivery: Window | None = None
    items: int | None = None
    goods: Annotated[list[Item] | None, *PERSONAL] = None
    photo_url: PersonalText = None
    payment_url: PersonalText = None
    pickup: Annotated[Pickup | None, *PERSONAL] = None
    actions: list[Action] | None = None
    source: str | None = None
    lists: list[Listed] | None = None
    tell_from: datetime | None = None
    is_partial: bool | None = None
    as_saved: bool | None = None

    @property
    def sort_key(self) -> tuple[datetime, int, str]:
        """The order of events: by time, then by the rank of their state, then by id."""
        return self.occurred_at, self.rank, self.id


class Replaced(Model):
    """An event that was replaced by a later description of the whole order."""

    id: str
    digest: bytes


class Change(Model):
    """An event that was news. ``news``: the order's news count including it."""

    event: str
    news: int


class Choice(Model):
    """An action that a customer has chosen, and that was sent to the shop. ``event``, ``action``:
    their ids. ``at``: when; by whom is not stored, as nobody needs it.
    """

    event: str
    action: str
    at: datetime


OVERDUE = timedelta(seconds=20)
"""How long news may take to the mailboxes before a job takes care of it."""


class Order(Model):
    """An order and all its events, sorted by (``occurred_at``, ``rank``, ``id``).

    ``version``: new with each write; absent in orders of older versions of Trackline.
    ``customer_id``: None for a guest's order.
    ``keys``: what it is found by: every name that its owner may use, normalised (id, numbers,
    parcels' numbers, `button_key`), and the key of its account (`storage.whose`).
    ``contacts``: fingerprints of mail addresses and phone numbers given for it.
    ``news``: how many events so far were news. ``changes``: the latest of them.
    ``unfanned_since``: set while some news has not reached the mailboxes. ``fanned``: the news
    count that had reached them when that was set.
    ``remind_at``: when to post reminders of the expected day; absent if they were posted.
    ``look_at``: when a job should check the order for either reason; absent if for none.
    ``closed``: no more events are expected; derived from the events, to list open orders first.
    ``replaced``: ids of events that the order no longer holds, to recognise a repeat.
    ``chosen``: the actions that the shop was told of.
    ``awaited``: True if somebody with a share waits for its arrival.
    """

    id: str = Field(alias="_id")
    version: int | None = None
    customer_id: str | None = None
    keys: list[str] = []
    contacts: list[bytes] = []
    events: list[Event] = []
    latest_at: datetime
    created_at: datetime
    news: int = 0
    changes: list[Change] = []
    fanned: int = 0
    unfanned_since: datetime | None = None
    closed: bool = False
    replaced: list[Replaced] = []
    chosen: list[Choice] = []
    remind_at: datetime | None = None
    look_at: datetime | None = None
    awaited: bool | None = None

    @property
    def whose(self) -> tuple[str, ...]:
        """What it belongs to: its account, if it has one, and itself."""
        return whose_of(self.id, self.customer_id)

    @property
    def all_events(self) -> Iterator[Event | Replaced]:
        """All events that it ever had, the latest first."""
        return chain(reversed(self.events), self.replaced)

    @property
    def to_look_at(self) -> datetime | None:
        """What ``look_at`` should be, given the other fields."""
        overdue = self.unfanned_since + OVERDUE if self.unfanned_since else None
        return min(filter(None, (overdue, self.remind_at)), default=None)

    @property
    def reached(self) -> int:
        """The news count that has reached the mailboxes."""
        return self.news if self.unfanned_since is None else self.fanned
