"""Adding events to an order: which are new, which are refused, and which may be news."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.orders import goods, history, references
from bot.services.orders.buyers import marks_of
from bot.services.orders.events import OrderEvent
from bot.services.orders.history import Report
from bot.services.orders.missing import MOMENT
from bot.services.orders.newsworthy import news_candidates
from bot.services.orders.recording import IdTaken, NotThisCustomers, TooManyEvents, UnknownOrder
from bot.services.orders.references import buyers_key
from bot.services.people.contacts import marks
from storage.models import Event, Listed, Order
from storage.orders import MOST_EVENTS
from storage.sealing import Seal


@dataclass(frozen=True)
class IncomingEvent:
    """An event as the shop posted it. ``id``: its idempotency key.

    ``digest``: of the body that came with this id. None: the id is derived from the content.
    ``lists``: all parcels that the order has in this system or, in an event of one parcel, the
    parcels that it consists of. None: the event does not say.
    ``is_partial``: whether part of the order is still to be sent, in no parcel of ``lists``.
    ``is_as_saved``: its time is when the system last saved the order. Of two with the same time,
    the one that arrives later is newer.
    ``begins``: it may create an order without a customer, as `order.created` does.
    ``formerly``: the id that older versions gave it.
    ``tokens``: secrets that the system gave to the buyer only. Only fingerprints are stored.
    ``tell_from``: the earliest time to notify of it. It is skipped if it is outdated by then.
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
    incoming: Sequence[IncomingEvent],
    events: Sequence[Event],
    seal: Seal,
    may_create: bool = True,
) -> Order:
    """The order with those events that it does not have yet. Raises `Refused`."""
    order_id, customer_id = incoming[0].event.data.order_id, incoming[0].event.data.customer_id
    had = {event.id: event.digest for event in order.all_events} if order else {}
    both = zip(incoming, events, strict=True)
    lacking = [event for one, event in both if not _is_in(had, one, event, seal)]
    new = list({event.id: event for event in lacking}.values())
    is_strangers = history.belongs_to_another(order, customer_id)
    if order and not new:
        return order if is_strangers else belonging(order, incoming, seal)
    if order is None and not (may_create and any(map(_begins, incoming))):
        raise UnknownOrder
    if is_strangers:
        raise NotThisCustomers
    known = order.events if order else []
    if len(known) + len(new) > MOST_EVENTS:
        raise TooManyEvents
    if as_saved := {each.id for each in incoming if each.is_as_saved}:
        new = _in_turn(new, known, as_saved)
    new = goods.without_repeats(new, known)
    silent = {each.id for each in incoming if not each.event.data.notify}
    report = Report(
        order_id,
        customer_id,
        new,
        keys=keys_of(order_id, [*known, *new]) + _buyers_keys(incoming, seal),
        may_be_news=news_candidates(new, known) - silent,
        contacts=_contacts(incoming, seal),
    )
    return history.reported(order, report)


def belonging(order: Order, incoming: Sequence[IncomingEvent], seal: Seal) -> Order:
    """The order with the customer, contacts and tokens of these events, though none is new.

    Returns the same object if nothing changes.
    """
    customer_id, contacts = incoming[0].event.data.customer_id, _contacts(incoming, seal)
    return history.belonging(order, customer_id, contacts, _buyers_keys(incoming, seal))


def _contacts(incoming: Sequence[IncomingEvent], seal: Seal) -> list[bytes]:
    """Fingerprints of the contacts, as the order keeps them."""
    contacts = [one.event.data.contact for one in incoming]
    given = [each for contact in contacts if contact for each in contact.all]
    return marks(seal, incoming[0].event.data.order_id, given)


def _buyers_keys(incoming: Sequence[IncomingEvent], seal: Seal) -> list[str]:
    return [buyers_key(marks_of(token, seal)[0]) for each in incoming for token in each.tokens]


def _begins(incoming: IncomingEvent) -> bool:
    """Whether the event creates its order if that is not stored."""
    is_created = incoming.begins or incoming.event.type == "order.created"
    return is_created or incoming.event.data.customer_id is not None


def keys_of(order_id: str, events: Sequence[Event]) -> list[str]:
    """All keys by which the order can be found, according to these events."""
    listed = [part.carrier for event in events for part in event.lists or ()]
    carriers = [carrier for carrier in [*listed, *(e.carrier for e in events)] if carrier]
    parcels = [carrier.tracking_number for carrier in carriers if carrier.tracking_number]
    numbers = {event.order_number for event in events}
    return sorted({key for n in numbers for key in references.keys(order_id, n, *parcels)})


def _in_turn(new: Sequence[Event], known: Sequence[Event], as_saved: set[str]) -> list[Event]:
    """The new events. Those ``as_saved`` move behind others of their system with the same time."""
    taken = {(event.source, event.occurred_at) for event in known}
    turned = []
    for event in new:
        at = event.occurred_at
        while event.id in as_saved and (event.source, at) in taken:
            at += MOMENT
        taken.add((event.source, at))
        turned.append(event.model_copy(update={"occurred_at": at}))
    return turned


def _is_in(had: Mapping[str, bytes], incoming: IncomingEvent, event: Event, seal: Seal) -> bool:
    """Whether the event is stored already. ``had``: digests by event id. Raises `IdTaken`."""
    if event.id in had and not seal.is_digest(had[event.id], event.digest):
        raise IdTaken
    return event.id in had or incoming.formerly in had
