"""What the shop tells of its orders, and what becomes of it."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from bot.services.orders import history, references
from bot.services.orders.buyers import marks_of
from bot.services.orders.descriptions import OrderDescription, as_events, is_described
from bot.services.orders.events import OrderEvent
from bot.services.orders.finding import Called, Finding
from bot.services.orders.history import Told
from bot.services.orders.missing import MOMENT
from bot.services.orders.recording import (
    IdTaken,
    NotThisCustomers,
    Recorded,
    Recording,
    Refused,
    TooManyEvents,
    UnknownOrder,
)
from bot.services.orders.references import buyers_key
from bot.services.orders.statuses import Dialect, Status, canonical, rank
from bot.services.orders.traces import refusals_told, tell_each, traced
from bot.services.people.contacts import marks
from storage.models import Carrier, Event, Listed, Order, Window
from storage.orders import MOST_EVENTS
from storage.sealing import Seal

Described = Literal["created", "replaced", "unchanged"]


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


class Intake:
    """``status_words``: the shop's own for states."""

    def __init__(self, recording: Recording, *, status_words: Mapping[str, str]) -> None:
        self._recording = recording
        self._finding = Finding(recording.orders)
        self._words = status_words
        self.noticed = recording.noticed
        self._seal = recording.orders.seal

    async def record(self, said: Said) -> bool:
        """Stores an event durably. False: it was stored before.

        Raises `Refused`, `CustomerErased`.
        """
        return await self.record_post([said])

    async def record_post(
        self,
        said: Sequence[Said],
        dialect: Dialect | None = None,
        called: Called | None = None,
    ) -> bool:
        """Stores what one post says of one order, all or nothing. False: all was stored before.

        What a post says at once is told at once: of each parcel the state that it is in now, and
        not how it got there. ``called``: what the system calls the order, if that may be another
        name than our id; only if no order is meant by that, it is a new one, if it says whose. To
        look costs a read where no order has the id. Raises as `record` does.
        """
        words = dialect.as_told(self._words) if dialect else self._words
        said = [self._as_kept(each, dialect) for each in said]
        taking = self._take(said, words, dialect.name if dialect else None, called)
        recorded = await traced(taking, [each.id for each in said], said[0].event.data.order_id)
        return recorded.is_new

    async def _take(
        self,
        said: Sequence[Said],
        words: Mapping[str, str],
        source: str | None,
        called: Called | None,
    ) -> Recorded:
        if called is None:
            return await self._add(said, words, source)
        if called.order_id:
            with suppress(UnknownOrder):
                return await self._add(said, words, source, may_create=False)
        order = await self._finding.meant(called, self._recording.clock())
        if order:
            its_own = [_of(each, order_id=order.id) for each in said]
            return await self._add(its_own, words, source)
        customer_id = called.customer_id or called.perhaps_of
        if not (called.order_id or called.number):
            raise UnknownOrder
        whose = {"customer_id": customer_id, "order_number": called.name}
        return await self._add([_of(each, **whose) for each in said], words, source)

    async def _add(
        self,
        said: Sequence[Said],
        words: Mapping[str, str],
        source: str | None,
        *,
        may_create: bool = True,
    ) -> Recorded:
        events = [self._event(each, words, source) for each in said]
        first = said[0].event
        return await self._recording.write(
            first.data.order_id,
            partial(adding, said=said, events=events, may_create=may_create, seal=self._seal),
            is_likely_new=first.type == "order.created",
        )

    async def record_in_turn(self, said: Sequence[Said]) -> list[bool | Refused]:
        """Stores events of one order in one write: of each what it alone would have come to.

        Raises `CustomerErased`.
        """
        said = [self._as_kept(each) for each in said]
        events = [self._event(each, self._words) for each in said]
        results: list[bool | Refused] = []

        def in_turn(order: Order | None) -> Order:
            results.clear()
            for one, event in zip(said, events, strict=True):
                try:
                    becomes = adding(order, said=[one], events=[event], seal=self._seal)
                except Refused as refused:
                    results.append(refused)
                else:
                    results.append(becomes is not order)
                    order = becomes
            if order is None:
                raise UnknownOrder
            return order

        order_id, ids = said[0].event.data.order_id, [each.id for each in said]
        try:
            with refusals_told(ids, order_id):
                recorded = await self._recording.write(order_id, in_turn)
        except UnknownOrder as unknown:
            return [unknown] * len(said)
        tell_each(ids, results, recorded)
        return results

    async def describe(self, order_id: str, description: OrderDescription) -> Described:
        """Makes the order what is described, whatever was told of it before.

        Raises `NotThisCustomers`, `CustomerErased`.
        """
        now, seal = self._recording.clock(), self._seal
        events = as_events(order_id, description, self._words, now, seal)
        told = Told(
            order_id,
            description.customer_id,
            events,
            keys=_keys(order_id, events),
            may_tell=[events[-1].id] if description.notify else [],
            contacts=marks(seal, order_id, description.contact.all if description.contact else []),
        )
        describing = self._recording.write(order_id, partial(_describing, told=told, seal=seal))
        recorded = await traced(describing, [events[-1].id], order_id)
        if not recorded.is_new:
            return "unchanged"
        return "replaced" if recorded.before else "created"

    def prepared(
        self, said: Sequence[Said], dialect: Dialect
    ) -> tuple[Sequence[Said], Sequence[Event]]:
        """What a system says, as it is kept: for `adding`."""
        kept, words = [self._as_kept(each, dialect) for each in said], dialect.as_told(self._words)
        return kept, [self._event(each, words, dialect.name) for each in kept]

    def _as_kept(self, said: Said, dialect: Dialect | None = None) -> Said:
        """Nobody who reads the database finds out by trying what a digest was made of, nor an id
        that a shop system's file has made."""
        if said.digest:
            said = replace(said, digest=self._seal.digest(said.digest))
        if dialect is None:
            return said
        made = self._seal.digest(said.id.encode()).hex()
        return replace(said, id=f"{dialect.name}:{made}", formerly=said.id)

    def _event(self, said: Said, words: Mapping[str, str], source: str | None = None) -> Event:
        event, news = said.event, said.event.data
        status = canonical(news.status, words) if news.status else None
        creates = status is None and event.type == "order.created"
        implies = Status.PLACED if creates else None
        window, carrier = news.estimated_delivery, news.carrier
        return Event(
            id=said.id,
            digest=said.digest or hashlib.sha256(said.id.encode()).digest(),
            occurred_at=news.occurred_at or event.timestamp,
            recorded_at=self._recording.clock(),
            rank=rank(status or implies),
            status=status,
            implies=implies,
            parcel=news.parcel,
            note=news.note,
            location=news.location,
            order_number=news.order_number,
            carrier=Carrier(**carrier.model_dump()) if carrier else None,
            estimated_delivery=Window(**window.model_dump()) if window else None,
            items=news.items,
            source=source,
            lists=None if said.lists is None else list(said.lists),
            tell_from=said.tell_from,
            is_partial=said.is_partial,
            as_saved=said.is_as_saved or None,
        )


