"""What the operator's console shows. Nothing about any customer."""

from datetime import datetime

from pydantic import Field

from storage.models.base import Model


class Trace(Model):
    """What one replica knows about an event, from its arrival to the phones.

    ``event``: its id; if it could not be read, the id of the request. ``result``: as in the event's
    log line; None: it arrived at another replica. ``chats``: how many chats it is news for; None:
    it is no news. ``again``: how often it came again. ``number``: the order number that customers
    use; None: it has none, or was not looked up. ``state``: the state that was stored; None: it has
    none, or was not recorded.
    ``sent``, ``unwanted``, ``undelivered``, ``paused``, ``held``, ``failed``: the number of chats
    with each outcome (`bot.services.console.lately.Outcome`). ``held_until``: when the last of the
    held chats gets it. ``seconds``: until the last chat got it.
    """

    event: str
    order: str | None = None
    number: str | None = None
    source: str = ""
    at: datetime
    result: str | None = None
    why: str | None = None
    state: str | None = None
    chats: int | None = None
    again: int = 0
    sent: int = 0
    unwanted: int = 0
    undelivered: int = 0
    paused: int = 0
    held: int = 0
    held_until: datetime | None = None
    failed: int = 0
    seconds: float | None = None


class Source(Model):
    """When a system last sent something that could be read, something that could not, and something
    with a wrong signature."""

    name: str
    event_at: datetime | None = None
    unread_at: datetime | None = None
    refused_at: datetime | None = None


class Word(Model):
    """An unknown word for a state. ``count``: how many events had it, the latest ``seen_at``."""

    word: str
    count: int
    seen_at: datetime


class Meaning(Model):
    """What a word for a state ``means``, as set in the console."""

    word: str
    means: str


class Figures(Model):
    """Counts for a minute or a day, summed over all replicas. ``at``: when the period began.

    ``events``: by result. ``messages``: by outcome. ``phone``: the number of messages by the upper
    bound of their time to the phone, in milliseconds. ``waiting``: the highest number of waiting
    messages. ``oldest``: the longest wait, in seconds. ``linked``: the last number of linked chats.
    """

    id: str = Field(alias="_id")
    at: datetime
    events: dict[str, int] = {}
    messages: dict[str, int] = {}
    phone: dict[str, int] = {}
    waiting: int = 0
    oldest: float = 0
    linked: int | None = None
