"""Linking: how a chat comes to follow an account or an order, provably, and stops following it."""

import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.console.lately import LATELY
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
    plain,
)
from bot.services.people.privacy import CustomerErased, Privacy
from bot.services.people.proofs import Proofs
from bot.services.people.throttle import TYPED, Throttle
from bot.services.shop.shop_events import UNHEARD, Reason, ShopNews
from storage.chats import Chats
from storage.clock import Clock
from storage.link_tokens import LinkTokens
from storage.mailbox import BLOCKED
from storage.models import Chat, Joined, Link, LinkToken, Preferences
from storage.orders import Orders
from storage.waits import Waits
from storage.whose import order_of

MOST_ON_OFFER = 100
MOST_VOIDED = 5
"""How many secrets one message may show that are looked up."""


class LinkInvalid(Exception):
    """The token or code is unknown, used or expired; which of these is nobody's business."""


@dataclass
class LinkStands(Exception):
    """The chat is linked already as the token or code says. ``order_id``: to this one order."""

    order_id: str | None


@dataclass
class Unconfirmed(Exception):
    """The person has agreed; the shop has to confirm the link with the ``proof`` that they see."""

    proof: str


@dataclass(frozen=True)
class Issued:
    """The two secrets of a new link token, either of which redeems it.

    ``reference``: what the link goes by, which is no secret and redeems nothing.
    """

    reference: str
    token: str
    code: str  # as people read it: ABCD-EFGH
    expires_at: datetime


