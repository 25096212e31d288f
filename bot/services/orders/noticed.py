"""What was recorded, for those of the shop who watch over it.

The one place that notices a state which nobody knows, whatever brought it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import structlog
from prometheus_client import Counter as Metric

from bot.services.console.lately import LATELY
from bot.services.orders.statuses import Status

MOST_WORDS = 50
"""Different states that nobody knows, of which so many are told by their word."""
OTHERS = "others"
"""What all that come beyond them are called together."""
MEND = (
    "Map in the console, or STATUS_WORDS, says what a word means, like 'gone=shipped'; "
    "STATUS_NAMES translates it"
)

UNKNOWN = Metric(
    "trackline_unknown_states_total",
    "Events in a state that nobody knows, by the shop's word for it. Customers read the word as it "
    f"is: {MEND}.",
    ["word"],
)


class Unread(StrEnum):
    """Why a shop system's post came to nothing, though it was signed as it should be."""

    UNREADABLE = "unreadable"
    OLD_FORM = "old_form"
    TOO_LARGE = "too_large"
    UNKNOWN_ORDER = "unknown_order"
    ANOTHER_CUSTOMERS = "another_customers"
    FULL = "full"


TO_MEND = frozenset({Unread.UNREADABLE, Unread.OLD_FORM, Unread.ANOTHER_CUSTOMERS, Unread.FULL})
"""Those that the shop's people can do something about; others come with every guest's order."""

UNREAD = Metric(
    "trackline_posts_unread_total",
    "Posts of shop systems that came to nothing, by the system and why. They were answered with "
    "200, for the system would end its webhook otherwise.",
    ["system", "reason"],
)

log = structlog.get_logger()


_KNOWN = frozenset(Status)


def is_unknown(status: str, named: Collection[str]) -> bool:
    """Whether customers read this state as it stands: it is neither ours nor ``named``."""
    return status not in _KNOWN and status.casefold() not in named


@dataclass
class Noticed:
    """What this process has recorded since somebody looked. ``words``: states unknown to us, and
    how often each came. ``named``: the shop's own that customers read in words of the operator.
    ``posts``: how many of a system were not read, and why. ``seen``: as ``words``, since it began.
    """

    named: Collection[str] = frozenset()
    states: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    posts: Counter[tuple[str, Unread]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    _unlogged: set[str] = field(default_factory=set)

    def state(self, status: str) -> None:
        self.states[status if status in _KNOWN else "other"] += 1
        if is_unknown(status, self.named):
            self._unknown(status)

    def _unknown(self, word: str) -> None:
        if word not in self.seen:
            word = word if len(self.seen) < MOST_WORDS else OTHERS
            self._unlogged |= {word} - self.seen.keys()
        self.seen[word] += 1
        self.words[word] += 1
        UNKNOWN.labels(word).inc()

    def post(self, system: str, why: Unread, fields: Sequence[str] = ()) -> None:
        """``fields``: the places that are wrong, without what stands there."""
        UNREAD.labels(system, why).inc()
        LATELY.unread(system)
        log.warning("post_unread", system=system, why=str(why), fields=list(fields))
        if why in TO_MEND:
            self.posts[system, why] += 1

    def take_states(self) -> Counter[str]:
        taken, self.states = self.states, Counter()
        return taken

    def take_words(self) -> Counter[str]:
        taken, self.words = self.words, Counter()
        return taken

    def take_posts(self) -> Counter[tuple[str, Unread]]:
        taken, self.posts = self.posts, Counter()
        return taken

    async def log_words(self) -> None:
        """Each once, with how often it came until now."""
        unlogged, self._unlogged = self._unlogged, set()
        for word in sorted(unlogged):
            log.warning("unknown_state", word=word, count=self.seen[word], mend=MEND)
