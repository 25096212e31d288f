"""The documents as they stand in the database.

All datetimes are aware and in UTC; MongoDB keeps them to the millisecond.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
    WithJsonSchema,
)

from storage.sealing import Seal, SealedWithAnotherKey
from storage.whose import whose_of

logger = logging.getLogger(__name__)


def _opened(value: object, info: ValidationInfo) -> object:
    """Text that no key opens is left out: an order without its note is better than none."""
    if not isinstance(value, bytes):
        return value
    try:
        return _seal(info).open(value)
    except SealedWithAnotherKey:
        logger.warning("personal text does not open: its key is missing (`doctor` tells of which)")
        return None


def _sealed(value: str | None, info: SerializationInfo) -> bytes | None:
    return None if value is None else _seal(info).close(value)


def _seal(info: ValidationInfo | SerializationInfo) -> Seal:
    if not isinstance(info.context, Seal):
        raise TypeError("personal text is read and written with a seal")
    return info.context


def _opened_or_nothing_is(value: object, info: ValidationInfo) -> object:
    """Raises `SealedWithAnotherKey`."""
    return _seal(info).open(value) if isinstance(value, bytes) else value


PersonalText = Annotated[str | None, BeforeValidator(_opened), PlainSerializer(_sealed)]
"""Text about or by a person: sealed in the database, plain in the model."""
EssentialText = Annotated[
    str | None, BeforeValidator(_opened_or_nothing_is), PlainSerializer(_sealed)
]
"""The same, where nothing is better than half: what holds it cannot be read without it."""


class _Document(BaseModel):
    model_config = ConfigDict(
        populate_by_name=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,  # they are logged
    )

    def to_mongo(self, seal: Seal | None = None) -> dict[str, Any]:
        """``seal`` is needed where there is personal text."""
        return self.model_dump(by_alias=True, exclude_none=True, context=seal)

    @classmethod
    def from_mongo(cls, found: Mapping[str, Any], seal: Seal | None = None) -> Self:
        return cls.model_validate(found, context=seal)


class Carrier(_Document):
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


class Window(_Document):
    """When a delivery is expected; either end may be open.

    A moment, or a day without a time, which is the same day in every zone.
    """

    earliest: _DayOrMoment | None = None
    latest: _DayOrMoment | None = None


class Listed(_Document):
    """A parcel that a system lists: by its tracking number, or by the system's own id of it."""

    parcel: str
    carrier: Carrier | None = None


class Event(_Document):
    """One thing that the shop told us about an order, kept as it was told.

    ``id`` is the idempotency key (`webhook-id`), ``digest`` the seal's of the body it came with,
    ``rank`` sorts events of the same moment. ``implies``: the state that an event without one
    stands for while its order has none: so to create an order once more changes nothing.
    ``source``: the system that told it; None: the shop itself.
    ``lists``: all parcels that the order has for this system now or, of an event of a ``parcel``,
    all that this one consists of; None: it says nothing about that. ``is_partial``: whether the
    order is more than its parcels, as some of it is still to be sent. ``as_saved``: it is dated by
    when its system had saved it last, which may be long after it happened.
    ``tell_from``: before then it is no news to anybody, as it may be over by itself.
    """

    id: str
    digest: bytes
    occurred_at: datetime
    recorded_at: datetime
    rank: int
    status: str | None = None
    implies: str | None = None
    parcel: str | None = None
    note: PersonalText = None
    location: str | None = None
    order_number: str | None = None
    carrier: Carrier | None = None
    estimated_delivery: Window | None = None
    items: int | None = None
    source: str | None = None
    lists: list[Listed] | None = None
    tell_from: datetime | None = None
    is_partial: bool | None = None
    as_saved: bool | None = None


class Replaced(_Document):
    """An event that was told, and has given way to the order's description as a whole."""

    id: str
    digest: bytes


class Change(_Document):
    """An event that was worth telling. ``news``: the order's count of them with it."""

    event: str
    news: int


OVERDUE = timedelta(seconds=20)
"""News that is younger is still on its ordinary way to the mailboxes."""


class Order(_Document):
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
    remind_at: datetime | None = None
    look_at: datetime | None = None

    @property
    def whose(self) -> tuple[str, ...]:
        """The keys of whoever follows it: its account's, if it has one, and its own."""
        return whose_of(self.id, self.customer_id)

    @property
    def all_told(self) -> Iterator[Event | Replaced]:
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


