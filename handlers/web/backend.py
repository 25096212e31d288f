"""What the routes work with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from telegram import Bot, Update

from bot.pictures.studio import Studio
from bot.services.container import Services
from bot.services.shop.keys import ApiKey
from bot.texts.message import Reader


@dataclass(frozen=True, kw_only=True)
class Backend(Services):
    """``is_web``: shops and browsers are served here. ``telegram_secret``: None where Telegram
    posts no updates.

    What holds a secret stays out of its `repr`, and so out of every traceback.
    """

    is_web: bool
    reader: Reader
    studio: Studio
    take_update: Callable[[Update], Awaitable[None]]
    not_ready: Callable[[], Awaitable[list[str]]]  # why not, a sentence each
    measure: Callable[[], Awaitable[None]]  # sets the gauges of what waits
    bot: Bot = field(repr=False)
    webhook_secrets: Sequence[str] = field(repr=False)
    shop_secrets: Mapping[str, Sequence[str]] = field(repr=False)  # by the shop system's name
    api_keys: Sequence[ApiKey] = field(repr=False)
    telegram_secret: str | None = field(repr=False)


BACKEND = web.AppKey("backend", Backend)
