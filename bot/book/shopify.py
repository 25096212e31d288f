"""Shopify's orders by its Admin REST API: https://shopify.dev/docs/api/admin-rest."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from yarl import URL

from bot.book.api import PASSING, Answer, Api, Broken, Query
from bot.book.files import CannotRead
from bot.book.records import Row, rows_of
from bot.services.orders.system_orders import OrderForm

VERSION = "2026-10"
"""If it is too old, Shopify uses its oldest version."""
ORDERS = f"admin/api/{VERSION}/orders.json"
COUNT = f"admin/api/{VERSION}/orders/count.json"
GRANT = "admin/oauth/access_token"
SCOPES = "admin/oauth/access_scopes.json"
PAGE = 250
EARLY = timedelta(minutes=5)
"""How long before its end a token is replaced."""
AT_LEAST = timedelta(minutes=1)
"""A younger token was not refused because of its age."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass
class ShopifyAccess:
    """``token``: the app's permanent one. Without it, a token for a day is requested with
    ``client_id`` and ``client_secret``.
    """

    token: str = ""
    client_id: str = ""
    client_secret: str = ""
    _made_at: datetime = field(default=LONG_AGO, init=False)
    _until: datetime | None = field(default=None, init=False)

    async def headers(self, api: Api) -> Mapping[str, str]:
        if self.client_id and (self._until is None or datetime.now(UTC) > self._until - EARLY):
            await self._ask_for_a_token(api)
        return {"X-Shopify-Access-Token": self.token}

    def renew(self) -> bool:
        if self._until is None or self._made_at > datetime.now(UTC) - AT_LEAST:
            return False
        self._until = None
        return True

    def explain(self, answer: Answer) -> str:
        match answer.status:
            case HTTPStatus.UNAUTHORIZED:
                return (
                    "Shopify refuses the token: was SHOPIFY_ADMIN_TOKEN copied whole, and is the "
                    "app still installed in the shop?"
                )
            case HTTPStatus.FORBIDDEN:
                return (
                    "Shopify does not let the app read orders: give it the scope read_orders, and "
                    "release and install it anew"
                )
            case HTTPStatus.NOT_FOUND:
                return "Shopify has no shop of that name: SHOPIFY_SHOP should be like nile-coffee"
            case HTTPStatus.PAYMENT_REQUIRED | HTTPStatus.LOCKED:
                return f"Shopify has closed the shop for now ({answer.status})"
        return f"Shopify does not take our question ({answer.status})"

    async def _ask_for_a_token(self, api: Api) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        answer = await api.post(GRANT, form)
        if answer.status in PASSING or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Broken(f"it answers {answer.status}", answer)
        given = answer.content if isinstance(answer.content, dict) else {}
        if answer.status != HTTPStatus.OK or not isinstance(given.get("access_token"), str):
            raise CannotRead(
                f"Shopify gives no token ({answer.status}): are SHOPIFY_SHOP, SHOPIFY_CLIENT_ID "
                "and SHOPIFY_CLIENT_SECRET right, and is the app installed in this shop?"
            )
        self.token, self._made_at = given["access_token"], datetime.now(UTC)
        lifetime = given.get("expires_in")
        seconds = lifetime if isinstance(lifetime, int) else 24 * 3600
        self._until = self._made_at + timedelta(seconds=seconds)


class ShopifyOrders:
    """A source. All of them by their ids, so that a run can be gone on with behind any; those that
    were touched since a moment by Shopify's own pages. Neither moves while orders change.
    """

    def __init__(self, api: Api, form: OrderForm) -> None:
        self._api = api
        self._form = form
        self.looked_at = api.page_size

    async def warnings(self) -> Sequence[str]:
        """Warns of orders that are too old for this app. A failed request is no reason to warn."""
        try:
            answer = await self._api.get(SCOPES, {})
        except CannotRead:
            return []
        listed = answer.content.get("access_scopes") if isinstance(answer.content, dict) else None
        scopes = {each.get("handle") for each in listed or [] if isinstance(each, dict)}
        if "read_all_orders" in scopes:
            return []
        return [
            "Shopify shows this app the orders of the last 60 days only: for older ones it needs "
            "the scope read_all_orders."
        ]

    async def total(self) -> int:
        answer = await self._api.get(COUNT, {"status": "any"})
        found = answer.content.get("count") if isinstance(answer.content, dict) else 0
        return found if isinstance(found, int) else 0

    async def rows(
        self, after: Any = None, since: datetime | None = None
    ) -> AsyncGenerator[Row, None]:
        pages = self._touched(since) if since else self._behind(after or 0)
        async for orders in pages:
            for row in await rows_of(orders, self._form.read, _place):
                yield row

    async def _behind(self, last: int) -> AsyncIterator[Sequence[Any]]:
        while orders := _orders((await self._ask({"status": "any", "since_id": last})).content):
            yield orders
            ids = [order["id"] for order in orders if isinstance(order.get("id"), int)]
            if not ids or max(ids) <= last:
                raise CannotRead("Shopify's orders do not come by their ids: this is not its API")
            last = max(ids)

    async def _touched(self, since: datetime) -> AsyncIterator[Sequence[Any]]:
        query: Query | None = {"status": "any", "updated_at_min": since.isoformat()}
        while query:
            answer = await self._ask(query)
            yield _orders(answer.content)
            query = _next(answer)

    async def _ask(self, query: Query) -> Answer:
        fields = {"fields": ",".join(self._form.fields)}
        return await self._api.get(ORDERS, {**query, **fields}, sized_by="limit")


def _orders(content: Any) -> Sequence[Any]:
    found = content.get("orders") if isinstance(content, dict) else None
    if not isinstance(found, list) or not all(isinstance(order, dict) for order in found):
        raise CannotRead("what answers at SHOPIFY_SHOP is not Shopify: there are no orders in it")
    return found


def _next(answer: Answer) -> Query | None:
    """The query of the next page, which takes no other parameter. None: there is no next page."""
    for link in answer.headers.get("Link", "").split(","):
        address, _, relation = link.partition(";")
        if 'rel="next"' in relation or "rel=next" in relation:
            page = URL(address.strip(" <>")).query.get("page_info")
            return {"page_info": page} if page else None
    return None


def _place(order: Mapping[str, Any]) -> tuple[str, Any]:
    return f"order {order.get('id')}", order.get("id")
