"""Feedback: customers' opinions of delivered orders, and how the shop reads them."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.feedback import Opinions, opinion_id
from storage.models import Chat, Opinion, Rating

CHANGEABLE = timedelta(days=7)
"""How long an opinion may be changed or commented on after it was first given."""
COMMENT_LIFETIME = timedelta(hours=1)
"""How long after our question what the customer writes is taken as their comment."""
LONGEST = 1000
"""Characters of a comment."""
SETTLED = timedelta(seconds=10)
"""How old an opinion must be to appear in the list. Writes take time and clocks differ: an opinion
that appeared before a cursor already read would never be seen."""


class NotDelivered(Exception):
    """The order has not arrived yet."""


class TooLate(Exception):
    """The opinion is too old to be changed."""


class NothingSaid(Exception):
    """There is no opinion to comment on yet."""


@dataclass
class CommentTooLong(Exception):
    """The comment is too long. ``order_id``: of the opinion, which still waits for a comment."""

    order_id: str


class Feedback:
    def __init__(self, opinions: Opinions, shop: ShopNews = UNHEARD) -> None:
        self._opinions = opinions
        self._shop = shop

    # For the customer. The caller has checked that the order is the chat's own.

    async def rate(self, chat: Chat, order: Timeline, rating: Rating, now: datetime) -> bool:
        """Stores the rating. False: the chat has given the same one before.

        Raises `NotDelivered`, `TooLate`.
        """
        if not was_delivered(order):
            raise NotDelivered
        before = await self._opinions.get(chat.id, order.order_id)
        if before and before.rating == rating:
            await self._pass_on(chat, order.order_id)  # a crash may have prevented it before
            return False
        opinion = Opinion(
            id=opinion_id(chat.id, order.order_id),
            reference=secrets.token_hex(8),
            order_id=order.order_id,
            customer_id=order.customer_id,
            chat_id=chat.id,
            rating=rating,
            at=now,
            since=now,
        )
        if not await self._opinions.say(opinion, since=now - CHANGEABLE):
            raise TooLate
        await self._pass_on(chat, order.order_id)
        return True

    async def given(self, chat: Chat, order_id: str) -> Rating | None:
        """The chat's rating of the order."""
        opinion = await self._opinions.get(chat.id, order_id)
        return opinion.rating if opinion else None

    async def _pass_on(self, chat: Chat, order_id: str) -> None:
        """Reads the opinion again: after two concurrent presses, only the stored one counts."""
        opinion = await self._opinions.get(chat.id, order_id) if self._shop.is_heard else None
        if opinion:
            await self._shop.opinion(chat, opinion, once=opinion.at.isoformat())

    async def may_comment(self, chat: Chat, order_id: str, now: datetime) -> None:
        """Raises `NothingSaid`, `TooLate`."""
        opinion = await self._opinions.get(chat.id, order_id)
        if opinion is None:
            raise NothingSaid
        if opinion.since <= now - CHANGEABLE:
            raise TooLate

    async def ask(self, chat: Chat, order_id: str, prompt: int, now: datetime) -> None:
        """Notes that the message ``prompt`` asks for a comment. A reply to it is the comment."""
        await self._opinions.ask(chat.id, order_id, prompt=prompt, until=now + COMMENT_LIFETIME)

    async def comment(
        self, chat: Chat | None, prompt: int | None, text: str, now: datetime
    ) -> bool:
        """Stores a reply to the message ``prompt`` as a comment.

        ``prompt``: None for a text that is neither a reply nor anything else.
        False: no comment was asked for, or too long ago, so the text is not one. Raises
        `CommentTooLong`.
        """
        opinion = await self._opinions.asked_by(chat.id, prompt, now) if chat else None
        if opinion is None or chat is None or not chat.follows(opinion.whose):
            return False
        if len(text) > LONGEST:
            raise CommentTooLong(opinion.order_id)
        with_comment = opinion.model_copy(update={"comment": text, "at": now})
        # The shop first: a crash after the write would lose the event, and nothing would notice.
        await self._shop.opinion(chat, with_comment, once=f"comment {opinion.comment_until}")
        return await self._opinions.comment(opinion, text, now)

    # For the shop

    async def of_order(self, order_id: str) -> list[Opinion]:
        """All opinions of the order, oldest first: each chat of its household may have one."""
        return await self._opinions.of_order(order_id)

    async def page(
        self, after: tuple[datetime, str] | None, limit: int, now: datetime
    ) -> list[Opinion]:
        """Opinions after the cursor ``after`` (time, reference), oldest first.

        An opinion that is changed or commented on moves to the end, and appears again.
        """
        return await self._opinions.page(after, until=now - SETTLED, limit=limit)


def was_delivered(order: Timeline) -> bool:
    """Whether all of the order arrived, even if it was returned later."""
    return not order.is_open and any(place(step.status) == Status.DELIVERED for step in order.steps)


def is_fresh(order: Timeline, now: datetime) -> bool:
    """Whether it arrived so recently that its timeline asks for an opinion."""
    return place(order.status) == Status.DELIVERED and order.steps[-1].at > now - CHANGEABLE
