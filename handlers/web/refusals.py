"""The responses to errors of services: one table for all routes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from aiohttp import web

from bot.services.console.words import NoSuchMeaning
from bot.services.news.undelivered import NoSuchLetter
from bot.services.orders.recording import IdTaken, NotThisCustomers, TooManyEvents, UnknownOrder
from bot.services.orders.tracking import OrderNotFound
from bot.services.people.links import LinkNotFound, NotAgreed, WrongProof
from bot.services.people.onlookers import NoPages
from bot.services.people.privacy import CustomerErased
from bot.services.people.privacy_requests import NoSuchRequest
from bot.services.people.sharing import NothingToShare
from handlers.web.problems import Problem, WrongFields


@dataclass(frozen=True)
class Refusal:
    """``wrong``: the name of the wrong field, for a 422."""

    status: HTTPStatus
    detail: str
    wrong: str | None = None

    def problem(self) -> Problem:
        if self.wrong:
            return WrongFields([(self.wrong, self.detail)])
        return Problem(self.status, self.detail)


def _wrong(field: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, detail, field)


REFUSALS: Mapping[type[Exception], Refusal] = {
    UnknownOrder: Refusal(
        HTTPStatus.NOT_FOUND,
        "This order was never seen. Its first event needs data.customer_id, or is order.created.",
    ),
    OrderNotFound: Refusal(HTTPStatus.NOT_FOUND, "This order was never seen."),
    LinkNotFound: Refusal(HTTPStatus.NOT_FOUND, "There is no such link."),
    NothingToShare: Refusal(
        HTTPStatus.CONFLICT, "This order was over more than a day ago: there is no page of it."
    ),
    NoPages: Refusal(
        HTTPStatus.NOT_FOUND,
        "There are no tracking pages here: the service has no PUBLIC_URL, or TRACKING_PAGE=off.",
    ),
    NotAgreed: Refusal(HTTPStatus.CONFLICT, "Nobody has agreed to it in a chat yet."),
    WrongProof: _wrong("proof", "The chat shows another. Five wrong ones end the link."),
    NoSuchRequest: Refusal(HTTPStatus.NOT_FOUND, "There is no such request, or it has ended."),
    NoSuchLetter: Refusal(HTTPStatus.NOT_FOUND, "There is no such dead letter."),
    NoSuchMeaning: Refusal(HTTPStatus.NOT_FOUND, "Nobody has said here what this word means."),
    IdTaken: Refusal(HTTPStatus.CONFLICT, "Another event of this order came with this id before."),
    NotThisCustomers: _wrong("customer_id", "This order is another customer's."),
    TooManyEvents: _wrong("order_id", "This order has too many events."),
    CustomerErased: _wrong("customer_id", "This customer or order was erased."),
}


def refusing(*errors: type[Exception]) -> Mapping[type[Exception], Refusal]:
    return {error: REFUSALS[error] for error in errors}


def _in_an_event(refusal: Refusal) -> Refusal:
    """In an event, the fields are inside ``data``."""
    return replace(refusal, wrong=refusal.wrong and f"data.{refusal.wrong}")


OF_EVENTS: Mapping[type[Exception], Refusal] = {
    error: _in_an_event(REFUSALS[error])
    for error in (UnknownOrder, IdTaken, NotThisCustomers, TooManyEvents, CustomerErased)
}


@web.middleware
async def answer_refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turns an error of a service into its response, the same on all routes."""
    table = OF_EVENTS if request.path.startswith("/webhooks/") else REFUSALS
    try:
        return await handler(request)
    except tuple(table) as error:
        raise table[type(error)].problem() from None
