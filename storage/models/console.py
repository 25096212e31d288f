"""What the operator's console shows: nothing of any customer."""

from datetime import datetime

from pydantic import Field

from storage.models.base import Model


class Trace(Model):
    """What a replica knows of one event, from its arrival to the phones.

    ``event``: its id; of what could not be read, the id that its sender gave the post. ``result``:
    as the event's line in the log has it; None: it arrived at another replica. ``chats``: how many
    it is news for; None: it is none. ``again``: how often it came again.
    ``number``: the order's, as its customer calls it; None: it has none, or was not looked up.
    ``state``: that it tells, in the word that is kept; None: it tells none, or was not recorded.
    ``sent``, ``unwanted``, ``undelivered``, ``paused``, ``held``, ``failed``: chats of which each
    became so, as `bot.services.console.lately.Outcome` has it. ``held_until``: the last of those
    that hear later, hears it then. ``seconds``: until the last that has it, had it.
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
    """When something came last from there: what could be read, what could not, and what was not
    signed as it should be."""

    name: str
    event_at: datetime | None = None
    unread_at: datetime | None = None
    refused_at: datetime | None = None


class Word(Model):
    """A word for a state that nobody knew. ``count``: events with it, the latest ``seen_at``."""

    word: str
    count: int
    seen_at: datetime


class Meaning(Model):
    """What a word for a state ``means``, as somebody has said at the console."""

    word: str
    means: str


class Figures(Model):
    """Counts of a minute or a day, of all replicas together. ``at``: when it began.

    ``events`` by result, ``messages`` by outcome. ``phone``: messages by the upper bound of their
    time to the phone, in milliseconds. ``waiting``, ``oldest``: the most messages that waited, and
    the seconds of the oldest. ``linked``: chats that were linked when it was counted last.
    """

    id: str = Field(alias="_id")
    at: datetime
    events: dict[str, int] = {}
    messages: dict[str, int] = {}
    phone: dict[str, int] = {}
    waiting: int = 0
    oldest: float = 0
    linked: int | None = None
