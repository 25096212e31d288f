"""`/api/v1/customers/{customer_id}`: erase customers, and set or remove their phone numbers."""

from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, SecretStr, WithJsonSchema

from bot.services.orders.values import Identifier
from bot.services.people.phones import NotAPhone, normalised
from bot.services.shop.keys import Scope
from handlers.web.api.links import AccountHint
from handlers.web.api.operation import Body, example, operation
from handlers.web.backend import Backend
from storage.whose import account

routes = web.RouteTableDef()

NO_PHONE = "It is no phone number in the international form, like +256700000000."


def _with_its_country(phone: SecretStr) -> SecretStr:
    """Requires a plus: without it, a national number could pass for an international one."""
    given = phone.get_secret_value().strip()
    if not given.startswith("+"):
        raise ValueError(NO_PHONE)
    try:
        return SecretStr(normalised(given))
    except NotAPhone:
        raise ValueError(NO_PHONE) from None


class GivenPhone(Body):
    """A number that you have verified."""

    model_config = example(phone="+256700000000", account_hint="a•••@example.com")

    phone: Annotated[
        SecretStr,
        AfterValidator(_with_its_country),
        WithJsonSchema({"type": "string", "format": "phone", "writeOnly": True}),
    ]  # kept out of `repr` and tracebacks
    """In the international form. Only a keyed hash of it is stored."""
    account_hint: AccountHint = None
    """How the customer knows the account, masked by you. The bot shows it before they agree."""


@routes.delete("/api/v1/customers/{customer_id}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, in_time=False)
async def erase_customer(backend: Backend, customer_id: Identifier) -> None:
    """Erase everything held about a customer, for good.

    The answer comes when nothing more can be sent: usually at once, after a crash within a minute.
    Later events for the customer are refused.
    """
    await backend.privacy.erase(account(customer_id))


@routes.put("/api/v1/customers/{customer_id}/phone")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT)
async def set_phone(backend: Backend, customer_id: Identifier, body: GivenPhone) -> None:
    """Set a customer's phone number, replacing a previous one.

    A person who shares it as their own in the chat is asked whether to connect. Only a keyed hash
    is stored.
    """
    number = body.phone.get_secret_value()
    await backend.phones.give(customer_id, number, body.account_hint)


@routes.delete("/api/v1/customers/{customer_id}/phone")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT)
async def remove_phone(backend: Backend, customer_id: Identifier) -> None:
    """Remove a customer's phone number, so that it is no longer recognised."""
    await backend.phones.take_back(customer_id)