def _of(said: Said, **whose: str | None) -> Said:
    """The same said of another order."""
    data = said.event.data.model_copy(update=whose)
    return replace(said, event=said.event.model_copy(update={"data": data}))


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
    contacts = contacts_in(said, seal)
    if order and not new:
        return order if is_anothers else history.belonging(order, customer_id, contacts)
    if order is None and not (may_create and any(map(_begins, said))):
        raise UnknownOrder
    if is_anothers:
        raise NotThisCustomers
    known = order.events if order else []
    if len(known) + len(new) > MOST_EVENTS:
        raise TooManyEvents
    if as_saved := {each.id for each in said if each.is_as_saved}:
        new = _in_turn(new, known, as_saved)
    silent = {each.id for each in said if not each.event.data.notify}
    bought = [buyers_key(marks_of(token, seal)[0]) for each in said for token in each.tokens]
    told = Told(
        order_id,
        customer_id,
        new,
        keys=_keys(order_id, [*known, *new]) + bought,
        may_tell=history.worth_telling(new, known) - silent,
        contacts=contacts,
    )
    return history.told(order, told)


def contacts_in(said: Sequence[Said], seal: Seal) -> list[bytes]:
    """As the order keeps them."""
    told = [one.event.data.contact for one in said]
    given = [each for contact in told if contact for each in contact.all]
    return marks(seal, said[0].event.data.order_id, given)


def _begins(said: Said) -> bool:
    """Whether an order that was never seen is made of it."""
    is_created = said.begins or said.event.type == "order.created"
    return is_created or said.event.data.customer_id is not None


def _keys(order_id: str, events: Sequence[Event]) -> list[str]:
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


def _describing(order: Order | None, *, told: Told, seal: Seal) -> Order:
    if history.is_anothers(order, told.customer_id):
        raise NotThisCustomers
    if order and is_described(order.events, told.events, seal):
        return order
    return history.described(order, told)
