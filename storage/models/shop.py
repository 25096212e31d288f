"""Data about the traffic with the shop's backend, and for its staff."""

from datetime import datetime

from pydantic import Field

from storage.models.base import EssentialText, Model, PersonalText


class ShopEvent(Model):
    """An event for the shop's webhook. ``id``: its `webhook-id`; ``body``: as it is sent.

    ``customer_id``, ``order_id``: whatever it names; an account's link names no order.
    ``chat_id``: the chat that it is about; absent if it may outlive that chat's data.
    ``due_at``: when to try next; while it is leased, the end of the lease.
    """

    id: str = Field(alias="_id")
    type: str
    customer_id: str | None = None
    order_id: str | None = None
    chat_id: int | None = None
    body: PersonalText
    at: datetime
    due_at: datetime
    lease: str | None = None
    attempts: int = 0


class Repeatable(Model):
    """A request with an idempotency key. ``id``: a hash of the key and its sender.

    ``digest``: the seal's digest of the request. ``status``, ``body``: the answer; None while there
    is none. ``until``: if it is not answered by then, its handler has died. ``customer_id``,
    ``order_id``: all that it names.
    """

    id: str = Field(alias="_id")
    digest: bytes
    at: datetime
    until: datetime
    status: int | None = None
    body: EssentialText = None
    customer_id: list[str] | str | None = None
    order_id: list[str] | None = None


class DeadLetter(Model):
    """News that was given up. ``id``: ``chat:news:order``.

    ``reference``: its public name. ``is_fresh``: True until it is reported to the shop's staff;
    then absent.
    """

    id: str = Field(alias="_id")
    reference: str = ""
    chat_id: int
    order_id: str
    news: int
    since: datetime
    reason: str
    is_fresh: bool | None = None
