"""A customer's links, for the shop: which there are, ending one, and confirming one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.services.people.linking import Linking, LinkInvalid
from bot.services.people.proofs import TRIES
from storage.chats import Chats
from storage.link_tokens import LinkTokens
from storage.models import Chat, LinkToken

MOST = 100

State = Literal["offered", "unconfirmed", "linked", "blocked"]
"""``offered``: nobody has agreed yet. ``unconfirmed``: a person has, and the shop has to.
``blocked``: linked, and nothing can be sent: the person has blocked the bot."""


class LinkNotFound(Exception):
    """The customer has no such link, or no longer."""


class NotAgreed(Exception):
    """Nobody has agreed to the link in a chat yet."""


class WrongProof(Exception):
    """It is not what the chat shows that has agreed."""


@dataclass(frozen=True)
class Link:
    """``since``: linked since then. ``until``: an offer ends then."""

    reference: str
    state: State
    since: datetime | None = None
    until: datetime | None = None


class Links:
    def __init__(self, chats: Chats, tokens: LinkTokens, linking: Linking) -> None:
        self._chats = chats
        self._tokens = tokens
        self._linking = linking

    async def of_customer(self, customer_id: str) -> list[Link]:
        chats = await self._chats.of_customer(customer_id)
        tokens = await self._offered(customer_id)
        linked = [link_of(chat) for chat in sorted(chats, key=lambda chat: chat.linked_at)]
        known = {link.reference for link in linked}
        return linked + [_offer(token) for token in tokens if token.reference not in known]

    async def end(self, customer_id: str, reference: str) -> Chat | None:
        """The chat whose link has ended; None: it was only an offer. Raises `LinkNotFound`."""
        for token in await self._offered(customer_id):
            if token.reference == reference:
                await self._tokens.finish(token)
                return None
        chat = await self._chat(customer_id, reference)
        if chat and await self._chats.end(chat):
            return chat
        raise LinkNotFound

    async def confirm(self, customer_id: str, reference: str, proof: str) -> Chat | None:
        """The chat that is linked now; None: it was already.

        ``proof``: what it shows. After `TRIES` that were wrong the link is over. Raises
        `NotAgreed`, `WrongProof`, `LinkNotFound`.
        """
        for token in await self._offered(customer_id):
            if token.reference == reference:
                return await self._confirm(token, proof)
        if await self._chat(customer_id, reference):
            return None
        raise LinkNotFound

    async def _confirm(self, token: LinkToken, proof: str) -> Chat:
        """Each try is counted before it is looked at, so that many at once are no more."""
        if token.used_by is None:
            raise NotAgreed
        if not await self._tokens.count_try(token, most=TRIES):
            raise LinkNotFound
        if self._linking.proofs.is_right(proof, token, token.used_by):
            return await self._link(token, token.used_by)
        if token.tries + 1 >= TRIES:
            await self._tokens.finish(token)
        raise WrongProof

    async def _link(self, token: LinkToken, chat_id: int) -> Chat:
        try:
            return await self._linking.link(token, chat_id, token.language)
        except LinkInvalid:
            raise LinkNotFound from None

    async def _offered(self, customer_id: str) -> list[LinkToken]:
        return await self._tokens.of_customer(customer_id, self._linking.clock(), MOST)

    async def _chat(self, customer_id: str, reference: str) -> Chat | None:
        chats = await self._chats.of_customer(customer_id)
        return next((chat for chat in chats if chat.link_id == reference), None)


def link_of(chat: Chat) -> Link:
    return Link(chat.link_id, "blocked" if chat.is_blocked else "linked", since=chat.linked_at)


def _offer(token: LinkToken) -> Link:
    waits = token.confirm and token.used_by is not None
    return Link(token.reference, "unconfirmed" if waits else "offered", until=token.expires_at)
