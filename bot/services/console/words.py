"""The shop's own words for states: the operator's in the settings, and those given at the console.

What the settings say comes first. A word that gets a meaning has it from then on, and for all that
was told before (docs/decisions/0020-words-mean-what-they-mean-today.md).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders.statuses import Status, canonical, plain
from storage.console import ConsoleNotes, Shared
from storage.models import Meaning, Word


class Words(Mapping[str, str]):
    """What each word means, as of now."""

    def __init__(self, settled: Mapping[str, str]) -> None:
        """``settled``: in the settings."""
        self._settled = dict(settled)
        self._words = self._settled

    def learn(self, given: Mapping[str, str]) -> bool:
        """``given``: at the console. False: all of it was known."""
        before = self._words
        self._words = {w: m for w, m in given.items() if not self._is_settled(w)} | self._settled
        return self._words != before

    def knows(self, word: str) -> bool:
        return self._is_settled(word) or canonical(word, self) in list(Status)

    def _is_settled(self, word: str) -> bool:
        return plain(word) in {plain(each) for each in self._settled}

    def __getitem__(self, word: str) -> str:
        return self._words[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


class NoSuchMeaning(Exception):
    """Nobody has given the word one."""


@dataclass(frozen=True)
class KnownWord:
    """``means``: None: nobody has said. ``count``, ``seen_at``: of events that came before that."""

    word: str
    means: str | None
    count: int = 0
    seen_at: datetime | None = None


@dataclass(frozen=True)
class StatusWords:
    """``changed``: hears that words mean something else."""

    notes: ConsoleNotes
    words: Words
    changed: Callable[[], None]

    def learn(self, shared: Shared) -> None:
        if self.words.learn({meaning.word: meaning.means for meaning in shared.meanings}):
            self.changed()

    def of(self, shared: Shared, here: Sequence[Word] = ()) -> Sequence[KnownWord]:
        """Those that nobody knows, the latest first, and then those with a meaning. ``here``: what
        this replica has met and not added yet."""
        known = {plain(word.word): word for word in shared.words}
        for word in here:
            before = known.get(plain(word.word))
            count = word.count + (before.count if before else 0)
            known[plain(word.word)] = word.model_copy(update={"count": count})
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
        await self.notes.give_meaning(plain(word), Meaning(word=word, means=means))
        self.learn(await self.notes.shared("meaning"))

    async def take_meaning_back(self, word: str) -> None:
        """Raises `NoSuchMeaning`."""
        if not await self.notes.take_meaning_back(plain(word)):
            raise NoSuchMeaning
        self.learn(await self.notes.shared("meaning"))
