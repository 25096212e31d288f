"""Data about people other than their chats."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from storage.models.base import Model, PersonalText
from storage.whose import whose_of


class LinkToken(Model):
    """Lets a chat link to an account or an order. Only hashes of its token and code are stored.

    ``reference``: the future link's reference. ``many``: it works for any number of chats until it
    expires; otherwise for one chat, once. ``confirm``: the shop must confirm as well, after the
    chat ``used_by`` has agreed; ``language``: that chat's phone's. ``tries``: how often the shop
    has tried to confirm.
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
    """An address that shows an order's progress to others. ``id``: the SHA-256 of its token.

    ``whose``: the account or order through which its maker, ``chat_id``, followed the order; it
    works as long as that link does. ``chat_id`` None: the shop made it, for its own mails.
    ``offered``: it was made for an inline result, which the person may or may not have chosen.
    """

    id: str = Field(alias="_id")
    chat_id: int | None = None
    order_id: str
    whose: str
    created_at: datetime
    expires_at: datetime
    offered: bool | None = None


class Wait(Model):
    """A chat that has a share wants to be told, once, when the order arrives.
    ``id``: ``share:chat``.

    ``share``: the share's id; ``whose``, ``expires_at``: as for the share. ``language``: the
    phone's. The chat need not be linked to anything.
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
    """A chat's feedback on a delivered order. ``id``: ``chat:order``.

    ``reference``: the shop's name for it, which reveals nothing about the chat. ``since``: when it
    was first given; ``at``: when it was last changed. ``prompt``: the message that asks for a
    comment, which is accepted until ``comment_until``.
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
        """What the order belonged to when the opinion was given."""
        return whose_of(self.order_id, self.customer_id)


class Phone(Model):
    """The phone number by which a customer is recognised. ``id``: the customer's.

    ``hash``: the number's fingerprint. The number itself is never stored.
    """

    id: str = Field(alias="_id")
    hash: bytes
    account_hint: PersonalText = None
    at: datetime


class PrivacyRequest(Model):
    """What a shop system asks to be done with people's data. ``id``: the same for the same request.

    ``kind``: to ``erase`` a customer and orders, to hand over a ``copy`` of their data, or to
    ``erase_all`` that came from the ``source``. ``due_at``: when it is carried out; absent for a
    copy, which a person hands over before ``until``.
    """

    id: str = Field(alias="_id")
    kind: Literal["erase", "copy", "erase_all"]
    source: str
    customer_id: str | None = None
    order_ids: list[str] = []
    at: datetime
    due_at: datetime | None = None
    until: datetime | None = None
