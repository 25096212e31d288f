"""The customer's choices among the shop's own buttons, and the events that answer them.

Pure functions, called again when a save fails because another writer was faster.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.services.orders.offers import ShopButton
from storage.models import Choice, Event, Order


def chosen(order: Order, action: ShopButton, at: datetime) -> Order:
    """The order with the choice added; the same object if it has it already."""
    if any((c.event, c.action) == (action.event_id, action.action_id) for c in order.chosen):
        return order
    choice = Choice(event=action.event_id, action=action.action_id, at=at)
    return order.model_copy(update={"chosen": [*order.chosen, choice]})


def answers(choices: Collection[Choice], events: Iterable[Event]) -> frozenset[str]:
    """Ids of the answers: the first event with a note from the shop itself after each choice.

    Events of carriers and shop systems are no answers.
    """
    if not choices:
        return frozenset()
    said = sorted((e for e in events if e.note and not e.source), key=lambda e: e.recorded_at)
    first = (next((e.id for e in said if e.recorded_at >= c.at), None) for c in choices)
    return frozenset(filter(None, first))
