"""Counts over time: once a minute each replica adds what its metrics have counted since.

A replica that shows the figures includes its own counts that it has not added yet.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import REGISTRY, Gauge

from bot.services.console.lately import Lately
from bot.services.orders.noticed import OTHERS, Noticed
from bot.services.orders.statuses import word_key
from storage.backlog import Backlog
from storage.chats import Chats
from storage.console import ConsoleNotes, Counted
from storage.dead_letters import DeadLetters
from storage.models import Figures, Source, Word

LINKED = Gauge("trackline_chats_linked", "Chats that are linked, roughly; counted once a minute")
LETTERS = Gauge("trackline_dead_letters", "Dead letters that are kept; counted once a minute")

MINUTES_KEPT = timedelta(days=2)
DAYS_KEPT = timedelta(days=400)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

_METRICS = {
    "trackline_events_total": ("events", "result"),
    "trackline_messages_total": ("messages", "outcome"),
    "trackline_event_to_phone_seconds_bucket": ("phone", "le"),
}
"""For each metric: the group of its counters, and the label that names a counter."""
_TO_PHONE = "trackline_event_to_phone_seconds"


@dataclass(frozen=True)
class Backing:
    """The backlog: how many messages wait, and for how many seconds the oldest one."""

    waiting: int
    oldest: float


@dataclass
class Counting:
    """``noticed`` and ``lately``: what this replica has seen."""

    notes: ConsoleNotes
    backlog: Backlog
    chats: Chats
    letters: DeadLetters
    noticed: Noticed
    lately: Lately
    clock: Callable[[], datetime]
    _added_words: Counter[str] = field(default_factory=Counter)
    _added_sources: Sequence[Source] = ()

    def __post_init__(self) -> None:
        self._added = _counters()

    async def add_up(self) -> None:
        """A job, once a minute. If the write fails, the counts are added the next time."""
        now, counted = self.clock(), _counters()
        backing = await self.backing()
        linked = await self.chats.count()
        LINKED.set(linked)
        LETTERS.set(await self.letters.count())
        words, sources = self._words(), self.lately.sources
        new = Counted(
            at=now,
            more=counted - self._added,
            most={"waiting": backing.waiting, "oldest": backing.oldest},
            linked=linked,
            words=_alike(words - self._added_words),
            sources=[source for source in sources if source not in self._added_sources],
        )
        minute, day = _floor(now, MINUTE), _floor(now, DAY)
        figures = {name(minute, MINUTE): (minute, MINUTES_KEPT), name(day, DAY): (day, DAYS_KEPT)}
        await self.notes.add(figures, new)
        self._added, self._added_words, self._added_sources = counted, words, sources

    def new_words(self) -> Sequence[Word]:
        """Unknown words that are not added yet, seen in the last minute."""
        now, alike = self.clock(), _alike(self._words() - self._added_words)
        return [Word(word=word, count=count, seen_at=now) for word, count in alike.values()]

    def _words(self) -> Counter[str]:
        words = self.noticed.seen.copy()
        words.pop(OTHERS, None)
        return words

    async def backing(self) -> Backing:
        """Two reads by index."""
        now = self.clock()
        since = await self.backlog.since(now)
        return Backing(len(since), (now - since[0]).total_seconds() if since else 0)

    async def latest(self, count: int, each: timedelta) -> Sequence[Figures]:
        """The figures of the latest ``count`` minutes or days, oldest first, the present last."""
        begun = _floor(self.clock(), each)
        starts = [begun - n * each for n in reversed(range(count))]
        found = await self.notes.figures([name(start, each) for start in starts])
        empty = (Figures(id=name(start, each), at=start) for start in starts)
        *before, present = [found.get(figures.id, figures) for figures in empty]
        linked = await self.chats.count()
        present = present.model_copy(update={"linked": linked})
        return [*before, _plus(present, _counters() - self._added)]


def percentile(phone: Mapping[str, int], share: float) -> float | None:
    """The seconds within which this ``share`` of messages reached Telegram. None: no messages.

    Values are assumed to be spread evenly between the bounds of a bucket.
    """
    counts = sorted(
        (float("inf") if bound == "inf" else int(bound) / 1000, count)
        for bound, count in phone.items()
        if count
    )
    rest, below = share * sum(count for _, count in counts), 0.0
    for bound, count in counts:
        below = max((each for each in _bounds() if each < bound), default=0.0)
        if rest <= count:
            return below if bound == float("inf") else below + (bound - below) * rest / count
        rest -= count
    return below if counts else None


def together(figures: Sequence[Figures]) -> Mapping[str, int]:
    """The counts of times to the phone, summed over all ``figures``."""
    phone = Counter[str]()
    for each in figures:
        phone.update(each.phone)
    return phone


def name(start: datetime, each: timedelta) -> str:
    return f"day {start:%Y-%m-%d}" if each == DAY else f"minute {start:%Y-%m-%dT%H:%M}"


def _alike(words: Mapping[str, int]) -> Mapping[str, tuple[str, int]]:
    """Words by their `word_key`: one of the spellings, and the count of all."""
    alike: dict[str, tuple[str, int]] = {}
    for word, count in words.items():
        known, before = alike.get(word_key(word), (word, 0))
        alike[word_key(word)] = known, before + count
    return alike


def _floor(at: datetime, each: timedelta) -> datetime:
    return at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % each


def _plus(figures: Figures, more: Mapping[str, int]) -> Figures:
    """The figures with this replica's counts that are not added yet."""
    changed = {place: Counter(getattr(figures, place)) for place, _ in _METRICS.values()}
    for counter, count in more.items():
        place, _, key = counter.partition(".")
        changed[place][key] += count
    return figures.model_copy(update={place: dict(counts) for place, counts in changed.items()})


def _counters() -> Counter[str]:
    """The metrics since the process started, as ``events.recorded`` or ``phone.250``."""
    counters, below = Counter[str](), 0
    metrics = REGISTRY.restricted_registry(list(_METRICS))
    for sample in (sample for metric in metrics.collect() for sample in metric.samples):
        if sample.name not in _METRICS:
            continue
        place, label = _METRICS[sample.name]
        key, count = sample.labels[label], int(sample.value)
        if place == "phone":  # the buckets of a histogram are cumulative
            key, count, below = _milliseconds(key), count - below, count
        counters[f"{place}.{key}"] = count
    return counters


def _milliseconds(bound: str) -> str:
    return "inf" if bound == "+Inf" else str(round(float(bound) * 1000))


def _bounds() -> Sequence[float]:
    metrics = REGISTRY.restricted_registry([f"{_TO_PHONE}_bucket"])
    samples = (sample for metric in metrics.collect() for sample in metric.samples)
    return [float(sample.labels["le"]) for sample in samples if "le" in sample.labels]
