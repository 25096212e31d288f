"""Conversations between customers and the shop's staff."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.models.base import Model, PersonalText

Side = Literal["customer", "shop"]


class Relay(Model):
    """A message or an action that waits to reach one side of a conversation.

    ``kind``: ``words``: a person's text message, in ``text``; ``copy``: a message of theirs to be
    copied, with its caption in ``text``; the others: something that the bot itself says, or does
    with the topic.
    ``bare``: the copied message cannot have a caption.
    """

    to: Side
    kind: Literal["words", "copy", "sheet", "ended", "silent", "unheard", "lost", "close", "reopen"]
    text: PersonalText = None
    message_id: int | None = None
    bare: bool = False
    at: datetime


class Conversation(Model):
    """A conversation of a customer with the shop's staff about one order.

    ``id``: ``chat:order``. ``version``: as for an order.
    ``name``: the customer's first name, if they let the shop see it.
    ``topic``: the staff's topic for it; None: there is none yet, or it was deleted.
    ``ended``: who or what ended it; None: it is open.
    ``ends_at``: when silence ends it or, if it has ended, when it is deleted.
    ``taken``: the latest messages that were accepted, so that none is accepted twice.
    ``waiting``: what has not reached the other side, oldest first. ``due_at``: when to deliver
    that; absent if nothing waits. While it is leased, the end of the lease.
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
