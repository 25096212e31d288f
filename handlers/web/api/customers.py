"""`/api/v1/customers/{customer_id}`: what is held of a customer, and ending it; their phone."""

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
    """Without a plus a number of the country might pass for one of the world."""
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
    ]  # in no `repr` or traceback
    """In the international form. Only a keyed hash of it is kept."""
    account_hint: AccountHint = None
    """What the customer knows the account by, masked by you: the bot shows it before they agree."""


@routes.delete("/api/v1/customers/{customer_id}")
@operation(Scope.WRITE, status=HTTPStatus.NO_CONTENT, in_time=False)
async def erase_customer(backend: Backend, customer_id: Identifier) -> None:
    """Erase a customer: all that is held of them, for good.

    Answered when nothing can leave any more: usually at once, a minute after a crash at most.
    Whatever comes for the customer later is refused.
    """
    await backend.privacy.erase(account(customer_id))


@routes.put("/api/v1/customers/{customer_id}/phone")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT)
async def set_phone(backend: Backend, customer_id: Identifier, body: GivenPhone) -> None:
    """Give a customer's phone number, in the place of a former one.

    Whoever shares it in the chat, as their own, is asked whether to connect. Only a keyed hash is
    kept.
    """
    number = body.phone.get_secret_value()
    await backend.phones.give(customer_id, number, body.account_hint)


@routes.delete("/api/v1/customers/{customer_id}/phone")
@operation(Scope.LINK, status=HTTPStatus.NO_CONTENT)
async def remove_phone(backend: Backend, customer_id: Identifier) -> None:
    """Take a customer's phone number back: nobody is recognised by it any more."""
    await backend.phones.take_back(customer_id)