Kind = Literal["news", "reminder"]


class Entry(_Document):
    """Something about one order that waits in a mailbox.

    ``news``: the order's count when it was posted; of a reminder, the day that it reminds of.
    ``after``: the count that had reached the mailboxes before. ``since``: when the oldest of what
    came since then was news. ``due``: it is held back until then; None: it never was.
    """

    order_id: str
    news: int
    since: datetime
    kind: Kind = "news"
    after: int = 0
    due: datetime | None = None


class Told(_Document):
    """``at``: when Telegram got it; None: it was over without being sent."""

    order_id: str
    news: int
    kind: Kind = "news"
    at: datetime | None = None


class Card(_Document):
    """The live message of an order. ``news``: the order's count when it was last written."""

    order_id: str
    message_id: int
    news: int


class Preferences(_Document):
    """How a person likes to be written to. ``language``, ``timezone``: None until they choose.

    ``hear``: of every change, of the main steps, of delivery and problems only, or of nothing.
    ``quiet``: the hours, in their zone, between which nothing is sent (22 to 7: ``(22, 7)``).
    ``cards``: one message per order that is kept up to date, in the place of new ones.
    ``digest``: the hour, in their zone, of one message a day in the place of many.
    """

    language: str | None = None
    timezone: str | None = None
    hear: Literal["all", "main", "important", "none"] = "all"
    silent: bool = False
    quiet: tuple[int, int] | None = None
    problems_break_quiet: bool = True
    cards: bool = False
    digest: int | None = None
    reminders: bool = True


class Link(_Document):
    """What a chat follows, by its person's consent: ``whose`` orders (`storage.whose`).

    ``reference``: what the shop calls the link, which tells nothing of the chat.
    """

    whose: str
    reference: str
    account_hint: PersonalText = None
    since: datetime


class Joined(_Document):
    """A new link of which others are to be told. ``untold``: ids of the chats that are left; None:
    all of them."""

    whose: str
    untold: list[int] | None = None


class Chat(_Document):
    """A private chat with its links, and its mailbox. ``language``: its phone's.

    ``version``: as of an order. ``misses``: when its person last asked for an order in vain.
    ``muted``, ``followed``: ids of the orders of which this person wants to hear nothing, or all.
    ``tell_at``: from then on other chats are to be told of what this one has ``joined``; absent
    when they have been.
    ``location_until``: so long a location that they send is the answer to our question.
    ``due_at``: when somebody should next look into the mailbox; absent when it is empty or paused.
    While a sender holds the lease, ``due_at`` is the lease's end. ``rests_until``: not before then
    in any case, for the chat's pace or after a failure; absent when nothing waits.
    ``paused``: why nothing is sent. ``heard_under``: the lease under which something was being sent
    when the person was heard from last.
    """

    id: int = Field(alias="_id")
    version: int | None = None
    links: list[Link]
    language: str | None = None
    preferences: Preferences = Preferences()
    muted: list[str] = []
    followed: list[str] = []
    tell_at: datetime | None = None
    joined: list[Joined] = []
    location_until: datetime | None = None
    misses: list[datetime] = []
    entries: list[Entry] = []
    told: list[Told] = []
    cards: list[Card] = []
    due_at: datetime | None = None
    rests_until: datetime | None = None
    lease: str | None = None
    attempts: int = 0
    paused: str | None = None
    heard_under: str | None = None

    @property
    def is_blocked(self) -> bool:
        """By its person: not every refusal of Telegram's is that."""
        return "blocked" in (self.paused or "")

    @property
    def whose(self) -> frozenset[str]:
        """All that it follows."""
        return frozenset(link.whose for link in self.links)

    def follows(self, whose: Iterable[str]) -> bool:
        return not self.whose.isdisjoint(whose)

    def link_to(self, whose: Iterable[str]) -> Link | None:
        """Its link to the first of these that it follows."""
        links = {link.whose: link for link in self.links}
        return next((links[each] for each in whose if each in links), None)


