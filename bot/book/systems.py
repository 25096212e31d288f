"""The book in a shop system, read by its API."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.book.api import Access, Api
from bot.book.records import Source
from bot.book.shopify import PAGE as OF_SHOPIFY
from bot.book.shopify import ShopifyAccess, ShopifyOrders
from bot.book.woocommerce import PAGE as OF_WOOCOMMERCE
from bot.book.woocommerce import WooCommerceAccess, WooCommerceOrders
from bot.services.orders.system_orders import OrderForm
from bot.settings import Settings


@dataclass(frozen=True)
class SystemsBook:
    """``access``: makes the credentials for each reading."""

    system: str
    url: str
    access: Callable[[], Access]
    form: OrderForm

    @property
    def name(self) -> str:
        """Identifies the shop. A hash, which reveals nothing."""
        return hashlib.sha256(f"{self.system}\n{self.url}".encode()).hexdigest()

    @property
    def key(self) -> str:
        return self.name

    def opened(self) -> AbstractAsyncContextManager[Source]:
        return _opened(self)


@asynccontextmanager
async def _opened(book: SystemsBook) -> AsyncIterator[Source]:
    named = {"User-Agent": "Trackline", "Accept": "application/json"}
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(headers=named, cookie_jar=jar) as session:
        is_shopify = book.system == "shopify"
        api = Api(
            session,
            URL(book.url),
            name="Shopify" if is_shopify else "WooCommerce",
            setting="SHOPIFY_SHOP" if is_shopify else "WOOCOMMERCE_URL",
            access=book.access(),
            page_size=OF_SHOPIFY if is_shopify else OF_WOOCOMMERCE,
        )
        yield ShopifyOrders(api, book.form) if is_shopify else WooCommerceOrders(api, book.form)


def shopify_s(settings: Settings, form: OrderForm) -> SystemsBook:
    token, secret = settings.shopify_admin_token, settings.shopify_client_secret

    def access() -> Access:
        if token:
            return ShopifyAccess(token=token.get_secret_value())
        return ShopifyAccess(
            client_id=settings.shopify_client_id or "",
            client_secret=secret.get_secret_value() if secret else "",
        )

    return SystemsBook("shopify", settings.shopify_shop or "", access, form)


def woocommerce_s(settings: Settings, form: OrderForm) -> SystemsBook:
    key, secret = settings.woocommerce_consumer_key, settings.woocommerce_consumer_secret

    def access() -> Access:
        return WooCommerceAccess(
            key.get_secret_value() if key else "", secret.get_secret_value() if secret else ""
        )

    return SystemsBook("woocommerce", settings.woocommerce_url or "", access, form)


BY_NAME: dict[str, Callable[[Settings, OrderForm], SystemsBook]] = {
    "shopify": shopify_s,
    "woocommerce": woocommerce_s,
}
