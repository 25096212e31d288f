"""The document of an order's courier, while the order is out for delivery."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from storage.models.base import PERSONAL, Model


class Place(Model):
    """Where a courier was ``at`` that moment.

    ``accuracy``: metres around it; ``heading``: where they went, in degrees from the north, 1-360.
    """

    at: datetime
    latitude: float
    longitude: float
    accuracy: float | None = None
    heading: int | None = None


class Map(Model):
    """What one chat sees of it: Telegram's live location, which is moved.

    ``asked_at``: when its person pressed the button; ``answers``: the message that it stood under,
    if that is known. ``message_id``: None until it is sent; ``former``: of one that it takes the
    place of. ``shown``: the moment of the place it shows. ``until``: when Telegram lets nobody move
    it any more. ``rests_until``: not before then, for its pace or after a failure; ``attempts``:
    how many failed. ``over``: it is to be ended.
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
    """``place``: the last one; None: none is known yet. ``heard_at``: when it was told.

    ``due_at``: when somebody should look after its maps; absent while it has none. While a replica
    holds the lease, ``due_at`` is the lease's end. ``version``: as of an order.
    """

    id: str = Field(alias="_id")
    version: int | None = None
    place: Annotated[Place | None, *PERSONAL] = None
    heard_at: datetime
    maps: list[Map] = []
    due_at: datetime | None = None
    lease: str | None = None
    expires_at: datetime
