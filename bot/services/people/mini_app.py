"""The address of the Mini App: a page inside Telegram with a customer's own orders."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

PATH = "/app"


class MiniApp:
    """``base``: returns the service's public address; empty: there is no Mini App.

    ``is_local``: Telegram is the local sandbox, which opens the page itself.
    """

    def __init__(self, base: Callable[[], str], *, is_local: bool = False) -> None:
        self._base = base
        self.is_local = is_local

    @property
    def address(self) -> str | None:
        """The page of all orders. None: there is no Mini App."""
        base = self._base()
        return base + PATH if base else None

    def of(self, order_id: str) -> str | None:
        """The page of one order, which only its followers can open. None: there is no Mini App."""
        return f"{self.address}?order={quote(order_id, safe='')}" if self.address else None


def is_ours(address: str) -> bool:
    """Whether it is a Mini App's address, also on a host where the service was before."""
    return urlsplit(address).path.endswith(PATH)
