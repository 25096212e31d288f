"""What the sample shop requests from the service's REST API."""

from collections.abc import Callable
from typing import Any, NamedTuple

import aiohttp

from sandbox.shop.data import Customer

_TIMEOUT = aiohttp.ClientTimeout(total=10)

Link = dict[str, str]
"""`{url, code, expires_at, qr}`: a link from Trackline; `qr` is the address of its QR code."""


class Connected(NamedTuple):
    """`person`: their name in Telegram."""

    person: int
    since: str


class Asking:
    """`url()`: the service's address. Methods raise aiohttp.ClientError or TimeoutError."""

    def __init__(
        self, session: Callable[[], aiohttp.ClientSession], url: Callable[[], str], key: str
    ) -> None:
        self._session, self._url, self._key = session, url, key

    async def link(self, **to: str) -> Link:
        """A one-time link to a customer, or a link to one order for anybody who has it."""
        link = await self._ask("POST", "links", {**to, "qr": True})
        return {**link, "qr": link["qr"]["png"]}

    async def give_phone(self, customer: Customer) -> None:
        """Register a phone number: its owner can connect by sharing it in Telegram."""
        body = {"phone": customer.phone, "account_hint": customer.account_hint}
        await self._ask("PUT", f"customers/{customer.id}/phone", body)

    async def connected(self, customer: Customer) -> dict[str, Connected]:
        """Who is connected to the account, by the link's id."""
        held = await self._ask("GET", f"customers/{customer.id}/export")
        return {
            chat["link_id"]: Connected(chat["telegram_id"], chat["linked_at"])
            for chat in held["chats"]
        }

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        async with self._session().request(
            method,
            f"{self._url()}/api/v1/{path}",
            json=body,
            headers={"authorization": f"Bearer {self._key}"},
            timeout=_TIMEOUT,
            raise_for_status=True,
        ) as answer:
            return await answer.json() if answer.content_type == "application/json" else None
