"""Where somebody sees their own orders as a page inside Telegram."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

PATH = "/app"


class MiniApp:
    """``base``: where the service is seen from outside; empty: there is no such page.

    ``is_local``: Telegram is a sandbox on this machine, whose page shows it.
    """

    def __init__(self, base: Callable[[], str], *, is_local: bool = False) -> None:
        self._base = base
        self.is_local = is_local

    @property
    def address(self) -> str | None:
        """Of all orders. None: there is none."""
        base = self._base()
        return base + PATH if base else None

    def of(self, order_id: str) -> str | None:
        """Of one order. It shows nothing to anybody else."""
        return f"{self.address}?order={quote(order_id, safe='')}" if self.address else None


def is_ours(address: str) -> bool:
    """Also where it was before the service has moved."""
    return urlsplit(address).path.endswith(PATH)
