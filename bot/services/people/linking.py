"""Linking: how a chat starts and stops following an account or an order."""

import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.orders.timeline import timeline
from bot.services.people.codes import (
    CODE_LENGTH,
    LONG_CODE_LENGTH,
    TOKEN_LENGTH,
    hash_of,
    in_fours,
    is_secret,
    new_code,
    new_token,
    normalised,
)
from bot.services.people.privacy import CustomerErased, Privacy
from bot.services.people.proofs import Proofs
from bot.services.people.throttle import TYPED, Throttle
from bot.services.shop.shop_events import UNHEARD, Reason, ShopNews
from storage.chats import Chats
from storage.clock import Clock
from storage.link_tokens import LinkTokens
from storage.models import Chat, Joined, Link, LinkToken, Preferences
from storage.orders import Orders
from storage.waits import Waits
from storage.whose import order_of

MOST_ON_OFFER = 100
MOST_VOIDED = 5
"""How many secrets in one message are ended."""


class LinkInvalid(Exception):
    """The token or code is unknown, used or expired. The caller does not learn which."""


@dataclass
class LinkStands(Exception):
    """The chat already has this link. ``order_id``: of a link to a single order."""

    order_id: str | None


@dataclass
class Unconfirmed(Exception):
    """The person has agreed. The shop has to confirm the link with the ``proof`` shown to them."""

    proof: str


@dataclass(frozen=True)
class Issued:
    """The two secrets of a new link token. Either of them redeems it.

    ``reference``: the public id of the link. It redeems nothing.
    """

    reference: str
    token: str
    code: str  # as people read it: ABCD-EFGH
    expires_at: datetime


