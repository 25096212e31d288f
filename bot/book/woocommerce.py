"""WooCommerce's orders by its REST API: https://woocommerce.github.io/woocommerce-rest-api-docs."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.book.api import Answer, Api, Query
from bot.book.files import CannotRead
from bot.book.records import Row, rows_of
from bot.services.orders.system_orders import OrderForm

ORDERS = "wp-json/wc/v3/orders"
PAGE = 100
SECOND = timedelta(seconds=1)
MADE = "date_created_gmt"


class WooCommerceAccess:
    """Authenticates with a key and its secret, over https."""

    def __init__(self, key: str, secret: str) -> None:
        self._headers = {"Authorization": aiohttp.encode_basic_auth(key, secret)}

    async def headers(self, api: Api) -> Mapping[str, str]:
        return self._headers

    def renew(self) -> bool:
        return False

    def explain(self, answer: Answer) -> str:
        match answer.status:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
                return (
                    f"WooCommerce refuses the key ({answer.status}): are WOOCOMMERCE_CONSUMER_KEY "
                    "and WOOCOMMERCE_CONSUMER_SECRET right, may the key read, may its user see "
                    "orders, and does the host hand the Authorization header on?"
                )
            case HTTPStatus.NOT_FOUND:
                return (
                    "there is no WooCommerce REST API at WOOCOMMERCE_URL: is it the address of the "
                    "shop, and are its permalinks other than plain?"
                )
        return f"WooCommerce does not take our question ({answer.status})"


class WooCommerceOrders:
    """A source. Each page is asked for by the date of the last order, not by its number:
    pages move when an order is deleted.
    """

    def __init__(self, api: Api, form: OrderForm) -> None:
        self._api = api
        self._form = form
        self.looked_at = api.page_size

    async def warnings(self) -> Sequence[str]:
        return []

    async def total(self) -> int:
        answer = await self._api.get(ORDERS, {"per_page": 1, "_fields": "id"})
        _orders(answer)
        found = answer.headers.get("X-WP-Total", "")
        return int(found) if found.isdecimal() else 0

    async def rows(
        self, after: Any = None, since: datetime | None = None
    ) -> AsyncGenerator[Row, None]:
        touched = {"modified_after": _as_asked(since)} if since else {}
        async for orders in self._pages(_moment(after), touched):
            for row in await rows_of(orders, self._form.read, _place):
                yield row

    async def _pages(self, made: datetime | None, touched: Query) -> AsyncIterator[Sequence[Any]]:
        """Pages of orders by their date. One second may have more orders than a page."""
        seen: set[Any] = set()
        behind, skipped = made and made - SECOND, 0
        while True:
            found = await self._ask(behind, skipped, touched)
            new = [order for order in found if order.get("id") not in seen]
            if not new:
                return
            yield new
            last = max(filter(None, (_moment(order.get(MADE)) for order in found)), default=None)
            if last and (behind is None or last - SECOND > behind):
                behind, skipped = last - SECOND, 0
                seen = {order.get("id") for order in found if _moment(order.get(MADE)) == last}
            else:
                skipped += len(found)
                seen |= {order.get("id") for order in found}

    async def _ask(
        self, behind: datetime | None, skipped: int, touched: Query
    ) -> Sequence[Mapping[str, Any]]:
        query: dict[str, str | int] = {
            "orderby": "date",
            "order": "asc",
            "dates_are_gmt": "true",
            "offset": skipped,
            "_fields": ",".join(self._form.fields),
            **touched,
        }
        if behind:
            query["after"] = _as_asked(behind)
        return _orders(await self._api.get(ORDERS, query, sized_by="per_page"))


def _as_asked(moment: datetime) -> str:
    """Without a time zone: WordPress would convert it to its own zone, and read that as GMT."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def _moment(written: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=None)
    except (TypeError, ValueError):
        return None


def _orders(answer: Answer) -> Sequence[Mapping[str, Any]]:
    found = answer.content
    if not isinstance(found, list) or not all(isinstance(order, dict) for order in found):
        raise CannotRead("what answers at WOOCOMMERCE_URL is not WooCommerce: it lists no orders")
    return found


def _place(order: Mapping[str, Any]) -> tuple[str, Any]:
    return f"order {order.get('id')}", order.get(MADE)
