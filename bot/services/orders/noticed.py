"""Counts of recorded states, unknown words and unreadable posts, for the shop's staff.

This is the only place that detects a state that nobody has defined, whatever its source.
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
"""How many different unknown states are reported by their own word."""
OTHERS = "others"
"""The label of all unknown states beyond `MOST_WORDS`."""
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
    """Why a correctly signed post of a shop system could not be used."""

    UNREADABLE = "unreadable"
    OLD_FORM = "old_form"
    TOO_LARGE = "too_large"
    UNKNOWN_ORDER = "unknown_order"
    ANOTHER_CUSTOMERS = "another_customers"
    FULL = "full"


TO_MEND = frozenset({Unread.UNREADABLE, Unread.OLD_FORM, Unread.ANOTHER_CUSTOMERS, Unread.FULL})
"""Reasons that the shop can fix. The others are normal, for example with guests' orders."""

UNREAD = Metric(
    "trackline_posts_unread_total",
    "Posts of shop systems that came to nothing, by the system and why. They were answered with "
    "200, for the system would end its webhook otherwise.",
    ["system", "reason"],
)

log = structlog.get_logger()


_KNOWN = frozenset(Status)


def is_unknown(status: str, named: Collection[str]) -> bool:
    """Whether customers see the raw word, because the state is neither ours nor in ``named``."""
    return status not in _KNOWN and status.casefold() not in named


@dataclass
class Noticed:
    """Counts of this process since they were last taken.

    ``named``: the shop's own states for which the operator has set a name. ``states``: recorded
    states. ``words``: unknown states. ``posts``: posts that could not be used, by system and
    reason. ``seen``: unknown states since the process started.
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
        """``fields``: paths of the invalid fields, without their values."""
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
        """Logs each unknown word once, with its count so far."""
        unlogged, self._unlogged = self._unlogged, set()
        for word in sorted(unlogged):
            log.warning("unknown_state", word=word, count=self.seen[word], mend=MEND)