@dataclass(frozen=True)
class Offer:
    """What the person is asked to agree to.

    ``secret``: the normalised token or code. ``is_order``: it links to an order, not to an account.
    ``number``: the order's number, if the order is stored already.
    """

    secret: str
    account_hint: str | None
    is_order: bool = False
    number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Linking:
    """``begin_with``: the preferences of a newly linked chat.

    ``lifetime``: of an unused link to an account. ``order_lifetime``: of a link to an order.
    ``shop``: is told of new and ended links. ``throttle``: for codes. ``lookups``: the throttle for
    orders; its misses carry over to a new link.
    """

    tokens: LinkTokens
    chats: Chats
    orders: Orders
    waits: Waits
    lifetime: timedelta
    order_lifetime: timedelta
    begin_with: Preferences
    privacy: Privacy
    throttle: Throttle
    lookups: Throttle
    proofs: Proofs
    shop: ShopNews = UNHEARD
    clock: Clock = field(default_factory=Clock)

    async def issue(
        self,
        whose: str,
        account_hint: str | None = None,
        *,
        confirm: bool = False,
        once: bool = False,
    ) -> Issued:
        """Makes a link to an account, for one chat, or to an order, for any number of chats.

        ``whose``: as in `storage.whose`. ``confirm``: the link starts when the shop confirms it.
        ``once``: a link to an order is for one chat only. Raises `CustomerErased`.
        """
        await self.privacy.refuse_erased([whose])
        many = order_of(whose) is not None and not once
        reference, token = secrets.token_hex(8), new_token()
        length = LONG_CODE_LENGTH if many else CODE_LENGTH
        code = new_code(length)
        expires_at = self.clock() + (self.order_lifetime if many else self.lifetime)
        await self.tokens.add(
            LinkToken(
                id=hash_of(token),
                reference=reference,
                code_hash=hash_of(code),
                whose=whose,
                many=many,
                confirm=confirm,
                account_hint=account_hint,
                expires_at=expires_at,
            )
        )
        return Issued(reference, token, "-".join(in_fours(code)), expires_at)

    async def on_offer(self, whose: str) -> int:
        """How many unused links for a single chat there are to ``whose``, up to `MOST_ON_OFFER`."""
        tokens = await self.tokens.worth_something(whose, self.clock(), MOST_ON_OFFER)
        return sum(not token.many and token.used_by is None for token in tokens)

    async def offer(self, secret: str, chat_id: int) -> Offer:
        """What a token or code links to, to ask the person for agreement. Changes nothing.

        Raises `LinkStands`, `LinkInvalid`, `TooManyTries`.
        """
        secret = normalised(secret)
        async with self._trying(secret, chat_id):
            token = await self._find(secret)
            if await self._stands(token, chat_id):
                raise LinkStands(order_of(token.whose))
            if token.done or token.used_by not in {None, chat_id}:
                raise LinkInvalid
        order_id = order_of(token.whose)
        number = await self._number(order_id) if order_id else None
        return Offer(secret, token.account_hint, order_id is not None, number)

    async def _number(self, order_id: str) -> str | None:
        """The order's number. None: the order is not stored yet."""
        order = await self.orders.get(order_id)
        return timeline(order).order_number if order else None

    async def redeem(self, secret: str, chat_id: int, language: str | None) -> Chat:
        """Links the chat. Of several concurrent chats one wins; the others get `LinkInvalid`.

        The token is claimed first and finished last: after a crash in between, the same chat can
        try again, and no other one. Redeeming an existing link again changes nothing, as a button
        may be pressed twice. Raises `LinkInvalid`, `Unconfirmed`, `TooManyTries`.
        """
        now = self.clock()
        async with self._trying(secret, chat_id):
            token = await self._find(secret)
            if stands := await self._stands(token, chat_id):
                return stands
            if not await self._take(token, chat_id, language, now):
                raise LinkInvalid
        if token.confirm:
            raise Unconfirmed(self.proofs.of(token, chat_id))
        return await self.link(token, chat_id, language)

    async def _take(
        self, token: LinkToken, chat_id: int, language: str | None, now: datetime
    ) -> bool:
        if token.many:
            return not token.done
        return await self.tokens.use(token, chat_id, now, language=language)

    async def link(self, token: LinkToken, chat_id: int, language: str | None) -> Chat:
        """Makes the link of a claimed token. Raises `LinkInvalid`."""
        now = self.clock()
        chat, link = await self._link(token, chat_id, language, now)
        await self.chats.resume(chat_id, now)  # linking shows that they do not block us
        await self.shop.linked(chat, link, token.id)
        if not token.many:
            await self.tokens.finish(token)
        return chat

    async def _link(
        self, token: LinkToken, chat_id: int, language: str | None, now: datetime
    ) -> tuple[Chat, Link]:
        """Saves the link, then checks for an erasure that began after the token was read.

        Either this check finds the erasure, or the erasure finds the link.
        """
        reference = secrets.token_hex(8) if token.many else token.reference
        link = Link(
            whose=token.whose, reference=reference, account_hint=token.account_hint, since=now
        )
        chat = await self.chats.link(
            Chat(
                id=chat_id,
                links=[link],
                language=language,
                preferences=self.begin_with,
                tell_at=now,
                joined=[Joined(whose=token.whose)],
                misses=await self.lookups.misses(chat_id),
            )
        )
        try:
            await self.privacy.refuse_erased([token.whose])
        except CustomerErased:
            await self.chats.leave(chat_id, link, await self.followed_no_more(chat, link))
            raise LinkInvalid from None
        return chat, chat.link_to([token.whose]) or link

    async def _stands(self, token: LinkToken, chat_id: int) -> Chat | None:
        """The chat, if it has the token's link already. A token for one use must be its own."""
        if not token.many and not (token.done and token.used_by == chat_id):
            return None
        chat = await self.chats.get(chat_id)
        return chat if chat and token.whose in chat.whose else None

    async def decline(self, secret: str, chat_id: int) -> None:
        """Ends a token that the person declined, unless others can use it, too.

        An invalid token is no error but counts as a miss, as callback data can be forged. Raises
        `TooManyTries`.
        """
        with suppress(LinkInvalid):
            async with self._trying(secret, chat_id):
                token = await self._find(secret)
                if not token.many:
                    await self.tokens.finish(token)

    async def void(self, words: Sequence[str]) -> None:
        """Ends tokens and codes that others may have seen: the first `MOST_VOIDED` in ``words``."""
        shown = [secret for word in words if is_secret(secret := normalised(word))]
        if shown:
            await self.tokens.void([hash_of(secret) for secret in shown[:MOST_VOIDED]])

    async def unlink(self, chat_id: int) -> bool:
        """Ends all links of the chat, its mailbox entries and its waits. False: it had no link."""
        await self.waits.end_of_chat(chat_id)
        if self.shop.is_heard and (chat := await self.chats.get(chat_id)):
            await self.shop.unlinked(chat, "customer")
        was_linked = await self.chats.unlink(chat_id)
        await self.privacy.erasures.remove_conversations(chat_id)
        await self.privacy.maps.left(chat_id)
        return was_linked

    async def leave(self, chat: Chat, link: Link, reason: Reason) -> bool:
        """Ends one link of the chat and its mailbox entries. False: it had ended already."""
        await self.shop.unlinked(chat, reason, link)
        return await self.end(chat, link)

    async def end(self, chat: Chat, link: Link) -> bool:
        """The same as `leave`, without telling the shop."""
        gone = await self.followed_no_more(chat, link)
        has_left = await self.chats.leave(chat.id, link, gone)
        is_last = chat.whose == {link.whose}
        await self.privacy.erasures.remove_conversations(chat.id, None if is_last else gone)
        await self.privacy.maps.left(chat.id)
        return has_left

    async def followed_no_more(self, chat: Chat, link: Link) -> frozenset[str]:
        """Ids of the orders that the chat follows through this link only."""
        others = chat.whose - {link.whose}
        orders = await self.orders.whose([link.whose]) if others else {}
        return frozenset(order_id for order_id, of in orders.items() if others.isdisjoint(of))

    def _trying(self, secret: str, chat_id: int) -> AbstractAsyncContextManager[None]:
        """The throttle, for codes only: many people together could guess one, but not a token."""
        if len(secret) == TOKEN_LENGTH:
            return nullcontext()
        return self.throttle.trying(chat_id, miss=LinkInvalid, ceiling=TYPED)

    async def _find(self, secret: str) -> LinkToken:
        secret = normalised(secret)
        which = "_id" if len(secret) == TOKEN_LENGTH else "code_hash"
        token = await self.tokens.find({which: hash_of(secret)}, self.clock())
        if token is None:
            raise LinkInvalid
        return token
