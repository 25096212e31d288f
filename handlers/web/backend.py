"""What all routes share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from telegram import Bot, Update

from bot.pictures.studio import Studio
from bot.services.container import Services
from bot.services.shop.keys import ApiKey
from bot.texts.message import Reader
from handlers.web.html.brand import Brand


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """The secrets that requests are checked against.

    They are not part of the `repr`, and so of no traceback. ``shops``: by the system's name.
    """

    webhooks: Sequence[str] = field(repr=False)
    shops: Mapping[str, Sequence[str]] = field(repr=False)
    api_keys: Sequence[ApiKey] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Backend(Services):
    """``is_web``: this process serves shops and browsers. ``telegram_secret``: None if Telegram
    does not post updates.
    """

    is_web: bool
    reader: Reader
    studio: Studio
    brand: Brand
    take_update: Callable[[Update], Awaitable[None]]
    not_ready: Callable[[], Awaitable[list[str]]]  # reasons, a sentence each
    measure: Callable[[], Awaitable[None]]  # sets the gauges of the backlog
    bot: Bot = field(repr=False)
    secrets: Callable[[], Secrets]  # a function, as settings can be reloaded
    telegram_secret: str | None = field(repr=False)
    has_console: bool = True


BACKEND = web.AppKey("backend", Backend)
