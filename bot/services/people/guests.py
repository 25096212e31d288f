"""Guests: following an order by its number and by what was given for it, a mail address or a phone.

The operator chooses what that is worth: nothing, enough, or enough for the shop to mail a code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.services.orders.finding import Finding
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
"""How many pairs of a number and a contact one message may mean."""
NAMESAKES = 20
"""How many orders of one number are looked at."""
MOST_CODES = 3
"""How many codes for one order are on their way at once: nobody's mailbox is flooded."""


class ClaimUnknown(Exception):
    """There is no such order, or not with this contact; which of the two is nobody's business."""


class CodeSent(Exception):
    """If the claim is right, the shop mails a code; whether it is, nobody is told."""


@dataclass(frozen=True, kw_only=True)
class Guests:
    """``lookup``: what a right claim leads to. ``shop``: mails the codes."""

    orders: Orders
    linking: Linking
    throttle: Throttle
    lookup: Lookup = "off"
    shop: ShopNews = UNHEARD

    @property
    def is_offered(self) -> bool:
        return self.lookup != "off"

    async def claim(self, claims: Sequence[Claim], chat_id: int) -> Offer:
        """A link to the claimed order, for this chat to agree to. ``claims``: what may be meant.

        Raises `ClaimUnknown`, `CodeSent`, `TooManyTries`.
        """
        if self.lookup == "code":
            async with self.throttle.trying(chat_id, miss=CodeSent, ceiling=TYPED):
                await self._send_a_code(claims)
                raise CodeSent  # each counts: a right one as well sends somebody a mail
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
        """The one with the latest news, if several go by that number and have that contact."""
        seal, finding = self.orders.seal, Finding(self.orders)
        said = [(reference, claim.contact) for claim in claims for reference in claim.references]
        for reference, contact in said[:MOST_SAID]:
            for order in await finding.anybodys(reference, NAMESAKES):
                if contacts.is_among(seal, order.id, order.contacts, contact):
                    return order
        return None
