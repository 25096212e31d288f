"""All that a replica sends, and who sends it: which of them run here is up to its roles."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.delivery.clerk import Clerk
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.map_sender import MapSender
from bot.delivery.maps import Maps
from bot.delivery.messenger import Messenger
from bot.delivery.newcomers import Newcomers
from bot.delivery.pace import Pacer
from bot.delivery.sender import Sender
from bot.delivery.shop_events import ShopSender
from bot.delivery.staff import StaffReports
from bot.jobs import Job
from bot.photos.fetching import Photos
from bot.services.container import Services
from bot.services.shop.shop_events import Outbox, ShopNews
from bot.services.shop.staff import Room
from bot.settings import Settings
from bot.supervision import Supervision
from bot.telegram.app import TelegramApp
from bot.texts.message import Reader
from bot.texts.staff import in_english
from bot.writing import Writing
from storage.clock import Clock
from storage.mongo import Mongo
from storage.newcomers import WaitingNewcomers
from storage.privacy_requests import PrivacyRequests
from storage.shop_events import ShopEvents
from storage.staff import StaffNotes


def events_back(
    settings: Settings, mongo: Mongo, clock: Clock
) -> tuple[ShopNews, ShopSender | None]:
    """What the services tell the shop, and who posts it; None: the shop has no webhook."""
    url, secret = settings.shop_webhook_url, settings.shop_webhook_secret
    if url is None or secret is None:
        return ShopNews(), None
    events = ShopEvents(mongo)
    sender = ShopSender(
        events, url=url.get_secret_value(), secret=secret.get_secret_value(), now=clock
    )
    return ShopNews(Outbox(events, mongo.sealing, sender.wake, clock)), sender


def staff_room(settings: Settings) -> Room | None:
    """The staff's group. None: there is none."""
    if settings.staff_chat is None:
        return None
    chat_id, topic = settings.staff_chat
    return Room(chat_id, topic, frozenset(settings.staff_members))


@dataclass(kw_only=True)
class Outgoing:
    """``room``: the staff's, if there is one. ``shop_sender``: from `events_back`."""

    settings: Settings
    app: TelegramApp
    reader: Reader
    pacer: Pacer
    photos: Photos
    writing: Writing
    services: Services
    room: Room | None
    shop_sender: ShopSender | None
    _dispatcher: Dispatcher = field(init=False)
    _maps: Maps = field(init=False)
    _clerk: Clerk | None = field(init=False)

    def __post_init__(self) -> None:
        bot, clock = self.app.bot, self.writing.recording.clock
        self._sender = Sender(bot, self.reader, self.pacer, self.photos, now=clock)
        stores = self.writing.stores
        self._dispatcher = Dispatcher(
            orders=stores.orders,
            chats=stores.chats,
            dead_letters=stores.letters,
            fresh=self.writing.fresh,
            sender=self._sender,
            waiting=self.services.waiting,
            shop=self.writing.shop,
            serves=self._serves,
        )
        self._maps = Maps(
            news=self.writing.courier,
            chats=stores.chats,
            sender=MapSender(bot, self.reader, self.pacer, now=clock),
            serves=self._serves,
        )
        self._clerk = self._made_clerk(self.room) if self.room else None

    @property
    def _serves(self) -> bool:
        """Whether this replica serves customers' mailboxes and conversations."""
        return "dispatcher" in self.settings.roles

    @property
    def _reports(self) -> bool:
        """Whether this replica reports to the staff."""
        return self.room is not None and (self._serves or "web" in self.settings.roles)

    @property
    def jobs(self) -> list[tuple[Job, int]]:
        """What is to run here, and every so many seconds."""
        jobs: list[tuple[Job, int]] = []
        if self._serves:
            stores = self.writing.stores
            newcomers = Newcomers(WaitingNewcomers(stores.mongo), stores.chats, self._sender)
            jobs.append((newcomers.tell_of_newcomers, 2))
        if self._clerk:
            jobs += self._clerk.jobs if self._serves else [self._clerk.look]
        if self.room and self._reports:
            jobs += self._staff_reports(self.room).jobs
        return jobs

    @asynccontextmanager
    async def running(self, tasks: Supervision) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if self._serves or self._reports:
                await running.enter_async_context(tasks.running(self.pacer.run, self.pacer.stop))
            if self.shop_sender and self._serves:
                sender = self.shop_sender
                await running.enter_async_context(tasks.running(sender.run, sender.stop))
            if self._clerk and self._serves:
                talk = partial(self._in_touch, self._clerk.run)
                await running.enter_async_context(tasks.running(talk, self._clerk.stop))
            dispatch = partial(self._in_touch, self._dispatcher.run)
            await running.enter_async_context(tasks.running(dispatch, self._dispatcher.stop))
            await running.enter_async_context(tasks.running(self._maps.run, self._maps.stop))
            yield

    async def _in_touch(self, run: Callable[[], Awaitable[None]]) -> None:
        """Runs once Telegram has been reached."""
        if await self.app.in_touch():
            await run()

    def _made_clerk(self, room: Room) -> Clerk:
        stores, bot = self.writing.stores, self.app.bot
        messenger = Messenger(
            room=room,
            bot=bot,
            sender=self._sender,
            conversations=stores.conversations,
            staff=self.services.staff,
        )
        return Clerk(
            room=room,
            door=self.services.desk.door,
            bot=bot,
            sender=self._sender,
            conversations=stores.conversations,
            chats=stores.chats,
            orders=stores.orders,
            messenger=messenger,
        )

    def _staff_reports(self, room: Room) -> StaffReports:
        stores = self.writing.stores
        return StaffReports(
            room=room,
            sender=self._sender,
            reader=in_english(self.reader),
            notes=StaffNotes(stores.mongo),
            orders=stores.orders,
            chats=stores.chats,
            letters=stores.letters,
            requests=PrivacyRequests(stores.mongo),
            noticed=self.writing.noticed,
            stuck_after=timedelta(days=self.settings.stuck_days),
        )
