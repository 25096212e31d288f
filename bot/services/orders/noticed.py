"""What was recorded, for those of the shop who watch over it."""

from collections import Counter
from dataclasses import dataclass, field

from bot.services.orders.statuses import Status

MOST_WORDS = 50
"""States that nobody knows, of which so many are told at a time."""


@dataclass
class Noticed:
    """What this process has recorded since somebody looked. ``words``: states unknown to us."""

    states: Counter[str] = field(default_factory=Counter)
    words: set[str] = field(default_factory=set)

    def state(self, status: str) -> None:
        known = status in list(Status)
        self.states[status if known else "other"] += 1
        if not known and len(self.words) < MOST_WORDS:
            self.words.add(status)

    def take_states(self) -> Counter[str]:
        taken, self.states = self.states, Counter()
        return taken

    def take_words(self) -> set[str]:
        taken, self.words = self.words, set()
        return taken
