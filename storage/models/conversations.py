"""What customers and the shop's staff have to say to each other."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.models.base import Model, PersonalText

Side = Literal["customer", "shop"]


class Relay(Model):
    """Something that waits to be brought to one side of a conversation.

    ``kind``: ``words`` that somebody wrote, which are the ``text``; a message of theirs to
    ``copy``, whose caption is the ``text``; what the bot itself says there; or what it does with
    the topic.
    ``bare``: what is copied cannot have a caption.
    """

    to: Side
    kind: Literal["words", "copy", "sheet", "ended", "silent", "unheard", "lost", "close", "reopen"]
    text: PersonalText = None
    message_id: int | None = None
    bare: bool = False
    at: datetime


class Conversation(Model):
    """What a customer and the shop's staff have to say to each other about an order.

    ``id``: ``chat:order``. ``version``: as of an order.
    ``name``: the customer's first name, if they want the shop to see it.
    ``topic``: where the staff reads it; None: there is none yet, or it was deleted.
    ``ended``: by whom, or by nobody's writing; None: it is open.
    ``ends_at``: silence ends it then or, when it has ended, all of it is forgotten.
    ``taken``: the latest messages that were taken in, so that none is twice.
    ``waiting``: what has not reached the other side, oldest first. ``due_at``: when somebody should
    next look at that; absent when there is none. While a sender holds the lease, the lease's end.
    """

    id: str = Field(alias="_id")
    version: int | None = None
    chat_id: int
    order_id: str
    customer_id: str | None = None
    name: PersonalText = None
    topic: int | None = None
    ended: Literal["customer", "shop", "silence"] | None = None
    latest_at: datetime
    ends_at: datetime
    taken: list[str] = []
    waiting: list[Relay] = []
    due_at: datetime | None = None
    lease: str | None = None
    attempts: int = 0
