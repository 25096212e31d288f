"""The shop's own words for states, with the meaning given in the settings or at the console.

The settings take precedence. A new meaning also applies to events recorded before
(docs/decisions/0020-words-mean-what-they-mean-today.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders.statuses import Status, canonical, word_key
from storage.console import ConsoleNotes, Shared
from storage.models import Meaning, Word


class Words(Mapping[str, str]):
    """A mapping from each word to its present meaning."""

    def __init__(self, settled: Mapping[str, str]) -> None:
        """``settled``: the meanings in the settings."""
        self._settled = dict(settled)
        self._words = self._settled

    def learn(self, given: Mapping[str, str]) -> bool:
        """Replaces the meanings given at the console. False: nothing has changed."""
        before = self._words
        self._words = {w: m for w, m in given.items() if not self._is_settled(w)} | self._settled
        return self._words != before

    def knows(self, word: str) -> bool:
        return self._is_settled(word) or canonical(word, self) in list(Status)

    def _is_settled(self, word: str) -> bool:
        return word_key(word) in {word_key(each) for each in self._settled}

    def __getitem__(self, word: str) -> str:
        return self._words[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


class NoSuchMeaning(Exception):
    """The word was given no meaning at the console."""


@dataclass(frozen=True)
class KnownWord:
    """``means``: None for an unknown word. ``count``, ``seen_at``: of its events while unknown."""

    word: str
    means: str | None
    count: int = 0
    seen_at: datetime | None = None


@dataclass(frozen=True)
class StatusWords:
    """``changed``: called when any meaning changes."""

    notes: ConsoleNotes
    words: Words
    changed: Callable[[], None]

    def learn(self, shared: Shared) -> None:
        if self.words.learn({meaning.word: meaning.means for meaning in shared.meanings}):
            self.changed()

    def of(self, shared: Shared, here: Sequence[Word] = ()) -> Sequence[KnownWord]:
        """Unknown words, latest first, then words with a meaning given at the console.

        ``here``: unknown words that this replica has seen and not added yet.
        """
        known = {word_key(word.word): word for word in shared.words}
        for word in here:
            before = known.get(word_key(word.word))
            count = word.count + (before.count if before else 0)
            known[word_key(word.word)] = word.model_copy(update={"count": count})
        unknown = sorted(known.values(), key=lambda word: word.seen_at, reverse=True)
        return [
            *(
                KnownWord(word.word, None, word.count, word.seen_at)
                for word in unknown
                if not self.words.knows(word.word)
            ),
            *(KnownWord(meaning.word, meaning.means) for meaning in shared.meanings),
        ]

    async def give_meaning(self, word: str, means: Status) -> None:
        await self.notes.give_meaning(word_key(word), Meaning(word=word, means=means))
        self.learn(await self.notes.shared("meaning"))

    async def take_meaning_back(self, word: str) -> None:
        """Raises `NoSuchMeaning`."""
        if not await self.notes.take_meaning_back(word_key(word)):
            raise NoSuchMeaning
        self.learn(await self.notes.shared("meaning"))
