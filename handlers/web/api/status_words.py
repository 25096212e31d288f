"""`/api/v1/status-words`: unknown words for states, and what they mean."""

from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, StringConstraints

from bot.services.console.words import KnownWord, NoSuchMeaning
from bot.services.orders.statuses import Status
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, for_console, operation
from handlers.web.backend import Backend
from handlers.web.refusals import refusing

routes = web.RouteTableDef()

AWord = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class WordInfo(Body):
    """A word for a state."""

    model_config = example(word="gone", means=None, count=3, seen_at="2026-11-20T09:30:00Z")

    word: str
    """As the shop sent it."""
    means: Status | None
    """Its meaning; null: unknown."""
    count: int
    """How many events had it while it was unknown. Other replicas' events count after a minute."""
    seen_at: AwareDatetime | None
    """When the latest of them came."""

    @classmethod
    def of(cls, word: KnownWord) -> "WordInfo":
        means = None if word.means is None else Status(word.means)
        return cls(word=word.word, means=means, count=word.count, seen_at=word.seen_at)


class WordList(Body):
    """Unknown words, the latest first, followed by those that were given a meaning here."""

    status_words: list[WordInfo]


class GivenMeaning(Body):
    """What a word means."""

    model_config = example(means="shipped")

    means: Status


@routes.get("/api/v1/status-words")
@operation(Scope.READ)
@for_console
async def list_status_words(backend: Backend) -> WordList:
    """List unknown words for states, and those that were given a meaning here.

    The words in `STATUS_WORDS` and `STATES_FILE` are not listed.
    """
    return WordList(status_words=[WordInfo.of(word) for word in await backend.console.all_words()])


@routes.put("/api/v1/status-words/{word}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT)
@for_console
async def set_status_word(backend: Backend, word: AWord, body: GivenMeaning) -> None:
    """Set what a word for a state means, for past and future events.

    It takes effect on every replica within seconds. `STATUS_WORDS` takes precedence.
    """
    await backend.console.words.give_meaning(word, body.means)


@routes.delete("/api/v1/status-words/{word}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, refusals=refusing(NoSuchMeaning))
@for_console
async def remove_status_word(backend: Backend, word: AWord) -> None:
    """Remove the meaning of a word: orders show the word itself again."""
    await backend.console.words.take_meaning_back(word)
