"""Pictures of orders: what each shows, the address that says so, and whether it may still be seen.

The address holds all that is shown but the order's number, closed with the service's own key:
nobody can read or make one, and a picture is always of the state that it was made for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from bot.services.orders.expecting import Expected, days
from bot.services.orders.statuses import Status, closes, place
from bot.services.orders.timeline import Progress, timeline
from bot.services.people.sharing import ShareEnded, Sharing
from storage.orders import Orders
from storage.sealing import Forged, Seal

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


class NoPicture(Exception):
    """The address is none of ours, or what it shows is not to be seen any more."""


class Mood(StrEnum):
    """What a state means at a glance."""

    UNDERWAY = "underway"
    ARRIVED = "arrived"
    TROUBLED = "troubled"
    ENDED = "ended"

    @classmethod
    def of(cls, status: str) -> "Mood":
        if place(status) == Status.DELIVERED:
            return cls.ARRIVED
        if closes(status):
            return cls.ENDED
        return cls.TROUBLED if place(status) in TROUBLE else cls.UNDERWAY


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a picture shows, and nothing of whose order it is.

    ``of``: the order's id or, of what is for whoever has a link to it (``is_shared``), the link's.
    ``earliest``, ``latest``: the ends of the expected delivery, as days where its reader is.
    """

    of: str
    is_shared: bool = False
    language: str
    status: str
    mood: Mood
    is_pickup: bool = False
    progress: Progress | None = None
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True)
class Shown:
    """``number``: the order's, which whoever has a link is not shown."""

    picture: Picture
    number: str | None


_PICTURES = TypeAdapter(Picture)


def ends(expected: Expected | None, zone: tzinfo) -> tuple[date | None, date | None]:
    """The days between which it is expected; None at an end that is open."""
    if expected is None:
        return None, None
    told, window = days(expected.window, zone), expected.window
    return (told[0] if window.earliest else None), (told[-1] if window.latest else None)


class Addresses:
    """``base``: where the service is seen from outside; empty while it is not known."""

    def __init__(self, seal: Seal, base: Callable[[], str]) -> None:
        self._seal = seal
        self._base = base

    def of(self, picture: Picture) -> str | None:
        """The same for the same picture. None: there is nowhere to see it."""
        base = self._base()
        told = _PICTURES.dump_json(picture, exclude_defaults=True).decode()
        return f"{base}/p/{self._seal.enclosed(told)}.png" if base else None

    def read(self, enclosed: str) -> Picture:
        """Raises `NoPicture`, and of every address where there are no pictures."""
        if not self._base():
            raise NoPicture
        try:
            return _PICTURES.validate_json(self._seal.disclosed(enclosed))
        except (Forged, ValidationError):
            raise NoPicture from None


class Pictures:
    def __init__(self, addresses: Addresses, orders: Orders, sharing: Sharing) -> None:
        self.addresses = addresses
        self._orders = orders
        self._sharing = sharing

    async def find(self, enclosed: str, now: datetime) -> Shown:
        """Raises `NoPicture` for what is forged, and once the order or the link is gone.

        None of the database's commands for what is forged, one for an order, three for a link.
        """
        picture = self.addresses.read(enclosed)
        if picture.is_shared:
            return await self._shared(picture, now)
        order = await self._orders.get(picture.of)
        if order is None:
            raise NoPicture
        return Shown(picture, timeline(order).order_number)

    async def _shared(self, picture: Picture, now: datetime) -> Shown:
        try:
            await self._sharing.found(picture.of, now)
        except ShareEnded:
            raise NoPicture from None
        return Shown(picture, None)
