"""Stored states, read with the present meaning of the operator's words.

An event stores a word that was unknown when it arrived. `STATUS_WORDS` may define it later
(docs/decisions/0020-words-mean-what-they-mean-today.md).
"""

from collections.abc import Mapping
from functools import lru_cache
from operator import is_

from bot.services.orders.statuses import Dialect, OwnState, Status, canonical
from storage.models import Event, Order

_CLEAR = frozenset({None, *Status})
DIFFERENT = 1000
"""How many different words are cached with their meaning."""


class Meanings:
    """``words``: the operator's. Those with a system's name apply to events of that system only."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self._systems = {word.partition(".")[0].strip() for word in words if "." in word}
        self._meant = lru_cache(DIFFERENT)(self._look_up)
        self.forget = self._meant.cache_clear
        """Call this when the words have changed."""

    def today(self, order: Order) -> Order:
        """The order with its states as understood today; the same object if none differs."""
        if all(event.status in _CLEAR for event in order.events):
            return order
        events = [self._today(event) for event in order.events]
        is_as_stored = all(map(is_, events, order.events))
        return order if is_as_stored else order.model_copy(update={"events": events})

    def _today(self, event: Event) -> Event:
        if event.status is None or event.status in _CLEAR:
            return event
        system = event.source if event.source in self._systems else None
        status = self._meant(event.status, system)
        is_as_stored = status == event.status and not isinstance(status, OwnState)
        return event if is_as_stored else event.model_copy(update={"status": status})

    def _look_up(self, word: str, system: str | None) -> str:
        words = Dialect(system, {}).overridden_by(self._words) if system else self._words
        return canonical(word, words)
