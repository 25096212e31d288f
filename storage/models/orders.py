"""An order with its events, as it stands in the database."""

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
    """``2026-12-03``: the database has no days, and a moment of that day is another thing."""
    if isinstance(value, str) and len(value) == len("2026-12-03"):
        return date.fromisoformat(value)
    return value


def _as_text(value: date | None) -> datetime | str | None:
    return value if value is None or isinstance(value, datetime) else value.isoformat()


DAY_OR_MOMENT: dict[str, Any] = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
"""As a JSON schema says it."""

_DayOrMoment = Annotated[
    datetime | date,
    BeforeValidator(_day),
    PlainSerializer(_as_text),
    WithJsonSchema(DAY_OR_MOMENT, mode="serialization"),
]


class Window(Model):
    """When a delivery is expected; either end may be open.

    A moment, or a day without a time, which is the same day in every zone.
    """

    earliest: _DayOrMoment | None = None
    latest: _DayOrMoment | None = None


class Listed(Model):
    """A parcel that a system lists: by its tracking number, or by the system's own id of it."""

    parcel: str
    carrier: Carrier | None = None


class Item(Model):
    """Something that was ordered. ``parcel``: in which of the order's parcels it is."""

    name: str
    quantity: int = 1
    parcel: str | None = None
    image_url: str | None = None


class Pickup(Model):
    """Where an order is fetched. ``hours``: in the shop's words. ``until``: it is kept till then.

    ``code``: what is shown there.
    """

    name: str | None = None
    address: str | None = None
    map_url: str | None = None
    hours: str | None = None
    until: _DayOrMoment | None = None
    code: str | None = None


class Action(Model):
    """Something that the shop offers its customer. ``url``: where; None: the shop is told."""

    id: str
    label: str
    url: str | None = None


class Event(Model):
    """One thing that the shop told us about an order, kept as it was told.

    ``id`` is the idempotency key (`webhook-id`), ``digest`` the seal's of the body it came with,
    ``rank`` sorts events of the same moment. ``status`` is kept as it is: with a word of the shop's
    own goes what it means. ``implies``: the state that an event without one
    stands for while its order has none: so to create an order once more changes nothing.
    ``source``: the system that told it; None: the shop itself.
    ``lists``: all parcels that the order has for this system now or, of an event of a ``parcel``,
    all that this one consists of; None: it says nothing about that. ``is_partial``: whether the
    order is more than its parcels, as some of it is still to be sent. ``as_saved``: it is dated by
    when its system had saved it last, which may be long after it happened.
    ``items``: how many things were ordered; ``goods``: which.
    ``actions``: all that the customer may choose from now on; None: it says nothing about that.
    ``tell_from``: before then it is no news to anybody, as it may be over by itself.
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


class Replaced(Model):
    """An event that was told, and has given way to the order's description as a whole."""

    id: str
    digest: bytes


class Change(Model):
    """An event that was worth telling. ``news``: the order's count of them with it."""

    event: str
    news: int


class Choice(Model):
    """What a customer has chosen of an event's actions, and the shop was told. ``event``,
    ``action``: their ids. ``at``: when; by whom, nobody needs to know.
    """

    event: str
    action: str
    at: datetime


OVERDUE = timedelta(seconds=20)
"""News that is younger is still on its ordinary way to the mailboxes."""


class Order(Model):
    """An order and all its events, sorted by (``occurred_at``, ``rank``, ``id``).

    ``version``: another with each write; absent until a version of Trackline that has versions
    writes it.
    ``customer_id``: None while it is a guest's.
    ``keys``: all that it is found by: what its owner may call it, normalised (id, numbers, parcels'
    numbers, `button_key`), and its account's (`storage.whose`).
    ``contacts``: fingerprints of what was given for it, a mail address or a phone number.
    ``news``: how many changes of state so far were worth telling.
    ``changes``: the latest of them. ``unfanned_since``: set while some of the news has not reached
    the mailboxes. ``fanned``: how many had, when that was set.
    ``remind_at``: from then on the mailboxes want reminders of the expected day; absent when they
    have them.
    ``look_at``: when somebody should look at it for one of the two; absent: there is no need to.
    ``closed``: nothing more is expected; derived from the events, to list open orders first.
    ``replaced``: events that the order no longer holds, so that a repeat is known as one.
    ``chosen``: the events' actions that the shop was told of.
    ``awaited``: since somebody who was given a link wants to be told when it arrives.
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
        """The keys of whoever follows it: its account's, if it has one, and its own."""
        return whose_of(self.id, self.customer_id)

    @property
    def all_events(self) -> Iterator[Event | Replaced]:
        """All events that were ever told of it, the latest first."""
        return chain(reversed(self.events), self.replaced)

    @property
    def to_look_at(self) -> datetime | None:
        """What ``look_at`` should be: while news is young it is on its ordinary way."""
        overdue = self.unfanned_since + OVERDUE if self.unfanned_since else None
        return min(filter(None, (overdue, self.remind_at)), default=None)

    @property
    def reached(self) -> int:
        """How many changes have reached the mailboxes."""
        return self.news if self.unfanned_since is None else self.fanned
