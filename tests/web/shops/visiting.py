"""A browser that visits through Shopify's app proxy, signed as Shopify's documentation says."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.support.shop import ShopBackend
from tests.web.shops.conftest import SECRETS

PATH = "/shops/shopify/connect"
FROM_SHOPIFY = {"X-Forwarded-For": "203.0.113.7"}


@dataclass(frozen=True)
class Page:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def leads_to(self) -> str:
        return self.headers.get("Location", "")


def parameters(**changes: Any) -> dict[str, str]:
    """What Shopify adds to a visit's query; None leaves one out."""
    usual = {
        "shop": "nile-coffee.myshopify.com",
        "logged_in_customer_id": "",
        "path_prefix": "/apps/telegram",
        "timestamp": str(int(time.time())),
    }
    return {name: str(value) for name, value in (usual | changes).items() if value is not None}


def signature(given: Mapping[str, str], secret: str) -> str:
    """Shopify's own example, in Ruby: ``collect { "#{k}=#{v}" }.sort.join``."""
    message = "".join(sorted(f"{name}={value}" for name, value in given.items()))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


async def visit(
    shop: ShopBackend,
    *,
    secret: str = SECRETS["shopify"][0],
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    **changes: Any,
) -> Page:
    given = parameters(**changes)
    query = urlencode(given | {"signature": signature(given, secret)})
    return await open_page(shop, query, method=method, headers=headers)


async def open_page(
    shop: ShopBackend,
    query: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
) -> Page:
    async with shop.session.request(
        method,
        f"{shop.url}{PATH}?{query}",
        headers={**FROM_SHOPIFY, **(headers or {})},
        allow_redirects=False,
    ) as response:
        return Page(response.status, response.headers, await response.text())
