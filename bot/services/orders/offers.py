"""What the shop offers with an order at present: a payment link, a pickup place, its own buttons.

An offer comes with an event and is valid while the order stays in the state of that event. The
rules: docs/decisions/0033-buttons.md.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.services.orders.scoped import Scoped
from bot.services.orders.statuses import Status, closes, place
from storage.models import Choice, Event, Pickup


@dataclass(frozen=True)
class ShopButton:
    """A button of the shop's own. ``key``: identifies it and its event in our callback data.

    ``url``: the address to open. None: the shop is told when it is pressed. ``is_chosen``: it has
    been pressed.
    """

    key: str
    event_id: str
    action_id: str
    label: str
    url: str | None
    parcel: str | None
    is_chosen: bool = False


@dataclass(frozen=True)
class WaitingPickup:
    """Something to pick up. ``parcels``: those that wait there; empty if the order has none."""

    place: Pickup
    parcels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offers:
    """The present offers. ``pickups``: each pickup place once."""

    payment_url: str | None = None
    pickups: tuple[WaitingPickup, ...] = ()
    actions: tuple[ShopButton, ...] = ()

    def action(self, key: str) -> ShopButton | None:
        """The button with this key, if the shop is told when it is pressed."""
        return next((a for a in self.actions if a.key == key and a.url is None), None)


def offers(events: Sequence[Event], chosen: Collection[Choice] = ()) -> Offers:
    """``events``: from `parcels.counting`. ``chosen``: the choices of which the shop was told."""
    if not any(event.payment_url or event.pickup or event.actions for event in events):
        return Offers()
    replay = _Replay(events)
    named = dict.fromkeys(event.parcel for event in events if event.parcel)
    of: Sequence[str | None] = [*named] or [None]
    payments = [replay.payments.of(p) for p in of if replay.states.of(p) == Status.PAYMENT_DUE]
    actions = {action.key: action for parcel in of for action in replay.actions.of(parcel) or ()}
    keys = {action_key(choice.event, choice.action) for choice in chosen}
    return Offers(
        payment_url=next(filter(None, payments), None),
        pickups=tuple(_waiting(of, replay)),
        actions=tuple(replace(a, is_chosen=a.key in keys) for a in actions.values()),
    )


def action_key(event_id: str, action_id: str) -> str:
    """A short key: `callback_data` holds 64 bytes, and the ids may be longer."""
    return hashlib.blake2b(f"{event_id}\0{action_id}".encode(), digest_size=8).hexdigest()


class _Replay:
    """Replays the events once, oldest first, and knows the offers after the last one."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.states: Scoped[str] = Scoped()
        self.payments: Scoped[str | None] = Scoped()
        self.pickups: Scoped[Pickup | None] = Scoped()
        self.actions: Scoped[tuple[ShopButton, ...]] = Scoped()
        for event in events:
            self._take_state(event)
            self._take_offers(event)

    def _take_state(self, event: Event) -> None:
        """A new state ends the offers of the one before. A repeated state is not new."""
        parcel, before = event.parcel, self.states.of(event.parcel)
        state = event.status or (None if before else event.implies)
        if state is None:
            return
        self.states.put(parcel, state)
        if state == before:
            return
        self.actions.put(parcel, ())
        if state != Status.PAYMENT_DUE:
            self.payments.put(parcel, None)
        if closes(state):
            self.pickups.put(parcel, None)

    def _take_offers(self, event: Event) -> None:
        if event.payment_url:
            self.payments.put(event.parcel, event.payment_url)
        if event.pickup:
            known = self.pickups.of(event.parcel)
            self.pickups.put(event.parcel, _completed(event.pickup, known))
        if event.actions is not None:
            self.actions.put(event.parcel, tuple(_offered(event)))


def _offered(event: Event) -> Iterable[ShopButton]:
    for action in event.actions or ():
        key = action_key(event.id, action.id)
        yield ShopButton(key, event.id, action.id, action.label, action.url, event.parcel)


def _completed(new: Pickup, known: Pickup | None) -> Pickup:
    """Adds to the known pickup if the new one names no place: a code may come later."""
    if known is None or new.name or new.address:
        return new
    said = {name: getattr(new, name) for name in Pickup.model_fields}
    return known.model_copy(update={name: value for name, value in said.items() if value})


def _waiting(parcels: Iterable[str | None], replay: _Replay) -> Iterable[WaitingPickup]:
    """The pickups that are ready. The shop's own states may mean "ready for pickup", too."""
    ready = [p for p in parcels if place(replay.states.of(p)) == Status.READY_FOR_PICKUP]
    at = {parcel: there for parcel in ready if (there := replay.pickups.of(parcel))}
    for there in dict.fromkeys(at.values()):
        yield WaitingPickup(there, tuple(p for p in at if p and at[p] == there))