@dataclass(frozen=True)
class Offer:
    """What the person is asked to agree to.

    ``secret``: the token or code without what people type around it. ``is_order``: one order, and
    no account. ``number``: what the order is called, if we know it yet.
    """

    secret: str
    account_hint: str | None
    is_order: bool = False
    number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Linking:
    """``begin_with``: what who connects has chosen, before they choose.
    ``lifetime``: of a link to an account that nobody has opened; ``order_lifetime``: of one to
    an order. ``shop``: hears who is linked.

    ``throttle``: of codes; ``lookups``: of orders, whose misses a new link goes on with.
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
        """A link to an account, for one chat, or to an order, for everybody who has it.

        ``whose``: `storage.whose`. ``confirm``: the link counts when the shop has confirmed it.
        ``once``: a link to an order that is for one chat. Raises `CustomerErased`.
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
        """How many links for one chat have not been used yet, to this; of many, the first few."""
        tokens = await self.tokens.worth_something(whose, self.clock(), MOST_ON_OFFER)
        return sum(not token.many and token.used_by is None for token in tokens)

    async def offer(self, secret: str, chat_id: int) -> Offer:
        """What a token or a code would link to, for the person to agree. Changes nothing.

        Raises `LinkStands`, `LinkInvalid`, `TooManyTries`.
        """
        secret = plain(secret)
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
        """What the order is called. None: the shop has not told of it yet."""
        order = await self.orders.get(order_id)
        return timeline(order).order_number if order else None

    async def redeem(self, secret: str, chat_id: int, language: str | None) -> Chat:
        """The linked chat. Of many who try at once one wins; the others get `LinkInvalid`.

        The token is taken first and finished last: after a crash in between, the same chat may
        try again, nobody else can. To redeem again what stands already changes nothing: a button
        is pressed twice, or Telegram brings the press twice. Raises `Unconfirmed`, `TooManyTries`.
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
        """What a used token promised. Raises `LinkInvalid`."""
        now = self.clock()
        chat, link = await self._link(token, chat_id, language, now)
        await self.chats.resume(chat_id, now)  # who links has not blocked us, or no longer
        await self.shop.linked(chat, link, token.id)
        if not token.many:
            await self.tokens.finish(token)
        return chat

    async def _link(
        self, token: LinkToken, chat_id: int, language: str | None, now: datetime
    ) -> tuple[Chat, Link]:
        """An erasure that began since the token was read is noticed here, or finds the link."""
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
        """The chat, if it is linked as the token says, by this very one if that works once."""
        if not token.many and not (token.done and token.used_by == chat_id):
            return None
        chat = await self.chats.get(chat_id)
        return chat if chat and token.whose in chat.whose else None

    async def decline(self, secret: str, chat_id: int) -> None:
        """Ends a token that its reader turned down, if it was for them alone.

        One that is worth nothing is no error, and a miss: a press can be forged. Raises
        `TooManyTries`.
        """
        with suppress(LinkInvalid):
            async with self._trying(secret, chat_id):
                token = await self._find(secret)
                if not token.many:
                    await self.tokens.finish(token)

    async def void(self, words: Sequence[str]) -> None:
        """Ends tokens and codes that others may have seen; of many words, the first few."""
        shown = [secret for word in words if is_secret(secret := plain(word))]
        if shown:
            await self.tokens.void([hash_of(secret) for secret in shown[:MOST_VOIDED]])

    async def unlink(self, chat_id: int) -> bool:
        """Ends all the chat's links, and forgets what waits for it, and what it waits for. False:
        there was no link."""
        await self.waits.end_of_chat(chat_id)
        if chat := await self._known_to_the_shop(chat_id):
            await self.shop.unlinked(chat, "customer")
        was_linked = await self.chats.unlink(chat_id)
        await self.privacy.erasures.remove_conversations(chat_id)
        await self.privacy.maps.left(chat_id)
        return was_linked

    async def leave(self, chat: Chat, link: Link, reason: Reason) -> bool:
        """Ends one of the chat's links, and forgets what waits for it. False: it has ended."""
        await self.shop.unlinked(chat, reason, link)
        return await self.end(chat, link)

    async def end(self, chat: Chat, link: Link) -> bool:
        """The same, and the shop is told nothing of it."""
        gone = await self.followed_no_more(chat, link)
        has_left = await self.chats.leave(chat.id, link, gone)
        is_last = chat.whose == {link.whose}
        await self.privacy.erasures.remove_conversations(chat.id, None if is_last else gone)
        await self.privacy.maps.left(chat.id)
        return has_left

    async def followed_no_more(self, chat: Chat, link: Link) -> frozenset[str]:
        """Ids of the orders that the chat follows by this link, and by no other."""
        others = chat.whose - {link.whose}
        orders = await self.orders.whose([link.whose]) if others else {}
        return frozenset(order_id for order_id, of in orders.items() if others.isdisjoint(of))

    async def pause(self, chat_id: int, at: datetime) -> None:
        """The person blocked the bot, then: news gathers, nothing is sent. By somebody else's link
        they are told of nothing any more."""
        await self.waits.end_of_chat(chat_id)
        paused = await self.chats.pause(chat_id, BLOCKED)
        for order_id in {entry.order_id for entry in paused.entries} if paused else ():
            LATELY.became("paused", order_id)
        if chat := await self._known_to_the_shop(chat_id):
            await self.shop.blocked(chat, at)

    async def resume(self, chat_id: int, at: datetime) -> None:
        """The person took the bot back, then: what has gathered is sent."""
        await self.chats.resume(chat_id, self.clock())
        if chat := await self._known_to_the_shop(chat_id):
            await self.shop.unblocked(chat, at)

    async def heard_from(self, chat: Chat) -> None:
        """Its person writes or presses a button, so they have not blocked us, or no longer.

        Telegram does not always say so: not to a new bot, nor after a long outage.
        """
        now = self.clock()
        if chat.paused == BLOCKED:
            await self.shop.unblocked(chat, now)  # before the write, after which nobody would
        await self.chats.heard_from(chat, now)

    async def _known_to_the_shop(self, chat_id: int) -> Chat | None:
        """The chat, read only if the shop wants to hear of it."""
        return await self.chats.get(chat_id) if self.shop.is_heard else None

    def _trying(self, secret: str, chat_id: int) -> AbstractAsyncContextManager[None]:
        """A code is short enough to be guessed by many together; a token nobody guesses."""
        if len(secret) == TOKEN_LENGTH:
            return nullcontext()
        return self.throttle.trying(chat_id, miss=LinkInvalid, ceiling=TYPED)

    async def _find(self, secret: str) -> LinkToken:
        secret = plain(secret)
        which = "_id" if len(secret) == TOKEN_LENGTH else "code_hash"
        token = await self.tokens.find({which: hash_of(secret)}, self.clock())
        if token is None:
            raise LinkInvalid
        return token
