"""`/api/v1/dead-letters`: messages that could not be sent; list, send again or delete them."""

from http import HTTPStatus
from typing import Literal

from aiohttp import web
from pydantic import AwareDatetime

from bot.services.news.undelivered import NoSuchLetter
from bot.services.shop.keys import Scope
from handlers.web.api.operation import Body, example, for_console, operation
from handlers.web.api.paging import Wanted, following
from handlers.web.backend import Backend
from handlers.web.refusals import refusing
from storage.models import DeadLetter

routes = web.RouteTableDef()


class DeadLetterInfo(Body):
    """A message that could not be sent."""

    model_config = example(
        dead_letter_id="0b9f4c7d2e61",
        order_id="ord_1",
        order_number="1001",
        since="2026-11-20T09:30:01Z",
        reason="Bad Request: chat not found",
    )

    dead_letter_id: str
    order_id: str
    order_number: str | None
    """The number that customers use. Null: the order is gone."""
    since: AwareDatetime
    reason: str
    """Telegram's error, or the kind of our own error."""

    @classmethod
    def of(cls, letter: DeadLetter, number: str | None) -> "DeadLetterInfo":
        return cls(
            dead_letter_id=letter.reference,
            order_id=letter.order_id,
            order_number=number,
            since=letter.since,
            reason=letter.reason,
        )


class DeadLetterPage(Body):
    """A page of dead letters, oldest first."""

    dead_letters: list[DeadLetterInfo]
    next: str | None
    """Pass this as ``after`` to get what follows. Null if there has never been anything."""


class SentAgain(Body):
    """The result."""

    model_config = example(result="waiting")

    result: Literal["waiting", "unlinked"]
    """`waiting`: it will be sent again. `unlinked`: the chat is gone, and so is the letter."""


@routes.get("/api/v1/dead-letters")
@operation(Scope.READ)
@for_console
async def list_dead_letters(backend: Backend, query: Wanted) -> DeadLetterPage:
    """List the messages that could not be sent, and why, oldest first."""
    found = await backend.undelivered.page(query.after, query.limit)
    numbers = await backend.undelivered.numbers(found)
    last = (found[-1].since, found[-1].reference) if found else None
    return DeadLetterPage(
        dead_letters=[DeadLetterInfo.of(letter, numbers.get(letter.order_id)) for letter in found],
        next=following(last, query),
    )


@routes.post("/api/v1/dead-letters/{dead_letter_id}/send-again")
@operation(Scope.WRITE, refusals=refusing(NoSuchLetter))
@for_console
async def send_dead_letter_again(backend: Backend, dead_letter_id: str) -> SentAgain:
    """Send one again, with the current state of the order."""
    letter = await backend.undelivered.named(dead_letter_id)
    waits = await backend.undelivered.send_again(letter)
    return SentAgain(result="waiting" if waits else "unlinked")


@routes.delete("/api/v1/dead-letters/{dead_letter_id}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, refusals=refusing(NoSuchLetter))
@for_console
async def remove_dead_letter(backend: Backend, dead_letter_id: str) -> None:
    """Delete one that is no longer needed."""
    await backend.undelivered.remove(await backend.undelivered.named(dead_letter_id))
