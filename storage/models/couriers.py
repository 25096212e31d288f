"""The courier of an order that is out for delivery."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from storage.models.base import PERSONAL, Model


class Place(Model):
    """Where a courier was ``at`` a time.

    ``accuracy``: radius of uncertainty in metres; ``heading``: direction of travel in degrees
    clockwise from north, 1-360.
    """

    at: datetime
    latitude: float
    longitude: float
    accuracy: float | None = None
    heading: int | None = None


class Map(Model):
    """The courier's place as shown in one chat: a live location message, which is updated.

    ``asked_at``: when the person pressed the button; ``answers``: the message with that button, if
    known. ``message_id``: None until it is sent; ``former``: the message that it replaces.
    ``shown``: the time of the place that it shows. ``until``: when Telegram stops accepting
    updates. ``rests_until``: the earliest time of the next update, because of its rate or after a
    failure; ``attempts``: how many have failed. ``over``: it is to be ended.
    """

    chat_id: int
    asked_at: datetime
    answers: int | None = None
    message_id: int | None = None
    former: int | None = None
    shown: datetime | None = None
    until: datetime | None = None
    rests_until: datetime | None = None
    attempts: int = 0
    over: bool = False


class Courier(Model):
    """``place``: the last known one; None: none is known yet. ``heard_at``: when it arrived.

    ``due_at``: when to update its maps; absent if it has none. While it is leased, the end of the
    lease. ``version``: as for an order.
    """

    id: str = Field(alias="_id")
    version: int | None = None
    place: Annotated[Place | None, *PERSONAL] = None
    heard_at: datetime
    maps: list[Map] = []
    due_at: datetime | None = None
    lease: str | None = None
    expires_at: datetime
