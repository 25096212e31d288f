"""`/api/v1/customers/{customer_id}`: to erase all that is held of a customer, and their phone."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, SecretStr, ValidationError

from bot.services.events import Identifier
from bot.services.phones import NotAPhone, normalised
from bot.services.privacy import CustomerErased
from handlers.web.backend import BACKEND
from handlers.web.body import parse, read_json_body
from handlers.web.keys import require_key
from handlers.web.links import AccountHint
from handlers.web.problems import WrongFields, in_time

routes = web.RouteTableDef()

NO_PHONE = "It is no phone number in the international form, like +256700000000."


class Customer(BaseModel):
    customer_id: Identifier


def _with_its_country(phone: SecretStr) -> SecretStr:
    """Without a plus a number of the country might pass for one of the world."""
    given = phone.get_secret_value().strip()
    if not given.startswith("+"):
        raise ValueError(NO_PHONE)
    try:
        return SecretStr(normalised(given))
    except NotAPhone:
        raise ValueError(NO_PHONE) from None


class GivenPhone(BaseModel):
    """``phone``: kept out of every `repr`, and so out of every traceback."""

    phone: Annotated[SecretStr, AfterValidator(_with_its_country)]
    account_hint: AccountHint = None


@routes.delete("/api/v1/customers/{customer_id}")
async def erase_customer(request: web.Request) -> web.Response:
    """Answers when nothing can leave any more: usually at once, a minute after a crash at most."""
    require_key(request)
    await request.app[BACKEND].privacy.erase(_customer_id(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)


@routes.put("/api/v1/customers/{customer_id}/phone")
async def give_phone(request: web.Request) -> web.Response:
    """By this number, in the place of a former one, the customer is recognised in the chat."""
    require_key(request)
    customer_id = _customer_id(request)
    given = parse(GivenPhone, await read_json_body(request))
    number = given.phone.get_secret_value()
    await in_time(request.app[BACKEND].phones.give(customer_id, number, given.account_hint))
    return web.Response(status=HTTPStatus.NO_CONTENT)


@routes.delete("/api/v1/customers/{customer_id}/phone")
async def take_phone_back(request: web.Request) -> web.Response:
    require_key(request)
    await in_time(request.app[BACKEND].phones.take_back(_customer_id(request)))
    return web.Response(status=HTTPStatus.NO_CONTENT)


def _customer_id(request: web.Request) -> str:
    try:
        return Customer.model_validate(dict(request.match_info)).customer_id
    except ValidationError as error:
        raise WrongFields.from_pydantic(error) from None


@web.middleware
async def refuse_erased(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Whatever comes for an erased customer is refused in the same words."""
    try:
        return await handler(request)
    except CustomerErased:
        field = "data.customer_id" if request.path.startswith("/webhooks/") else "customer_id"
        raise WrongFields([(field, "This customer was erased.")]) from None
