"""Looks into the shop's book before anything is written, for what would silently go wrong."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field

from bot.book.exports import is_mail
from bot.book.records import Source
from bot.services.orders.catching_up import Booked
from bot.services.orders.statuses import Status, canonical


@dataclass
class Look:
    """``words``: unknown states, with the number of their steps. ``mails``: customers whose id is
    an e-mail address."""

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


async def look(source: Source, words: Mapping[str, str], named: Collection[str]) -> Look:
    """``words``: words for states, the operator's and the system's. ``named``: states with a name.

    Raises `CannotRead`.
    """
    seen = Look()
    async with aclosing(source.rows()) as rows:
        async for row in rows:
            if order := row.order:
                seen.orders += 1
                seen.words.update(_unknown(order, words, named))
                whose = order.customer_id
                seen.mails |= {whose} if whose and is_mail(whose) else set()
            if seen.orders >= source.looked_at:
                break
    return seen


def _unknown(order: Booked, words: Mapping[str, str], named: Collection[str]) -> Iterator[str]:
    for word in order.words:
        meant = canonical(word, words)
        if meant not in list(Status) and meant.casefold() not in named:
            yield meant
