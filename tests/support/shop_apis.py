"""The REST APIs of Shopify and WooCommerce, as strict as their documentation says they are."""

import base64
import json
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from aiohttp import web

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class ShopApi:
    """``orders``: its orders. ``asked``: the parameters of each request for orders, in turn.

    ``next``: the answers to the next requests, one each; None: the normal one.
    """

    orders: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    next: list[Answering | None] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    _port: int = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        self._serve(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)  # 0 would wait for ever
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._port}"

    def _serve(self, router: web.UrlDispatcher) -> None:
        raise NotImplementedError

    def _list(self, request: web.Request) -> web.StreamResponse:
        raise NotImplementedError

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        odd = self.next.pop(0) if self.next else None
        return await odd(request) if odd else self._list(request)


def status(
    code: int, *, text: str = "{}", kind: str = "application/json", **headers: str
) -> Answering:
    """``headers``: names with underscores."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=code, text=text, content_type=kind, headers=named)

    return answer


def page(code: int = 200) -> Answering:
    return status(code, text="<!DOCTYPE html><title>Log in</title>", kind="text/html")


async def cut_off(request: web.Request) -> web.StreamResponse:
    """Sends half of a body, and ends the connection."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = 1000
    await response.prepare(request)
    await response.write(b'{"orders": [{"id": 1, "na')
    assert request.transport
    request.transport.close()
    return response


async def half_of_the_json(_request: web.Request) -> web.StreamResponse:
    return web.Response(text='[{"id": 1, "na', content_type="application/json")


def only(order: Mapping[str, Any], fields: str | None) -> dict[str, Any]:
    """``fields``: with dots for nested fields, as in WordPress."""
    shown: dict[str, Any] = {}
    for name in fields.split(",") if fields else order:
        top, _, part = name.partition(".")
        value = order.get(top)
        if top not in order:
            continue
        if part and isinstance(value, Mapping):
            shown.setdefault(top, {}).update({part: value[part]} if part in value else {})
        else:
            shown[top] = value
    return shown


def refuse(by: int, **said: Any) -> web.Response:
    return web.json_response(said, status=by)


