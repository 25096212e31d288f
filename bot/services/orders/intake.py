"""Intake: records what the shop and its systems post about orders."""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Literal

from bot.services.orders import history
from bot.services.orders.adding import IncomingEvent, adding, keys_of
from bot.services.orders.descriptions import OrderDescription, as_events, is_described
from bot.services.orders.extras import kept_items
from bot.services.orders.finding import Finding, OrderNames
from bot.services.orders.history import Report
from bot.services.orders.recording import (
    NotThisCustomers,
    Recorded,
    Recording,
    Refused,
    UnknownOrder,
)
from bot.services.orders.statuses import Dialect, Status, canonical, rank
from bot.services.orders.traces import refusals_traced, trace_each, traced
from bot.services.people.contacts import marks
from storage.models import Carrier, Event, Order, Window
from storage.sealing import Seal

Described = Literal["created", "replaced", "unchanged"]


class Intake:
    """``status_words``: the shop's own words for states, and their meaning."""

    def __init__(self, recording: Recording, *, status_words: Mapping[str, str]) -> None:
        self._recording = recording
        self._finding = Finding(recording.orders)
        self._words = status_words
        self.noticed = recording.noticed
        self._seal = recording.orders.seal

    async def record(self, incoming: IncomingEvent) -> bool:
        """Stores an event durably. False: it is stored already.

        Raises `Refused`, `CustomerErased`.
        """
        return await self.record_post([incoming])

    async def record_post(
        self,
        incoming: Sequence[IncomingEvent],
        dialect: Dialect | None = None,
        called: OrderNames | None = None,
    ) -> bool:
        """Stores the events of one post about one order, all or nothing. False: no event is new.

        Followers are notified of the present state of each parcel only, not of earlier ones in the
        same post. ``called``: the system's names for the order, if they may differ from our id.
        If no stored order has one of these names, a new order is created, if the post says whose
        it is. The search costs one read, unless an order has the id. Raises the same as `record`.
        """
        words = dialect.overridden_by(self._words) if dialect else self._words
        incoming = [self._as_kept(each, dialect) for each in incoming]
        taking = self._take(incoming, words, dialect.name if dialect else None, called)
        recorded = await traced(
            taking, [each.id for each in incoming], incoming[0].event.data.order_id
        )
        return recorded.is_new

    async def _take(
        self,
        incoming: Sequence[IncomingEvent],
        words: Mapping[str, str],
        source: str | None,
        called: OrderNames | None,
    ) -> Recorded:
        if called is None:
            return await self._add(incoming, words, source)
        if called.order_id:
            with suppress(UnknownOrder):
                return await self._add(incoming, words, source, may_create=False)
        order = await self._finding.meant(called, self._recording.clock())
        if order:
            its_own = [_of(each, order_id=order.id) for each in incoming]
            return await self._add(its_own, words, source)
        customer_id = called.customer_id or called.perhaps_of
        if not (called.order_id or called.number):
            raise UnknownOrder
        whose = {"customer_id": customer_id, "order_number": called.name}
        return await self._add([_of(each, **whose) for each in incoming], words, source)

    async def _add(
        self,
        incoming: Sequence[IncomingEvent],
        words: Mapping[str, str],
        source: str | None,
        *,
        may_create: bool = True,
    ) -> Recorded:
        events = [self._event(each, words, source) for each in incoming]
        first = incoming[0].event
        return await self._recording.write(
            first.data.order_id,
            partial(
                adding, incoming=incoming, events=events, may_create=may_create, seal=self._seal
            ),
            is_likely_new=first.type == "order.created",
        )

    async def record_in_turn(self, incoming: Sequence[IncomingEvent]) -> list[bool | Refused]:
        """Stores several events of one order in one write.

        Returns for each event what it would have given on its own: whether it was new, or the
        refusal. Raises `CustomerErased`.
        """
        incoming = [self._as_kept(each) for each in incoming]
        events = [self._event(each, self._words) for each in incoming]
        results: list[bool | Refused] = []

        def in_turn(order: Order | None) -> Order:
            results.clear()
            for one, event in zip(incoming, events, strict=True):
                try:
                    becomes = adding(order, incoming=[one], events=[event], seal=self._seal)
                except Refused as refused:
                    results.append(refused)
                else:
                    results.append(becomes is not order)
                    order = becomes
            if order is None:
                raise UnknownOrder
            return order

        order_id, ids = incoming[0].event.data.order_id, [each.id for each in incoming]
        try:
            with refusals_traced(ids, order_id):
                recorded = await self._recording.write(order_id, in_turn)
        except UnknownOrder as unknown:
            return [unknown] * len(incoming)
        trace_each(ids, results, recorded)
        return results

    async def describe(self, order_id: str, description: OrderDescription) -> Described:
        """Replaces the order's events by a complete description.

        Raises `NotThisCustomers`, `CustomerErased`.
        """
        now, seal = self._recording.clock(), self._seal
        events = as_events(order_id, description, self._words, now, seal)
        report = Report(
            order_id,
            description.customer_id,
            events,
            keys=keys_of(order_id, events),
            may_be_news=[events[-1].id] if description.notify else [],
            contacts=marks(seal, order_id, description.contact.all if description.contact else []),
        )
        describing = self._recording.write(order_id, partial(_describing, report=report, seal=seal))
        recorded = await traced(describing, [events[-1].id], order_id)
        if not recorded.is_new:
            return "unchanged"
        return "replaced" if recorded.before else "created"

    def prepared(
        self, incoming: Sequence[IncomingEvent], dialect: Dialect
    ) -> tuple[Sequence[IncomingEvent], Sequence[Event]]:
        """A system's events as they would be stored: the arguments of `adding`."""
        words = dialect.overridden_by(self._words)
        kept = [self._as_kept(each, dialect) for each in incoming]
        return kept, [self._event(each, words, dialect.name) for each in kept]

    def _as_kept(self, incoming: IncomingEvent, dialect: Dialect | None = None) -> IncomingEvent:
        """The event with a keyed digest, and with a keyed id if a shop system's adapter made it.

        Without the key, nobody who reads the database can guess what these were computed from.
        """
        if incoming.digest:
            incoming = replace(incoming, digest=self._seal.digest(incoming.digest))
        if dialect is None:
            return incoming
        made = self._seal.digest(incoming.id.encode()).hex()
        return replace(incoming, id=f"{dialect.name}:{made}", formerly=incoming.id)

    def _event(
        self, incoming: IncomingEvent, words: Mapping[str, str], source: str | None = None
    ) -> Event:
        event, news = incoming.event, incoming.event.data
        status = canonical(news.status, words) if news.status else None
        creates = status is None and event.type == "order.created"
        implies = Status.PLACED if creates else None
        window, carrier = news.estimated_delivery, news.carrier
        return Event(
            id=incoming.id,
            digest=incoming.digest or hashlib.sha256(incoming.id.encode()).digest(),
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
            **news.extras,
            **kept_items(news.items, news.parcel),
            source=source,
            lists=None if incoming.lists is None else list(incoming.lists),
            tell_from=incoming.tell_from,
            is_partial=incoming.is_partial,
            as_saved=incoming.is_as_saved or None,
        )


def _of(incoming: IncomingEvent, **whose: str | None) -> IncomingEvent:
    """The same event for another order id, customer or number."""
    data = incoming.event.data.model_copy(update=whose)
    return replace(incoming, event=incoming.event.model_copy(update={"data": data}))


def _describing(order: Order | None, *, report: Report, seal: Seal) -> Order:
    if history.belongs_to_another(order, report.customer_id):
        raise NotThisCustomers
    if order and is_described(order.events, report.events, seal):
        return order
    return history.described(order, report)
