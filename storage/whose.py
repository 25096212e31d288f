"""Whose: what a chat follows, and what an order belongs to, said by the same keys.

A chat follows accounts and single orders. An order belongs to itself and, if it has one, to its
account. Whoever shares a key with an order follows it, and nobody else does.

The keys have a space, so that nobody can type one, and no id of the shop's is one.
"""

from collections.abc import Iterable, Sequence

_ACCOUNT, _SINGLE = "of ", "order "


def account(customer_id: str) -> str:
    """The key of all orders of a customer."""
    return _ACCOUNT + customer_id


def single(order_id: str) -> str:
    """The key of one order, whoever's it is."""
    return _SINGLE + order_id


def whose_of(order_id: str, customer_id: str | None) -> tuple[str, ...]:
    """What an order belongs to. ``customer_id``: None for a guest's."""
    own = single(order_id)
    return (own,) if customer_id is None else (account(customer_id), own)


def customer_of(whose: str) -> str | None:
    """None: it is a single order."""
    return whose.removeprefix(_ACCOUNT) if whose.startswith(_ACCOUNT) else None


def order_of(whose: str) -> str | None:
    """None: it is an account."""
    return whose.removeprefix(_SINGLE) if whose.startswith(_SINGLE) else None


def customers(whose: Iterable[str]) -> Sequence[str]:
    """Ids of the customers whose accounts are among these."""
    return [found for each in whose if (found := customer_of(each))]


def singles(whose: Iterable[str]) -> Sequence[str]:
    """Ids of the single orders among these."""
    return [found for each in whose if (found := order_of(each))]