@dataclass
class ShopifyApi(ShopApi):
    """``tokens``: the valid ones. ``granted``: those issued for ``credentials``."""

    tokens: set[str] = field(default_factory=lambda: {"shpat_the_token"})
    scopes: set[str] = field(default_factory=lambda: {"read_orders", "read_all_orders"})
    credentials: tuple[str, str] = ("c" * 32, "shpss_the_secret_of_it")
    granted: list[str] = field(default_factory=list)
    next_grants: list[Answering] = field(default_factory=list)
    call_limit: str = "1/40"
    _pages: dict[str, tuple[dict[str, str], Any]] = field(default_factory=dict)

    def _serve(self, router: web.UrlDispatcher) -> None:
        router.add_get("/admin/api/2026-10/orders.json", self._answer)
        router.add_get("/admin/api/2026-10/orders/count.json", self._count)
        router.add_get("/admin/oauth/access_scopes.json", self._scopes)
        router.add_post("/admin/oauth/access_token", self._grant)

    async def _grant(self, request: web.Request) -> web.StreamResponse:
        if self.next_grants:
            return await self.next_grants.pop(0)(request)
        form = await request.post()
        if form.get("grant_type") != "client_credentials":
            return refuse(400, error="unsupported_grant_type")
        if (form.get("client_id"), form.get("client_secret")) != self.credentials:
            return web.Response(status=400, text="Oauth error invalid_client")
        token = f"granted-{len(self.granted)}"
        self.granted.append(token)
        self.tokens = {token}
        scope = ",".join(sorted(self.scopes))
        return web.json_response({"access_token": token, "scope": scope, "expires_in": 86399})

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("X-Shopify-Access-Token") not in self.tokens:
            wrong = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return refuse(401, errors=wrong)
        if "read_orders" not in self.scopes:
            wrong = "[API] This action requires merchant approval for read_orders scope."
            return refuse(403, errors=wrong)
        return None

    async def _scopes(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Shopify-Access-Token") not in self.tokens:
            return refuse(401, errors="[API] Invalid API key or access token")
        return web.json_response({"access_scopes": [{"handle": each} for each in self.scopes]})

    async def _count(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        return web.json_response({"count": len(self._found(dict(request.query)))})

    def _list(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        query = dict(request.query)
        limit, fields = int(query.pop("limit", 50)), query.pop("fields", None)
        behind: Any = None
        if page := query.pop("page_info", None):
            if query:
                wrong = f"{next(iter(query))} cannot be passed when page_info is present."
                return refuse(400, errors={"page_info": wrong})
            if page not in self._pages:
                return refuse(400, errors={"page_info": "Invalid value."})
            query, behind = self._pages[page]
        strange = set(query) - {"status", "since_id", "updated_at_min"}
        if strange or not 1 <= limit <= 250:
            return refuse(400, errors={"parameters": f"{strange or limit}"})
        found = [each for each in self._found(query) if behind is None or self._key(each) < behind]
        shown, more = found[:limit], found[limit:]
        headers = {"X-Shopify-Shop-Api-Call-Limit": self.call_limit}
        if more:
            headers["Link"] = self._link(query, shown, limit)
        return web.json_response(
            {"orders": [only(each, fields) for each in shown]}, headers=headers
        )

    def _link(self, query: dict[str, str], shown: list[dict[str, Any]], limit: int) -> str:
        page = f"page-{len(self._pages)}"
        self._pages[page] = query, self._key(shown[-1])
        address = f"{self.url}/admin/api/2026-10/orders.json?limit={limit}&page_info="
        return f'<{address}before>; rel="previous", <{address}{page}>; rel="next"'

    def _key(self, order: Mapping[str, Any]) -> Any:
        return order["created_at"], order["id"]

    def _found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        found: Iterable[dict[str, Any]] = self.orders
        if query.get("status") != "any":
            found = [each for each in found if not each.get("closed_at")]
        if since := query.get("updated_at_min"):
            least = datetime.fromisoformat(since)
            found = [e for e in found if datetime.fromisoformat(e["updated_at"]) >= least]
        if "since_id" in query:
            found = [each for each in found if each["id"] > int(query["since_id"])]
            return sorted(found, key=lambda each: each["id"])
        return sorted(found, key=self._key, reverse=True)


@dataclass
class WooCommerceApi(ShopApi):
    """``zone``: the shop's offset from GMT."""

    key: str = "ck_the_key"
    secret: str = "cs_the_secret"
    zone: timedelta = timedelta(hours=3)

    def _serve(self, router: web.UrlDispatcher) -> None:
        router.add_get("/wp-json/wc/v3/orders", self._answer)

    def _list(self, request: web.Request) -> web.Response:
        given = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {given}":
            wrong = "Sorry, you cannot list resources."
            return refuse(401, code="woocommerce_rest_cannot_view", message=wrong)
        query = dict(request.query)
        size, fields = int(query.pop("per_page", 10)), query.pop("_fields", None)
        offset, ours = int(query.pop("offset", 0)), {"orderby", "order", "dates_are_gmt"}
        strange = set(query) - ours - {"after", "modified_after"}
        if strange or not 1 <= size <= 100:
            return refuse(400, code="rest_invalid_param", message=f"{strange or size}")
        found = self._found(query)
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))}
        shown = [only(each, fields) for each in found[offset : offset + size]]
        return web.Response(
            text=json.dumps(shown), content_type="application/json", headers=headers
        )

    def _found(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Dates are compared as text, in the requested column."""
        of = "_gmt" if query.get("dates_are_gmt") == "true" else ""
        found = self.orders
        for name, column in (("after", "date_created"), ("modified_after", "date_modified")):
            if name in query:
                least = self._in_zone(query[name])
                found = [each for each in found if (each[column + of] or "") > least]
        backwards = query.get("order", "desc") == "desc"
        by = "date_created" if query.get("orderby", "date") == "date" else "id"
        return sorted(found, key=lambda each: (each[by] or "", each["id"]), reverse=backwards)

    def _in_zone(self, written: str) -> str:
        """WordPress converts a moment with a zone to its own zone, then to the column's."""
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None) + self.zone
        return moment.isoformat(timespec="seconds")
