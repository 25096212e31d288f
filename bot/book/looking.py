"""A look into the shop's book before anything is written: what would go wrong without a word."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import chain

from bot.book.exports import is_mail
from bot.book.going_through import read
from bot.book.sources import Source
from bot.services.orders.booked import BookedOrder, FieldMap
from bot.services.orders.statuses import Status, canonical

LOOKED_AT = 10_000
"""Orders of which the rest is thought to be like."""


@dataclass
class Look:
    """``words``: states that nobody knows, and how many steps have them. ``mails``: customers
    that are called by an e-mail."""

    orders: int = 0
    words: Counter[str] = field(default_factory=Counter)
    mails: set[str] = field(default_factory=set)

    @property
    def warnings(self) -> Iterator[str]:
        if self.words:
            listed = ", ".join(f"{word} ({count:,})" for word, count in self.words.most_common())
            yield (
                f"States that nobody knows, and how often: {listed}. Customers would read them as "
                "they are; STATUS_WORDS says what they mean, now or later."
            )
        if self.mails:
            yield (
                f"Customers that are called by an e-mail: {len(self.mails):,}. If webhooks call "
                "them otherwise, what these tell will be refused as another customer's: map "
                "customer_id to the id that they use."
            )


async def look(
    source: Source, fields: FieldMap, words: Mapping[str, str], named: Collection[str]
) -> Look:
    """``words``: the operator's and the system's for states; ``named``: those that have a name.

    Raises `CannotRead`.
    """
    seen = Look()
    async with aclosing(source.rows()) as rows:
        async for row in rows:
            order, _ = read(row, fields)
            if order:
                seen.orders += 1
                seen.words.update(_unknown(order, words, named))
                seen.mails |= {order.customer_id} if is_mail(order.customer_id) else set()
            if seen.orders >= LOOKED_AT:
                break
    return seen


def _unknown(order: BookedOrder, words: Mapping[str, str], named: Collection[str]) -> Iterator[str]:
    told = {step.status for step in order.steps}
    beside = [order.status] if order.status and order.status not in told else []
    for word in chain((step.status for step in order.steps), beside):
        meant = canonical(word, words)
        if meant not in list(Status) and meant.casefold() not in named:
            yield meant
