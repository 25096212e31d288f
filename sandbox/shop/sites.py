"""The pages to which links in the shop's events lead: the carrier's, the payment, some advice.

For a real shop most of these are other companies' websites. In the demo, the shop serves a small
page for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.shop.data import SHOP_NAME, Carrier, Order
from sandbox.shop.offers import PAY, STORING

if TYPE_CHECKING:
    from sandbox.shop.shop import Shop

_STYLE = """
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 12vh auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
small { opacity: .75; }
button { padding: .6rem 1.3rem; border: 0; border-radius: .6rem; font: inherit; font-weight: 600;
  background: #1667ab; color: #fff; cursor: pointer; }
"""
_ADVICE = (
    "Keep the beans in their bag, closed, in a cupboard: dark, dry and not too warm. "
    "Grind just before you brew, and drink the bag within four weeks."
)


class Sites:
    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/carrier/{number}", self._track),
            web.get(f"{PAY}{{order}}", self._bill),
            web.post(f"{PAY}{{order}}", self._pay),
            web.get(STORING, self._advise),
        ]

    async def _track(self, request: web.Request) -> web.Response:
        """The carrier's tracking page of a parcel."""
        number = request.match_info["number"]
        for order, carrier in self._parcels():
            if carrier.tracking_number == number:
                title = f"{carrier.name}: {_in_words(order.status)}"
                where = f"Parcel {number} from {SHOP_NAME} to {order.route[-1]}."
                return _page(title, where, "In the demo this page stands for the carrier’s own.")
        raise web.HTTPNotFound(text="There is no such parcel.")

    async def _bill(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.status != "payment_due":
            return _page("Nothing to pay", f"Order #{order.number} is paid.")
        pay = '<form method="post"><button>Pay</button></form>'
        return _page("Pay with mobile money", f"Order #{order.number} of {SHOP_NAME}.", form=pay)

    async def _pay(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order.status == "payment_due":
            self._shop.change(order, "placed")
        return _page("Paid, thank you", f"{SHOP_NAME} tells you in Telegram how it goes on.")

    async def _advise(self, _: web.Request) -> web.Response:
        return _page("How to store coffee", _ADVICE)

    def _parcels(self) -> Iterable[tuple[Order, Carrier]]:
        for order in self._shop.orders.values():
            for carrier in order.carriers.values():
                yield order, carrier

    def _order(self, request: web.Request) -> Order:
        order = self._shop.orders.get(request.match_info["order"])
        if order is None:
            raise web.HTTPNotFound(text="There is no such order.")
        return order


def _in_words(status: str) -> str:
    return status.replace("_", " ")


def _page(title: str, text: str, small: str = "", form: str = "") -> web.Response:
    """``form``: trusted markup."""
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><main><h1>{escape(title)}</h1><p>{escape(text)}</p>{form}"
        f"<p><small>{escape(small)}</small></p></main></html>"
    )
    return web.Response(text=body, content_type="text/html")
