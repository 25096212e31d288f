"""Feedback: what customers say of an order that has arrived, and what the shop reads of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.orders.statuses import Status, place
from bot.services.orders.timeline import Timeline
from bot.services.shop.shop_events import UNHEARD, ShopNews
from storage.feedback import Opinions, opinion_id
from storage.models import Chat, Opinion, Rating

CHANGEABLE = timedelta(days=7)
"""How long after it was first given an opinion may be changed or commented on."""
COMMENT_LIFETIME = timedelta(hours=1)
"""How long after our question what the customer writes is taken as their comment."""
LONGEST = 1000
"""Characters of a comment."""
SETTLED = timedelta(seconds=10)
"""How old an opinion is when the list has it. A write may take a while, and clocks differ: one that
came in behind a page that was read already would never be seen."""


class NotDelivered(Exception):
    """The order has not arrived, so there is nothing to say of it."""


class TooLate(Exception):
    """It was said so long ago that it stays as it is."""


class NothingSaid(Exception):
    """There is no opinion yet that could be commented on."""


@dataclass
class CommentTooLong(Exception):
    """``order_id``: the order whose comment is still waited for."""

    order_id: str


class Feedback:
    def __init__(self, opinions: Opinions, shop: ShopNews = UNHEARD) -> None:
        self._opinions = opinions
        self._shop = shop

    # For the customer. The order is the chat's own: whoever calls has found it so.

    async def rate(self, chat: Chat, order: Timeline, rating: Rating, now: datetime) -> bool:
        """Keeps how it went. False: the chat has said so before.

        Raises `NotDelivered`, `TooLate`.
        """
        if not was_delivered(order):
            raise NotDelivered
        before = await self._opinions.get(chat.id, order.order_id)
        if before and before.rating == rating:
            await self._tell_shop(chat, order.order_id)  # a crash may have come before it
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
        await self._tell_shop(chat, order.order_id)
        return True

    async def given(self, chat: Chat, order_id: str) -> Rating | None:
        """What the chat has said of the order."""
        opinion = await self._opinions.get(chat.id, order_id)
        return opinion.rating if opinion else None

    async def _tell_shop(self, chat: Chat, order_id: str) -> None:
        """What is said now: two presses at once may each think that theirs is the first."""
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
        """The message of that id has asked for a comment: the reply to it is one."""
        await self._opinions.ask(chat.id, order_id, prompt=prompt, until=now + COMMENT_LIFETIME)

    async def comment(
        self, chat: Chat | None, prompt: int | None, text: str, now: datetime
    ) -> bool:
        """Keeps a reply to the message ``prompt`` as the comment that this has asked for.

        ``prompt``: None for a text that is a reply to nothing, and nothing else either.
        False: none was asked for, or too long ago, and the text is something else. Raises
        `CommentTooLong`.
        """
        opinion = await self._opinions.asked_by(chat.id, prompt, now) if chat else None
        if opinion is None or chat is None or not chat.follows(opinion.whose):
            return False
        if len(text) > LONGEST:
            raise CommentTooLong(opinion.order_id)
        with_comment = opinion.model_copy(update={"comment": text, "at": now})
        # Before it is kept: afterwards nothing would know that it was not told.
        await self._shop.opinion(chat, with_comment, once=f"comment {opinion.comment_until}")
        return await self._opinions.comment(opinion, text, now)

    # For the shop

    async def of_order(self, order_id: str) -> list[Opinion]:
        """What was said of the order, by everybody of its customer; oldest first."""
        return await self._opinions.of_order(order_id)

    async def page(
        self, after: tuple[datetime, str] | None, limit: int, now: datetime
    ) -> list[Opinion]:
        """What was said last behind ``after`` (a time and a reference), oldest first.

        One that is changed or commented on moves to the end, and so is seen again.
        """
        return await self._opinions.page(after, until=now - SETTLED, limit=limit)


def was_delivered(order: Timeline) -> bool:
    """Whether all of it arrived, be it returned since."""
    return not order.is_open and any(place(step.status) == Status.DELIVERED for step in order.steps)


def is_fresh(order: Timeline, now: datetime) -> bool:
    """Whether it arrived so lately that its timeline asks how it went."""
    return place(order.status) == Status.DELIVERED and order.steps[-1].at > now - CHANGEABLE
