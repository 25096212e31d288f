"""Linking: how a Telegram chat comes to belong to a customer, provably, and stops belonging."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.services.orders.references import plainly
from bot.services.people.privacy import CustomerErased, Privacy
from bot.services.people.proofs import Proofs
from bot.services.people.throttle import TYPED, Throttle
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.chats import Chats
from storage.clock import Clock
from storage.link_tokens import LinkTokens
from storage.mailbox import BLOCKED
from storage.models import Chat, LinkToken

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that looks like something else: no 0 and O, no 1, I and L."""
CODE_LENGTH = 8
TOKEN_LENGTH = 43
MOST_VOIDED = 5
"""How many secrets one message may show that are looked up."""
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}", re.ASCII)


class LinkInvalid(Exception):
    """The token or code is unknown, used or expired; which of these is nobody's business."""


class LinkStands(Exception):
    """The chat has redeemed this very token or code, and is linked as it says."""


@dataclass
class Unconfirmed(Exception):
    """The person has agreed; the shop has to confirm the link with the ``proof`` that they see."""

    proof: str


@dataclass(frozen=True)
class Issued:
    """The two secrets of a new link token, either of which redeems it once.

    ``reference``: what the link goes by, which is no secret and redeems nothing.
    """

    reference: str
    token: str
    code: str  # as people read it: ABCD-EFGH
    expires_at: datetime


@dataclass(frozen=True)
class Offer:
    """What the person is asked to agree to. ``replaces``: the chat is another customer's now.

    ``secret``: the token or code without what people type around it.
    """

    secret: str
    account_hint: str | None
    replaces: bool


