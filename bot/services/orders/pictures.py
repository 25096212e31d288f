"""Pictures of orders: what they show, their addresses, and whether they may still be seen.

An address contains everything that the picture shows except the order's number, encrypted with the
service's key. So nobody can read or forge one, and a picture always shows the state that it was
made for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from bot.services.orders.expecting import Expected, days
from bot.services.orders.statuses import TROUBLE, Status, closes, place
from bot.services.orders.timeline import Progress, timeline
from bot.services.people.sharing import ShareEnded, Sharing
from storage.orders import Orders
from storage.sealing import Forged, Seal


class NoPicture(Exception):
    """The address is forged, or its picture may not be seen any more."""


class Mood(StrEnum):
    """What a state means, at a glance."""

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
    """The content of a picture. It does not tell whose order it is.

    ``of``: the order's id or, if ``is_shared``, the id of the share that shows it.
    ``earliest``, ``latest``: the delivery window as days in the reader's time zone.
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
    """``number``: the order's number; None for a share, which does not show it."""

    picture: Picture
    number: str | None


_PICTURES = TypeAdapter(Picture)


def ends(expected: Expected | None, zone: tzinfo) -> tuple[date | None, date | None]:
    """The first and the last expected day; None for an open end."""
    if expected is None:
        return None, None
    ends, window = days(expected.window, zone), expected.window
    return (ends[0] if window.earliest else None), (ends[-1] if window.latest else None)


class Addresses:
    """``base``: returns the service's public address; empty while it is not known."""

    def __init__(self, seal: Seal, base: Callable[[], str]) -> None:
        self._seal = seal
        self._base = base

    def of(self, picture: Picture) -> str | None:
        """The address; equal pictures have equal ones. None: there is no public address."""
        base = self._base()
        content = _PICTURES.dump_json(picture, exclude_defaults=True).decode()
        return f"{base}/p/{self._seal.enclosed(content)}.png" if base else None

    def read(self, enclosed: str) -> Picture:
        """Raises `NoPicture`: always, if there is no public address."""
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
        """Raises `NoPicture` if the address is forged, or the order or the share is gone.

        Database operations: none for a forged address, one for an order, three for a share.
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
