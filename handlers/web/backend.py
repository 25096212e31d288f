"""What the routes work with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from telegram import Bot, Update

from bot.services.deliveries import Deliveries
from bot.services.exports import Exports
from bot.services.feedback import Feedback
from bot.services.idempotency import Idempotency
from bot.services.keys import ApiKey
from bot.services.linking import Linking
from bot.services.links import Links
from bot.services.people import People
from bot.services.phones import PhoneLinking
from bot.services.privacy import Privacy
from bot.services.quotas import Quotas
from bot.services.tracking import Tracking
from bot.services.undelivered import Undelivered
from bot.texts.message import Reader


@dataclass(frozen=True)
class Backend:
    """``telegram_secret`` is None while updates come by long polling.

    What holds a secret stays out of its `repr`, and so out of every traceback.
    """

    tracking: Tracking
    linking: Linking
    links: Links
    people: People
    phones: PhoneLinking
    privacy: Privacy
    quotas: Quotas
    feedback: Feedback
    deliveries: Deliveries
    exports: Exports
    undelivered: Undelivered
    idempotency: Idempotency
    reader: Reader
    announce: Callable[[str], None]  # there may be news of this order id
    take_update: Callable[[Update], Awaitable[None]]
    not_ready: Callable[[], Awaitable[list[str]]]  # why not, a sentence each
    bot: Bot = field(repr=False)
    webhook_secrets: Sequence[str] = field(repr=False)
    shop_secrets: Mapping[str, Sequence[str]] = field(repr=False)  # by the shop system's name
    api_keys: Sequence[ApiKey] = field(repr=False)
    telegram_secret: str | None = field(repr=False)


BACKEND = web.AppKey("backend", Backend)
