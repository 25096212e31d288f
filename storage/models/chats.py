"""A private chat with what it follows and how, and its mailbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.models.base import Model, PersonalText

Kind = Literal["news", "reminder", "arrival"]


class Entry(Model):
    """Something about one order that waits in a mailbox.

    ``kind``: ``news`` and a ``reminder`` are for who follows it, its ``arrival`` is for who was
    given a link to it.
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


class PastEntry(Model):
    """``at``: when Telegram got it; None: it was over without being sent."""

    order_id: str
    news: int
    kind: Kind = "news"
    at: datetime | None = None


class Card(Model):
    """The live message of an order. ``news``: the order's count when it was last written."""

    order_id: str
    message_id: int
    news: int


class Preferences(Model):
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


class Link(Model):
    """What a chat follows, by its person's consent: ``whose`` orders (`storage.whose`).

    ``reference``: what the shop calls the link, which tells nothing of the chat.
    """

    whose: str
    reference: str
    account_hint: PersonalText = None
    since: datetime


class Joined(Model):
    """A new link of which others are to be told. ``untold``: ids of the chats that are left; None:
    all of them."""

    whose: str
    untold: list[int] | None = None


class Offered(Model):
    """Somebody was asked how they want to write about an order. ``until``: that long what they
    write is their answer, too."""

    order_id: str
    until: datetime


class Chat(Model):
    """A private chat with its links, and its mailbox. ``language``: its phone's.

    Without a link, it is only kept while the arrival of an order is on its way there.

    ``version``: as of an order. ``misses``: when its person last asked for an order in vain.
    ``muted``, ``followed``: ids of the orders of which this person wants to hear nothing, or all.
    ``tell_at``: from then on other chats are to be told of what this one has ``joined``; absent
    when they have been.
    ``location_until``: so long a location that they send is the answer to our question;
    ``location_for``: the screen that wanted it, which comes then.
    ``writing``: id of the order about which what they write goes to the shop's staff.
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
    location_for: str | None = None
    writing: str | None = None
    about_to_write: Offered | None = None
    misses: list[datetime] = []
    entries: list[Entry] = []
    told: list[PastEntry] = []
    cards: list[Card] = []
    due_at: datetime | None = None
    rests_until: datetime | None = None
    lease: str | None = None
    attempts: int = 0
    paused: str | None = None
    heard_under: str | None = None

    @property
    def is_over(self) -> bool:
        """There is nothing to keep it for."""
        return not self.links and (not self.entries or self.paused is not None)

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
