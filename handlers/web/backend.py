"""What the routes work with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from telegram import Bot, Update

from bot.services.news.deliveries import Deliveries
from bot.services.news.undelivered import Undelivered
from bot.services.people.exports import Exports
from bot.services.people.feedback import Feedback
from bot.services.people.linking import Linking
from bot.services.people.links import Links
from bot.services.people.people import People
from bot.services.people.phones import PhoneLinking
from bot.services.people.privacy import Privacy
from bot.services.shop.idempotency import Idempotency
from bot.services.shop.keys import ApiKey
from bot.services.shop.quotas import Quotas
from bot.services.tracking import Tracking
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
