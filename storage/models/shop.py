"""What is kept of the traffic with the shop's backend, and for its staff."""

from datetime import datetime

from pydantic import Field

from storage.models.base import EssentialText, Model, PersonalText


class ShopEvent(Model):
    """Something that the shop is to be told. ``id``: its `webhook-id`; ``body``: as it is sent.

    ``customer_id``, ``order_id``: what it names; an account's link names no order.
    ``chat_id``: whom it tells of; absent when it may outlive what is held of that chat.
    ``due_at``: when somebody should next try; while a sender holds the lease, the lease's end.
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
    """A request that bore an idempotency key. ``id``: a hash of the key, and of who sent it.

    ``digest``: of the request, made by the seal. ``status``, ``body``: its answer; None while there
    is none. ``until``: then at the latest it is answered, or never. ``customer_id``, ``order_id``:
    all that it names.
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
    """News that nobody will try to send again by itself. ``id``: ``chat:news:order``.

    ``reference``: how others may call it. ``is_fresh``: the shop's staff has not been told; absent
    when it has.
    """

    id: str = Field(alias="_id")
    reference: str = ""
    chat_id: int
    order_id: str
    news: int
    since: datetime
    reason: str
    is_fresh: bool | None = None
