"""Guests: following an order by its number and its contact, an e-mail address or phone number.

The operator decides what this allows: nothing, a link, or a code that the shop mails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.services.orders.finding import NAMESAKES, Finding
from bot.services.people import contacts
from bot.services.people.contacts import Claim
from bot.services.people.linking import Issued, Linking, Offer
from bot.services.people.privacy import CustomerErased
from bot.services.people.throttle import TYPED, Throttle
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.models import Order
from storage.orders import Orders
from storage.whose import single

Lookup = Literal["off", "contact", "code"]
MOST_SAID = 4
"""How many pairs of number and contact are tried for one message."""
MOST_CODES = 3
"""How many unused codes one order can have at a time, so that nobody's mailbox is flooded."""


class ClaimUnknown(Exception):
    """No order has this number and this contact. The caller does not learn which one is wrong."""


class CodeSent(Exception):
    """The shop mails a code if the claim is right. The caller does not learn whether it is."""


@dataclass(frozen=True, kw_only=True)
class Guests:
    """``lookup``: what a right claim allows. ``shop``: mails the codes."""

    orders: Orders
    linking: Linking
    throttle: Throttle
    lookup: Lookup = "off"
    shop: ShopNews = UNHEARD

    @property
    def is_offered(self) -> bool:
        return self.lookup != "off"

    async def claim(self, claims: Sequence[Claim], chat_id: int) -> Offer:
        """A link to the claimed order, for this chat to agree to. ``claims``: possible readings.

        Raises `ClaimUnknown`, `CodeSent`, `TooManyTries`.
        """
        if self.lookup == "code":
            async with self.throttle.trying(chat_id, miss=CodeSent, ceiling=TYPED):
                await self._send_a_code(claims)
                raise CodeSent  # a right claim counts, too: it sends a mail
        async with self.throttle.trying(chat_id, miss=ClaimUnknown, ceiling=TYPED):
            order = await self._order(claims)
            if order is None:
                raise ClaimUnknown
            issued = await self._issue(order)
        return await self.linking.offer(issued.token, chat_id)

    async def _send_a_code(self, claims: Sequence[Claim]) -> None:
        order = await self._order(claims)
        if order is None or await self.linking.on_offer(single(order.id)) >= MOST_CODES:
            return
        issued = await self._issue(order)
        await self.shop.code_requested(order, issued.code, issued.expires_at)

    async def _issue(self, order: Order) -> Issued:
        try:
            return await self.linking.issue(single(order.id), once=True)
        except CustomerErased:
            raise ClaimUnknown from None

    async def _order(self, claims: Sequence[Claim]) -> Order | None:
        """The order of the first claim that is right. Of several, the one with the latest news."""
        seal, finding = self.orders.seal, Finding(self.orders)
        said = [(reference, claim.contact) for claim in claims for reference in claim.references]
        for reference, contact in said[:MOST_SAID]:
            for order in await finding.anybodys(reference, NAMESAKES):
                if contacts.is_among(seal, order.id, order.contacts, contact):
                    return order
        return None
