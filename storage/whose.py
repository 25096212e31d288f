"""Whose: keys that say what a chat follows and what an order belongs to.

A chat follows accounts and single orders. An order belongs to itself and, unless it is a guest's,
to an account. A chat follows an order exactly if they have a key in common.

Each key contains a space, so no customer can type one and no id from the shop equals one.
"""

from collections.abc import Iterable, Sequence

_ACCOUNT, _SINGLE = "of ", "order "


def account(customer_id: str) -> str:
    """The key of all orders of a customer."""
    return _ACCOUNT + customer_id


def single(order_id: str) -> str:
    """The key of one order."""
    return _SINGLE + order_id


def whose_of(order_id: str, customer_id: str | None) -> tuple[str, ...]:
    """What an order belongs to. ``customer_id``: None for a guest's order."""
    own = single(order_id)
    return (own,) if customer_id is None else (account(customer_id), own)


def customer_of(whose: str) -> str | None:
    """The customer id in the key. None: it is the key of a single order."""
    return whose.removeprefix(_ACCOUNT) if whose.startswith(_ACCOUNT) else None


def order_of(whose: str) -> str | None:
    """The order id in the key. None: it is the key of an account."""
    return whose.removeprefix(_SINGLE) if whose.startswith(_SINGLE) else None


def customers(whose: Iterable[str]) -> Sequence[str]:
    """The customer ids of the accounts among these keys."""
    return [found for each in whose if (found := customer_of(each))]


def singles(whose: Iterable[str]) -> Sequence[str]:
    """The order ids of the single orders among these keys."""
    return [found for each in whose if (found := order_of(each))]
