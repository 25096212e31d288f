"""An event as it is told, and what becomes of its order by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders import goods, history, references
from bot.services.orders.buyers import marks_of
from bot.services.orders.events import OrderEvent
from bot.services.orders.history import Told
from bot.services.orders.missing import MOMENT
from bot.services.orders.recording import IdTaken, NotThisCustomers, TooManyEvents, UnknownOrder
from bot.services.orders.references import buyers_key
from bot.services.people.contacts import marks
from storage.models import Event, Listed, Order
from storage.orders import MOST_EVENTS
from storage.sealing import Seal


@dataclass(frozen=True)
class Said:
    """An event as the shop told it. ``id``: its idempotency key.

    ``digest``: of the body that came with this id; None: the id itself stands for what it says.
    ``lists``: all parcels that the order has for this system then or, of an event of a parcel, all
    that this one consists of; None: it does not say. ``is_partial``: whether the order is more than
    these, as some of it is still to be sent. ``is_as_saved``: it is dated by when its system had
    saved it last: of two that were saved at one moment, that which comes later is newer.
    ``begins``: its order may be new, as a guest's; of the shop's own events `order.created` does.
    ``formerly``: the id that older versions gave it. ``tokens``: what the order's buyer has got
    from the system, and nobody else; only fingerprints are kept.
    ``tell_from``: it is told no sooner, and not at all if it is over by then.
    """

    id: str
    event: OrderEvent
    digest: bytes | None = None
    lists: Sequence[Listed] | None = None
    is_partial: bool | None = None
    is_as_saved: bool = False
    begins: bool = False
    formerly: str | None = None
    tell_from: datetime | None = None
    tokens: Sequence[str] = ()


def adding(
    order: Order | None,
    *,
    said: Sequence[Said],
    events: Sequence[Event],
    seal: Seal,
    may_create: bool = True,
) -> Order:
    """The order with those of the events that it has not had. Raises `Refused`."""
    order_id, customer_id = said[0].event.data.order_id, said[0].event.data.customer_id
    had = {event.id: event.digest for event in order.all_told} if order else {}
    both = zip(said, events, strict=True)
    lacking = [event for one, event in both if not _is_in(had, one, event, seal)]
    new = list({event.id: event for event in lacking}.values())
    is_anothers = history.is_anothers(order, customer_id)
    if order and not new:
        return order if is_anothers else belonging(order, said, seal)
    if order is None and not (may_create and any(map(_begins, said))):
        raise UnknownOrder
    if is_anothers:
        raise NotThisCustomers
    known = order.events if order else []
    if len(known) + len(new) > MOST_EVENTS:
        raise TooManyEvents
    if as_saved := {each.id for each in said if each.is_as_saved}:
        new = _in_turn(new, known, as_saved)
    new = goods.told_once(new, known)
    silent = {each.id for each in said if not each.event.data.notify}
    told = Told(
        order_id,
        customer_id,
        new,
        keys=keys_of(order_id, [*known, *new]) + _buyers_keys(said, seal),
        may_tell=history.worth_telling(new, known) - silent,
        contacts=_contacts(said, seal),
    )
    return history.told(order, told)


def belonging(order: Order, said: Sequence[Said], seal: Seal) -> Order:
    """The order with whose it is and what its buyer gave and has got, though no event is new; the
    very same if all that is known.
    """
    customer_id, contacts = said[0].event.data.customer_id, _contacts(said, seal)
    return history.belonging(order, customer_id, contacts, _buyers_keys(said, seal))


def _contacts(said: Sequence[Said], seal: Seal) -> list[bytes]:
    """As the order keeps them."""
    told = [one.event.data.contact for one in said]
    given = [each for contact in told if contact for each in contact.all]
    return marks(seal, said[0].event.data.order_id, given)


def _buyers_keys(said: Sequence[Said], seal: Seal) -> list[str]:
    return [buyers_key(marks_of(token, seal)[0]) for each in said for token in each.tokens]


def _begins(said: Said) -> bool:
    """Whether an order that was never seen is made of it."""
    is_created = said.begins or said.event.type == "order.created"
    return is_created or said.event.data.customer_id is not None


def keys_of(order_id: str, events: Sequence[Event]) -> list[str]:
    """What the events say that the order is found by."""
    listed = [part.carrier for event in events for part in event.lists or ()]
    carriers = [carrier for carrier in [*listed, *(e.carrier for e in events)] if carrier]
    parcels = [carrier.tracking_number for carrier in carriers if carrier.tracking_number]
    numbers = {event.order_number for event in events}
    return sorted({key for n in numbers for key in references.keys(order_id, n, *parcels)})


def _in_turn(new: Sequence[Event], known: Sequence[Event], as_saved: set[str]) -> list[Event]:
    """The new events, those ``as_saved`` behind others of their system and moment."""
    taken = {(event.source, event.occurred_at) for event in known}
    turned = []
    for event in new:
        at = event.occurred_at
        while event.id in as_saved and (event.source, at) in taken:
            at += MOMENT
        taken.add((event.source, at))
        turned.append(event.model_copy(update={"occurred_at": at}))
    return turned


def _is_in(had: Mapping[str, bytes], said: Said, event: Event, seal: Seal) -> bool:
    """Whether this very event was stored before: the digests by their ids. Raises `IdTaken`."""
    if event.id in had and not seal.is_digest(had[event.id], event.digest):
        raise IdTaken
    return event.id in had or said.formerly in had
