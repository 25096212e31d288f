"""What a customer has chosen of the shop's own buttons, and which of its words answer that.

Pure functions: whoever was too late to save an order calls them again.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.services.orders.offers import Offered
from storage.models import Choice, Event, Order


def chosen(order: Order, action: Offered, at: datetime) -> Order:
    """The order, with the action marked as told; the very same if it was before."""
    if any((c.event, c.action) == (action.event_id, action.action_id) for c in order.chosen):
        return order
    choice = Choice(event=action.event_id, action=action.action_id, at=at)
    return order.model_copy(update={"chosen": [*order.chosen, choice]})


def answers(choices: Collection[Choice], events: Iterable[Event]) -> frozenset[str]:
    """Ids of the events that answer: the shop's first words since each of these choices.

    What a carrier's or a shop's system tells is no answer.
    """
    if not choices:
        return frozenset()
    said = sorted((e for e in events if e.note and not e.source), key=lambda e: e.recorded_at)
    first = (next((e.id for e in said if e.recorded_at >= c.at), None) for c in choices)
    return frozenset(filter(None, first))
