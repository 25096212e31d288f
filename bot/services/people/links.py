"""Links to an account or an order, for the shop: listing, ending and confirming them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.services.people.linking import Linking, LinkInvalid
from bot.services.people.proofs import TRIES
from storage.chats import Chats
from storage.link_tokens import LinkTokens
from storage.models import Chat, LinkToken
from storage.models import Link as Linked

MOST = 100

State = Literal["offered", "unconfirmed", "linked", "blocked"]
"""``offered``: nobody has agreed yet. ``unconfirmed``: a person has agreed, and the shop has to
confirm. ``blocked``: linked, but the person blocks the bot, and nothing can be sent."""


class LinkNotFound(Exception):
    """There is no such link, or it has ended."""


class NotAgreed(Exception):
    """No chat has agreed to the link yet."""


class WrongProof(Exception):
    """It is not the proof that is shown in the chat that agreed."""


@dataclass(frozen=True)
class Link:
    """``since``: when it was linked. ``until``: when an offer expires."""

    reference: str
    state: State
    since: datetime | None = None
    until: datetime | None = None


class Links:
    def __init__(self, chats: Chats, tokens: LinkTokens, linking: Linking) -> None:
        self._chats = chats
        self._tokens = tokens
        self._linking = linking

    # ``whose``: the account or the order, as in `storage.whose`.

    async def to(self, whose: str) -> list[Link]:
        found = await self._linked(whose)
        tokens = await self._offered(whose)
        linked = [link_of(*each) for each in sorted(found, key=lambda each: each[1].since)]
        known = {link.reference for link in linked}
        return linked + [_offer(token) for token in tokens if token.reference not in known]

    async def end(self, whose: str, reference: str) -> Chat | None:
        """Ends a link and returns its chat. None: it was an offer only. Raises `LinkNotFound`."""
        for token in await self._offered(whose):
            if token.reference == reference:
                await self._tokens.finish(token)
                return None
        for chat, link in await self._linked(whose):
            if link.reference == reference and await self._linking.end(chat, link):
                return chat
        raise LinkNotFound

    async def confirm(self, whose: str, reference: str, proof: str) -> Chat | None:
        """Confirms a link and returns the linked chat. None: it was linked already.

        ``proof``: as shown in the chat. After `TRIES` wrong ones the link ends. Raises
        `NotAgreed`, `WrongProof`, `LinkNotFound`.
        """
        for token in await self._offered(whose):
            if token.reference == reference:
                return await self._confirm(token, proof)
        if any(link.reference == reference for _, link in await self._linked(whose)):
            return None
        raise LinkNotFound

    async def _confirm(self, token: LinkToken, proof: str) -> Chat:
        """Counts each try before checking it, so that concurrent tries do not exceed `TRIES`."""
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

    async def _offered(self, whose: str) -> list[LinkToken]:
        return await self._tokens.worth_something(whose, self._linking.clock(), MOST)

    async def _linked(self, whose: str) -> list[tuple[Chat, Linked]]:
        chats = await self._chats.following(whose)
        return [(chat, link) for chat in chats if (link := chat.link_to([whose]))]


def link_of(chat: Chat, link: Linked) -> Link:
    return Link(link.reference, "blocked" if chat.is_blocked else "linked", since=link.since)


def _offer(token: LinkToken) -> Link:
    waits = token.confirm and token.used_by is not None
    return Link(token.reference, "unconfirmed" if waits else "offered", until=token.expires_at)
