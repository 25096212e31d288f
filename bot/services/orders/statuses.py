"""The states of an order, the phases that a customer sees, and other words for states."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self


class Status(StrEnum):
    """The contract's states, in the order in which an order usually passes through them."""

    PAYMENT_DUE = "payment_due"
    PLACED = "placed"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    PACKED = "packed"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    ATTEMPT_FAILED = "attempt_failed"
    DELAYED = "delayed"
    NO_NEWS = "no_news"
    ON_HOLD = "on_hold"
    PROBLEM = "problem"
    DELIVERED = "delivered"
    RETURNED = "returned"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


Hear = Literal["all", "main", "important"]
"""Who is notified of a state: chats that want all changes, the main steps, or important ones."""


class OwnState(str):
    """A state of the shop's own, defined by the operator (docs/own-words.md).

    As a string it is the shop's word, and is stored, compared and shown like any state. Its meaning
    is not stored: it is looked up in the present settings when an event arrives (`canonical`) or an
    order is read (`Meanings`).

    ``after``: the known state whose place in the progress it takes. ``closes``: nothing more is
    expected after it. ``hear``: None: the same as ``after``.
    """

    after: Status
    closes: bool
    hear: Hear | None

    def __new__(
        cls, word: str, after: Status, *, closes: bool | None = None, hear: Hear | None = None
    ) -> Self:
        own = super().__new__(cls, word)
        own.after, own.hear = after, hear
        own.closes = after in CLOSED if closes is None else closes
        return own


CLOSED = frozenset({Status.DELIVERED, Status.RETURNED, Status.REFUNDED, Status.CANCELLED})
"""States after which nothing more is expected."""

TROUBLE = frozenset(
    {
        Status.PAYMENT_DUE,
        Status.ATTEMPT_FAILED,
        Status.DELAYED,
        Status.NO_NEWS,
        Status.ON_HOLD,
        Status.PROBLEM,
    }
)
"""States in which something is in the way of the delivery."""

DELIVERY = (
    frozenset({Status.PLACED, Status.CONFIRMED}),
    frozenset({Status.PROCESSING, Status.PACKED}),
    frozenset({Status.SHIPPED, Status.IN_TRANSIT}),
    frozenset({Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP}),
    frozenset({Status.DELIVERED}),
)
"""The phases of a delivery. Other states, such as a delay, do not change the progress."""

PICKUP = (
    frozenset({Status.PLACED, Status.CONFIRMED}),
    frozenset(
        {
            Status.PROCESSING,
            Status.PACKED,
            Status.SHIPPED,
            Status.IN_TRANSIT,
            Status.OUT_FOR_DELIVERY,
        }
    ),
    frozenset({Status.READY_FOR_PICKUP}),
    frozenset({Status.DELIVERED}),
)
"""The phases of an order that the customer picks up. *Delivered* means that they have it."""

WAYS = frozenset(
    {Status.SHIPPED, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY, Status.READY_FOR_PICKUP}
)
"""States that show how an order reaches its customer. The newest of them counts."""

_RANKS = {status.value: rank for rank, status in enumerate(Status)}

COMMON: Mapping[Status, str] = {
    Status.PAYMENT_DUE: "pending_payment payment_pending awaiting_payment unpaid",
    Status.PLACED: "pending new created submitted not_processed order_received",
    Status.CONFIRMED: "accepted approved paid payment_received",
    Status.PROCESSING: "in_progress in_process preparing being_prepared in_production packing",
    Status.PACKED: "packaged label_created pre_transit info_received awaiting_shipment "
    "ready_to_ship ready_for_shipping ready_for_shipment ready_for_dispatch",
    Status.SHIPPED: "dispatched despatched sent handed_over handed_to_courier",
    Status.IN_TRANSIT: "transit on_the_way on_its_way en_route",
    Status.OUT_FOR_DELIVERY: "with_courier with_the_courier",
    Status.READY_FOR_PICKUP: "ready_for_pick_up ready_to_pick_up ready_pickup "
    "available_for_pickup ready_for_collection ready_to_collect",
    Status.ATTEMPT_FAILED: "attempt_fail failed_attempt attempted_delivery delivery_attempted "
    "delivery_failed failed_delivery failed_delivery_attempt",
    Status.DELAYED: "delay late backordered",
    Status.ON_HOLD: "hold held paused",
    Status.PROBLEM: "exception lost damaged",
    Status.DELIVERED: "delivery_completed successfully_delivered delivered_successfully",
    Status.RETURNED: "returned_to_sender return_to_sender",
    Status.REFUNDED: "refund fully_refunded",
    Status.CANCELLED: "canceled cancelled_by_customer voided",
}
"""Common English words for states, valid for every source. Ambiguous words (completed, failed,
received) are left out."""

_SPELLINGS = {word: ours.value for ours, words in COMMON.items() for word in words.split()}


@dataclass(frozen=True)
class Dialect:
    """A shop system's words for states, and their default meaning."""

    name: str
    words: Mapping[str, str]

    def overridden_by(self, operators: Mapping[str, str]) -> dict[str, str]:
        """The words and their meaning, where the operator's take precedence.

        Those with this system's name, like ``woocommerce.completed``, come before all others.
        """
        given = {word_key(theirs): ours for theirs, ours in operators.items()}
        own = {word_key(theirs): ours for theirs, ours in self.words.items()}
        prefix = f"{word_key(self.name)}."
        meant = {w.removeprefix(prefix): ours for w, ours in given.items() if w.startswith(prefix)}
        return own | given | meant


def place(status: str | None) -> str:
    """The known state whose place in the progress it takes; an unknown state itself."""
    return status.after if isinstance(status, OwnState) else status or ""


def closes(status: str | None) -> bool:
    """Whether nothing more is expected after it."""
    return status.closes if isinstance(status, OwnState) else status in CLOSED


def rank(status: str | None) -> int:
    """The order of states among events of the same time. Unknown states sort like "on hold"."""
    return _RANKS.get(place(status), _RANKS[Status.ON_HOLD])


def canonical(word: str, words: Mapping[str, str]) -> str:
    """The state that a shop's word means.

    ``words``, the shop's settings, come first, then the common English words. An unknown word is
    kept as it is. "Out For Delivery", "out-for-delivery" and "out_for_delivery" are equal.
    """
    said = word_key(word)
    shops = {word_key(theirs): ours for theirs, ours in words.items()}
    ours = shops.get(said)
    if isinstance(ours, OwnState):
        return ours
    mapped = word_key(ours or "") or _common(said) or _common(said.removeprefix("order_"))
    return mapped if mapped in _RANKS else word.strip()


def _common(word: str) -> str | None:
    return word if word in _RANKS else _SPELLINGS.get(word)


def word_key(word: str) -> str:
    """The form in which words are compared."""
    return re.sub(r"[\s_-]+", "_", word.strip().casefold())
