"""A WooCommerce shop with Trackline's plugin, as its people use it."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

from tests.integrations.woocommerce.browser import Browser, Page
from tests.integrations.woocommerce.wordpress import WordPress
from tests.support.shop import API_KEY, SECRET

PASSWORD = "open sesame"
SETTINGS = "/wp-admin/admin.php?page=wc-settings&tab=integration&section=trackline"
FIELD = "woocommerce_trackline_"

BILLING = {
    "first_name": "Gwen",
    "last_name": "Guest",
    "country": "DE",
    "address_1": "Weg 1",
    "postcode": "10115",
    "city": "Berlin",
    "phone": "+49 30 1234567",
}


@dataclass(frozen=True)
class Order:
    """What the checkout has made. ``page``: where the customer is thanked."""

    id: str
    page: str


@dataclass
class WooShop:
    """``product``: what can be bought."""

    wordpress: WordPress
    product: str

    @asynccontextmanager
    async def visitor(self, name: str | None = None) -> AsyncIterator[Browser]:
        """Somebody's browser; with a name they have logged in."""
        async with Browser(self.wordpress.url) as browser:
            if name:
                await browser.log_in(name, PASSWORD)
            yield browser

    async def set_up(
        self,
        url: str,
        *,
        key: str = API_KEY,
        secret: str = SECRET,
        completed_means: str = "shipped",
    ) -> Page:
        """What the operator does once. The page after saving."""
        values = {
            "url": url,
            "api_key": key,
            "webhook_secret": secret,
            "completed_means": completed_means,
        }
        async with self.visitor("shopkeeper") as operator:
            page = await operator.get(SETTINGS)
            return await operator.submit(
                page,
                page.form(f"{FIELD}url"),
                save="Save changes",
                **{f"{FIELD}{name}": value for name, value in values.items()},
            )

    async def buy(self, browser: Browser, email: str = "gwen@example.com") -> Order:
        """By the checkout of old."""
        await browser.get(f"/?add-to-cart={self.product}")
        page = await browser.get("/checkout/")
        billing = {f"billing_{name}": value for name, value in BILLING.items()}
        given = page.form("woocommerce-process-checkout-nonce").fields | billing
        answer = await browser.post(
            "/?wc-ajax=checkout", given | {"billing_email": email, "payment_method": "cod"}
        )
        made = json.loads(answer.text)
        assert made["result"] == "success", made
        return Order(str(made["order_id"]), made["redirect"])

    async def buy_in_blocks(self, browser: Browser, email: str = "gwen@example.com") -> Order:
        """By the checkout made of blocks, which posts to the Store API."""
        await browser.get(f"/?add-to-cart={self.product}")
        cart = await browser.get("/wp-json/wc/store/v1/cart")
        made = await browser.post_json(
            "/wp-json/wc/store/v1/checkout",
            {"billing_address": BILLING | {"email": email}, "payment_method": "cod"},
            {"Nonce": cart.headers["Nonce"]},
        )
        return Order(str(made["order_id"]), made["payment_result"]["redirect_url"])

    async def change(self, order: Order, code: str) -> str:
        """Does something with ``$order``, as another plugin would; what that prints."""
        return await self.wordpress.run(f"$order = wc_get_order( {order.id} );\n{code}")

    async def move(self, order: Order, status: str) -> None:
        await self.change(order, f"$order->update_status( '{status}' );")

    async def sends(self) -> None:
        """Action Scheduler runs what is due, as WP-Cron has it do each minute."""
        await self.wordpress.run("do_action( 'action_scheduler_run_queue', 'WP Cron' );")

    def time_passes(self, minutes: int) -> None:
        """What was due within these minutes is due now."""
        ask = self.wordpress.database.ask
        late = f"INTERVAL {minutes} MINUTE"
        ask(
            "UPDATE wp_actionscheduler_actions SET"
            f" scheduled_date_gmt = scheduled_date_gmt - {late},"
            f" scheduled_date_local = scheduled_date_local - {late} WHERE status = 'pending';"
            f" UPDATE wp_trackline_outbox SET due_at = due_at - {late} WHERE state = 'waiting'"
        )
        kept = ask("SELECT option_value FROM wp_options WHERE option_name = 'trackline_sending'")
        earlier = re.sub(
            r'(?<="pause_until";i:)\d+', lambda until: str(int(until[0]) - 60 * minutes), kept
        )
        ask(
            f"UPDATE wp_options SET option_value = '{earlier.strip()}'"
            " WHERE option_name = 'trackline_sending'"
        )

    def ages(self, order: Order, minutes: int) -> None:
        """As if it had been saved so many minutes earlier."""
        late = f"INTERVAL {minutes} MINUTE"
        self.wordpress.database.ask(
            f"UPDATE wp_wc_orders SET date_updated_gmt = date_updated_gmt - {late},"
            f" date_created_gmt = date_created_gmt - {late} WHERE id = {order.id}"
        )

    def keep_orders(self, *, in_tables: bool) -> None:
        """In tables of their own (HPOS), or as posts."""
        self.wordpress.database.ask(
            f"UPDATE wp_options SET option_value = '{'yes' if in_tables else 'no'}'"
            " WHERE option_name = 'woocommerce_custom_orders_table_enabled'"
        )

    def outbox(self, state: str) -> list[Any]:
        """The events in this state, the oldest first: `waiting`, `failed`."""
        rows = self.wordpress.database.ask(
            f"SELECT body FROM wp_trackline_outbox WHERE state = '{state}' ORDER BY id"
        )
        return [json.loads(row.replace("\\\\", "\\")) for row in rows.splitlines()]


def box(page: Page) -> str:
    """The part of a page that offers to follow. '' where there is none."""
    found = re.search(r'<(aside|form) class="trackline-follow".*?</\1>', page.text, re.DOTALL)
    return found[0] if found else ""


def button(html: str) -> str:
    """Where "Follow in Telegram" leads."""
    [link] = re.findall(r'href="([^"]*trackline_follow[^"]*)"', html)
    return unescape(link)
