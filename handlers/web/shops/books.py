"""Reads orders from a shop system's API in the same way as its webhooks, for the import."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from bot.services.orders.booked import WrongRecord
from bot.services.orders.system_orders import OrderForm, SystemOrder
from handlers.web.problems import WrongFields
from handlers.web.shops import SYSTEMS
from handlers.web.shops.posts import UNREAD
from handlers.web.shops.system import Ignored, NotRead, Post, ShopSystem


def _reading(
    system: ShopSystem, read_order: Callable[[Any], Post]
) -> Callable[[Mapping[str, Any]], SystemOrder | None]:
    def read(payload: Mapping[str, Any]) -> SystemOrder | None:
        try:
            post = read_order(payload)
        except Ignored:
            return None
        except NotRead as unread:
            raise WrongRecord(f"{UNREAD[unread.why]} ({', '.join(unread.fields)})") from None
        except ValidationError as error:
            raise WrongRecord(_wrong(error)) from None
        return SystemOrder(post.events, system.dialect, post.made_at)

    return read


def _wrong(error: ValidationError) -> str:
    wrong = WrongFields.from_pydantic(error).members["errors"]
    return "; ".join(f"{one['field']}: {one['problem']}" for one in wrong)


FORMS = {
    system.name: OrderForm(system.order_fields, _reading(system, system.read_order))
    for system in SYSTEMS
    if system.read_order
}