@dataclass(frozen=True, kw_only=True)
class Linking:
    """``lifetime``: of a link that nobody has opened. ``shop``: hears who is linked.

    ``throttle``: of codes and tokens; ``lookups``: of orders, whose misses a new link goes on with.
    """

    tokens: LinkTokens
    chats: Chats
    lifetime: timedelta
    privacy: Privacy
    throttle: Throttle
    lookups: Throttle
    proofs: Proofs
    shop: ShopNews = UNHEARD
    clock: Clock = field(default_factory=Clock)

    async def issue(
        self, customer_id: str, account_hint: str | None, *, confirm: bool = False
    ) -> Issued:
        """``confirm``: the link counts when the shop has confirmed it. Raises `CustomerErased`."""
        await self.privacy.refuse_erased(customer_id)
        reference, token = secrets.token_hex(8), secrets.token_urlsafe(32)
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        expires_at = self.clock() + self.lifetime
        await self.tokens.add(
            LinkToken(
                id=_hash(token),
                reference=reference,
                code_hash=_hash(code),
                customer_id=customer_id,
                confirm=confirm,
                account_hint=account_hint,
                expires_at=expires_at,
            )
        )
        half = CODE_LENGTH // 2
        return Issued(reference, token, f"{code[:half]}-{code[half:]}", expires_at)

    async def offer(self, secret: str, chat_id: int) -> Offer:
        """Whose account a token or a code would link, for the person to agree. Changes nothing.

        Raises `LinkStands`, `LinkInvalid`, `TooManyTries`.
        """
        secret = _plain(secret)
        async with self._trying(secret, chat_id):
            token = await self._find(secret)
            if await self._stands(token, chat_id):
                raise LinkStands
            if token.done or token.used_by not in {None, chat_id}:
                raise LinkInvalid
        chat = await self.chats.get(chat_id)
        replaces = chat is not None and chat.customer_id != token.customer_id
        return Offer(secret, token.account_hint, replaces)

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
            if not await self.tokens.use(token, chat_id, now, language=language):
                raise LinkInvalid
        if token.confirm:
            raise Unconfirmed(self.proofs.of(token, chat_id))
        return await self.link(token, chat_id, language)

    async def link(self, token: LinkToken, chat_id: int, language: str | None) -> Chat:
        """What a used token promised. Raises `LinkInvalid`."""
        now = self.clock()
        chat = await self._link(token, chat_id, language, now)
        await self.chats.resume(chat_id, now)  # who links has not blocked us, or no longer
        await self.shop.linked(chat, token.id)
        await self.tokens.finish(token)
        return chat

    async def _link(
        self, token: LinkToken, chat_id: int, language: str | None, now: datetime
    ) -> Chat:
        """An erasure that began since the token was read is noticed here, or finds the link."""
        chat = Chat(
            id=chat_id,
            reference=token.reference,
            customer_id=token.customer_id,
            account_hint=token.account_hint,
            language=language,
            linked_at=now,
            tell_at=now,
            misses=await self.lookups.misses(chat_id),
        )
        former = await self._known_to_the_shop(chat_id)
        if former and former.customer_id != token.customer_id:
            await self.shop.unlinked(former, "replaced")
        await self.chats.link(chat)
        try:
            await self.privacy.refuse_erased(token.customer_id)
        except CustomerErased:
            await self.chats.unlink(chat_id)
            raise LinkInvalid from None
        return chat

    async def _stands(self, token: LinkToken, chat_id: int) -> Chat | None:
        """The chat, if it has redeemed this very token and is still linked as it says."""
        if not (token.done and token.used_by == chat_id):
            return None
        chat = await self.chats.get(chat_id)
        return chat if chat and chat.customer_id == token.customer_id else None

    async def decline(self, secret: str, chat_id: int) -> None:
        """Ends a token that its reader turned down. Raises `TooManyTries`.

        One that is worth nothing is no error, and a miss: a press can be forged.
        """
        with suppress(LinkInvalid):
            async with self._trying(secret, chat_id):
                await self.tokens.finish(await self._find(secret))

    async def void(self, words: Sequence[str]) -> None:
        """Ends tokens and codes that others may have seen; of many words, the first few."""
        shown = [secret for word in words if _is_secret(secret := _plain(word))]
        if shown:
            await self.tokens.void([_hash(secret) for secret in shown[:MOST_VOIDED]])

    async def unlink(self, chat_id: int) -> bool:
        """Ends the chat's link, and forgets what waits for it. False: there was none."""
        if chat := await self._known_to_the_shop(chat_id):
            await self.shop.unlinked(chat, "customer")
        return await self.chats.unlink(chat_id)

    async def pause(self, chat_id: int, at: datetime) -> None:
        """The person blocked the bot, then: news gathers, nothing is sent."""
        await self.chats.pause(chat_id, BLOCKED)
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
        """A code is short enough to be guessed by many together, a token is not."""
        ceiling = None if len(secret) == TOKEN_LENGTH else TYPED
        return self.throttle.trying(chat_id, miss=LinkInvalid, ceiling=ceiling)

    async def _find(self, secret: str) -> LinkToken:
        secret = _plain(secret)
        which = "_id" if len(secret) == TOKEN_LENGTH else "code_hash"
        token = await self.tokens.find({which: _hash(secret)}, self.clock())
        if token is None:
            raise LinkInvalid
        return token


def bare_code(text: str) -> str | None:
    """The code, if a message is nothing but one: ``K7WM-3XQP``, in either case.

    Words that happen to be spelt with its letters are none, nor is a number.
    """
    text = plainly(text).strip()
    code = re.sub(r"[\W_]", "", text).upper()
    if not re.fullmatch(r"[^\W_]{4}[\W_]?[^\W_]{4}", text) or not set(code) <= set(CODE_ALPHABET):
        return None
    is_mixed = not code.isdigit() and not code.isalpha()
    has_dash = len(text) > CODE_LENGTH and not re.search(r"\s", text)
    return code if is_mixed or (code.isalpha() and has_dash) else None


def _plain(secret: str) -> str:
    """Codes are typed: with or without the dash, in either case. Tokens are not touched."""
    secret = plainly(secret)
    code = re.sub(r"[\W_]", "", secret).upper()
    return code if len(code) == CODE_LENGTH else secret


def _is_secret(text: str) -> bool:
    """By its shape."""
    is_code = len(text) == CODE_LENGTH and set(text) <= set(CODE_ALPHABET)
    return is_code or bool(_TOKEN.fullmatch(text))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
