"""What is held of people beside their chats."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.models.base import Model, PersonalText
from storage.whose import whose_of


class LinkToken(Model):
    """A promise to link a chat to an account or an order. Only hashes of its two secrets are kept.

    ``reference``: what the link goes by, as the chat's later. ``many``: it works for everybody who
    has it until it expires; else for one chat, once. ``confirm``: that the chat ``used_by`` agrees
    is not enough, the shop has to as well; ``language`` is its phone's. ``tries``: how often the
    shop has, right or wrong.
    """

    id: str = Field(alias="_id")
    reference: str = ""
    code_hash: str
    whose: str
    many: bool = False
    confirm: bool = False
    language: str | None = None
    account_hint: PersonalText = None
    expires_at: datetime
    used_by: int | None = None
    used_at: datetime | None = None
    tries: int = 0
    done: bool = False


class Share(Model):
    """A link by which somebody else sees an order's state. ``id``: the SHA-256 of its token.

    ``whose``: by what its maker, ``chat_id``, followed the order. It works while that link stands.
    ``offered``: it is there to be chosen inline; whether it was, nobody knows.
    """

    id: str = Field(alias="_id")
    chat_id: int
    order_id: str
    whose: str
    created_at: datetime
    expires_at: datetime
    offered: bool | None = None


class Wait(Model):
    """Somebody who has a share's link wants to be told, once, when its order arrives.
    ``id``: ``share:chat``.

    ``share``, ``whose``, ``expires_at``: the share's id, and as there. ``language``: of the
    phone. The chat need not be linked to anything.
    """

    id: str = Field(alias="_id")
    chat_id: int
    order_id: str
    share: str
    whose: str
    language: str | None = None
    since: datetime
    expires_at: datetime


Rating = Literal["good", "fair", "bad"]


class Opinion(Model):
    """What a chat said of an order that it got. ``id``: ``chat:order``.

    ``reference``: how the shop may call it, which tells nothing of the chat. ``since``: when it was
    first said; ``at``: when last, be it in other words. ``prompt``: the message that has asked for
    a comment and waits for it, ``comment_until`` then.
    """

    id: str = Field(alias="_id")
    reference: str
    order_id: str
    customer_id: str | None = None
    chat_id: int
    rating: Rating
    comment: PersonalText = None
    at: datetime
    since: datetime
    prompt: int | None = None
    comment_until: datetime | None = None

    @property
    def whose(self) -> tuple[str, ...]:
        """As its order's, when it was said."""
        return whose_of(self.order_id, self.customer_id)


class Phone(Model):
    """By which number a customer's owner is recognised. ``id``: the customer's.

    ``hash``: the number's fingerprint. The number itself is nowhere.
    """

    id: str = Field(alias="_id")
    hash: bytes
    account_hint: PersonalText = None
    at: datetime


class PrivacyRequest(Model):
    """What a shop system asks about people's data. ``id``: the same for the same.

    ``kind``: to ``erase`` a customer and orders, to hand over a ``copy`` of what is held of them,
    or to ``erase_all`` that came from the ``source``. ``due_at``: it is carried out then; absent
    for a copy, which a person hands over ``until`` then.
    """

    id: str = Field(alias="_id")
    kind: Literal["erase", "copy", "erase_all"]
    source: str
    customer_id: str | None = None
    order_ids: list[str] = []
    at: datetime
    due_at: datetime | None = None
    until: datetime | None = None