class LinkToken(_Document):
    """A promise to link a chat to an account or an order. Only hashes of its two secrets are kept.

    ``reference``: what the link goes by, as the chat's later. ``many``: it works for everybody who
    has it until it expires; else for one chat, once. ``confirm``: that the chat ``used_by`` agrees
    is not enough, the shop has to as well; ``language`` is its phone's. ``tries``: how often the
    shop has, right or wrong.
    """

    id: str = Field(alias="_id")
    reference: str = ""
    code_hash: str
    whose: str
    many: bool = False
    confirm: bool = False
    language: str | None = None
    account_hint: PersonalText = None
    expires_at: datetime
    used_by: int | None = None
    used_at: datetime | None = None
    tries: int = 0
    done: bool = False


class Share(_Document):
    """A link by which somebody else sees an order's state. ``id``: the SHA-256 of its token.

    ``whose``: by what its maker, ``chat_id``, followed the order. It works while that link stands.
    """

    id: str = Field(alias="_id")
    chat_id: int
    order_id: str
    whose: str
    created_at: datetime
    expires_at: datetime


Rating = Literal["good", "fair", "bad"]


class Opinion(_Document):
    """What a chat said of an order that it got. ``id``: ``chat:order``.

    ``reference``: how the shop may call it, which tells nothing of the chat. ``since``: when it was
    first said; ``at``: when last, be it in other words. ``prompt``: the message that has asked for
    a comment and waits for it, ``comment_until`` then.
    """

    id: str = Field(alias="_id")
    reference: str
    order_id: str
    customer_id: str | None = None
    chat_id: int
    rating: Rating
    comment: PersonalText = None
    at: datetime
    since: datetime
    prompt: int | None = None
    comment_until: datetime | None = None

    @property
    def whose(self) -> tuple[str, ...]:
        """As its order's, when it was said."""
        return whose_of(self.order_id, self.customer_id)


class Phone(_Document):
    """By which number a customer's owner is recognised. ``id``: the customer's.

    ``hash``: the number's fingerprint. The number itself is nowhere.
    """

    id: str = Field(alias="_id")
    hash: bytes
    account_hint: PersonalText = None
    at: datetime


class ShopEvent(_Document):
    """Something that the shop is to be told. ``id``: its `webhook-id`; ``body``: as it is sent.

    ``customer_id``, ``order_id``: what it names; an account's link names no order.
    ``chat_id``: whom it tells of; absent when it may outlive what is held of that chat.
    ``due_at``: when somebody should next try; while a sender holds the lease, the lease's end.
    """

    id: str = Field(alias="_id")
    type: str
    customer_id: str | None = None
    order_id: str | None = None
    chat_id: int | None = None
    body: PersonalText
    at: datetime
    due_at: datetime
    lease: str | None = None
    attempts: int = 0


class PrivacyRequest(_Document):
    """What a shop system asks about people's data. ``id``: the same for the same.

    ``kind``: to ``erase`` a customer and orders, to hand over a ``copy`` of what is held of them,
    or to ``erase_all`` that came from the ``source``. ``due_at``: it is carried out then; absent
    for a copy, which a person hands over ``until`` then.
    """

    id: str = Field(alias="_id")
    kind: Literal["erase", "copy", "erase_all"]
    source: str
    customer_id: str | None = None
    order_ids: list[str] = []
    at: datetime
    due_at: datetime | None = None
    until: datetime | None = None


class Repeatable(_Document):
    """A request that bore an idempotency key. ``id``: a hash of the key, and of who sent it.

    ``digest``: of the request, made by the seal. ``status``, ``body``: its answer; None while there
    is none. ``until``: then at the latest it is answered, or never. ``customer_id``, ``order_id``:
    all that it names.
    """

    id: str = Field(alias="_id")
    digest: bytes
    at: datetime
    until: datetime
    status: int | None = None
    body: EssentialText = None
    customer_id: list[str] | str | None = None
    order_id: list[str] | None = None


class DeadLetter(_Document):
    """News that nobody will try to send again by itself. ``id``: ``chat:news:order``.

    ``reference``: how others may call it. ``is_fresh``: the shop's staff has not been told; absent
    when it has.
    """

    id: str = Field(alias="_id")
    reference: str = ""
    chat_id: int
    order_id: str
    news: int
    since: datetime
    reason: str
    is_fresh: bool | None = None
