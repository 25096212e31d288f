"""The operator's console: the knowledge of all replicas, shown by one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.console.figures import DAY, MINUTE, Backing, Counting
from bot.services.console.lately import of_all
from bot.services.console.sessions import Sessions
from bot.services.console.stories import Stories
from bot.services.console.words import KnownWord, StatusWords
from storage.console import ConsoleNotes
from storage.models import Figures, Source, Trace

WATCHED = timedelta(seconds=30)
"""How long the replicas share what they know after the console was last open."""
SHOWN = 100
"""How many of the latest events are shown."""


@dataclass(frozen=True)
class Now:
    """``at``: by the clock of the replicas. ``traces``: latest first. ``words``: words for states,
    unknown ones first.
    """

    at: datetime
    traces: Sequence[Trace]
    sources: Sequence[Source]
    words: Sequence[KnownWord]
    backing: Backing


@dataclass(frozen=True, kw_only=True)
class Console:
    """``connected``: the names of the configured sources."""

    notes: ConsoleNotes
    counting: Counting
    words: StatusWords
    stories: Stories
    sessions: Sessions
    connected: Sequence[str]

    async def now(self) -> Now:
        """What the console shows now. Four reads, and sometimes a write: it tells the other
        replicas that the console is open."""
        now = self.counting.clock()
        kinds = ("word", "meaning", "source", "traces", "watched")
        shared = await self.notes.shared(*kinds, but=self.counting.lately.replica)
        if shared.watched_until is None or shared.watched_until - now < WATCHED / 2:
            await self.notes.watch(now + WATCHED)
        self.words.learn(shared)
        return Now(
            now,
            of_all([self.counting.lately.traces, *shared.traces])[:SHOWN],
            self._sources(shared.sources),
            self.words.of(shared, self.counting.new_words()),
            await self.counting.backing(),
        )

    async def all_words(self) -> Sequence[KnownWord]:
        """Words for states, unknown ones first."""
        shared = await self.notes.shared("word", "meaning")
        return self.words.of(shared, self.counting.new_words())

    async def minutes(self, count: int) -> Sequence[Figures]:
        """The figures of the latest ``count`` minutes, oldest first."""
        return await self.counting.latest(count, MINUTE)

    async def days(self, count: int) -> Sequence[Figures]:
        """The figures of the latest ``count`` days, oldest first."""
        return await self.counting.latest(count, DAY)

    async def keep_up(self) -> None:
        """A job, every few seconds: learns the meanings that were given at the console and, while
        it is open, shares the traces of this replica."""
        shared = await self.notes.shared("meaning", "watched")
        self.words.learn(shared)
        now, traces = self.counting.clock(), self.counting.lately.traces
        if traces and shared.watched_until and shared.watched_until > now:
            await self.notes.leave_traces(self.counting.lately.replica, traces[-SHOWN:], now)

    def _sources(self, shared: Sequence[Source]) -> Sequence[Source]:
        """The sources by name, each with the latest times that any replica knows."""
        known = {name: Source(name=name) for name in self.connected}
        for source in (*shared, *self.counting.lately.sources):
            known[source.name] = _later(known.get(source.name, source), source)
        return list(known.values())


def _later(one: Source, other: Source) -> Source:
    latest = {
        field: max(filter(None, (getattr(one, field), getattr(other, field))), default=None)
        for field in ("event_at", "unread_at", "refused_at")
    }
    return one.model_copy(update=latest)
