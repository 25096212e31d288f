"""A private chat: what it follows, its preferences, and its mailbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.models.base import Model, PersonalText

Kind = Literal["news", "reminder", "arrival"]


class Entry(Model):
    """Something about one order that waits in a mailbox.

    ``kind``: ``news`` and ``reminder`` are for followers, ``arrival`` is for those who wait for a
    shared order.
    ``news``: the order's news count when it was posted; for a reminder, the expected day.
    ``after``: the news count that had been fanned out before. ``since``: when the oldest news after
    that happened. ``due``: held back until then; None: it never was held back.
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
    """The live message of an order. ``news``: the order's news count when it was last edited."""

    order_id: str
    message_id: int
    news: int


class Preferences(Model):
    """How a person wants to be notified. ``language``, ``timezone``: None until they choose.

    ``hear``: about every change, the main steps, delivery and problems only, or nothing.
    ``silent``: without a sound. ``quiet``: the hours between which nothing is sent, in their time
    zone (22 to 7: ``(22, 7)``). ``cards``: one message per order that is kept up to date, instead
    of new messages. ``digest``: the hour of one message a day instead of many, in their time zone.
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
    """What a chat follows with its person's consent: ``whose`` orders (`storage.whose`).

    ``reference``: the shop's name for the link, which reveals nothing about the chat.
    """

    whose: str
    reference: str
    account_hint: PersonalText = None
    since: datetime


class Joined(Model):
    """A new link that is to be announced to the household. ``untold``: ids of the chats that have
    not been told; None: all of them."""

    whose: str
    untold: list[int] | None = None


class Offered(Model):
    """The person was asked how they want to write about an order. ``until``: before then, what they
    write counts as their answer, too."""

    order_id: str
    until: datetime


class Chat(Model):
    """A private chat with its links and its mailbox. ``language``: the phone's.

    A chat without a link is kept only while the arrival of a shared order is on its way to it.

    ``version``: as for an order. ``misses``: the last times when an order was asked for that was
    not found.
    ``muted``, ``followed``: ids of orders about which the person wants to hear nothing, or
    everything.
    ``tell_at``: when to tell other chats what this one has ``joined``; absent if there is nothing
    to tell.
    ``location_until``: before then, a location that they send answers our question;
    ``location_for``: the screen that asked, which is shown next.
    ``writing``: id of the order about which their messages go to the shop's staff.
    ``due_at``: when to serve the mailbox next; absent if it is empty or paused. While it is leased,
    the end of the lease. ``rests_until``: the earliest time for that, because of the chat's rate or
    after a failure; absent if nothing waits.
    ``paused``: why nothing is sent. ``heard_under``: the lease that was held when the person was
    last heard from.
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
        """Whether there is no reason to keep the chat."""
        return not self.links and (not self.entries or self.paused is not None)

    @property
    def is_blocked(self) -> bool:
        """Whether it is paused because the person has blocked the bot, and not for another
        reason."""
        return "blocked" in (self.paused or "")

    @property
    def whose(self) -> frozenset[str]:
        """The accounts and single orders that it follows."""
        return frozenset(link.whose for link in self.links)

    def follows(self, whose: Iterable[str]) -> bool:
        """Whether it follows any of these."""
        return not self.whose.isdisjoint(whose)

    def link_to(self, whose: Iterable[str]) -> Link | None:
        """Its link to the first of these that it follows."""
        links = {link.whose: link for link in self.links}
        return next((links[each] for each in whose if each in links), None)
