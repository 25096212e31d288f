"""The composition root: the one place that knows everything, and starts and stops it in order."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Self

import structlog

import handlers.chat
import handlers.web
from bot import logs
from bot.book.reconciling import Reconciling, book_of
from bot.composition import Stores, Writing, compose, reader_of
from bot.database import connected
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
from bot.delivery.waiting import Waiting
from bot.errors import CommandFailed
from bot.front import Front
from bot.jobs import Job, Jobs
from bot.photos.fetching import Photos
from bot.pictures.studio import Studio
from bot.services.orders.catching_up import CatchingUp
from bot.services.orders.noticed import Noticed
from bot.services.orders.watching import EVERY
from bot.services.people.aliases import alias
from bot.services.people.privacy import Privacy
from bot.services.people.retention import Limits, Retention
from bot.services.shop.shop_events import Outbox, ShopNews
from bot.services.shop.staff import Room
from bot.settings import Settings
from bot.supervision import Supervision
from bot.telegram.app import Talk, TelegramApp, TokenRefused
from bot.telegram.presentation import offer_mini_app
from bot.texts.staff import in_english
from handlers.web.backend import Backend, Secrets
from handlers.web.html.brand import Brand, Logo
from handlers.web.shops.books import FORMS
from handlers.web.waiting import waiting_room
from storage.backlog import Backlog
from storage.checkpoints import Checkpoints
from storage.clock import Clock
from storage.embedded import EmbeddedMongo
from storage.errors import DatabaseError
from storage.mongo import Mongo
from storage.newcomers import WaitingNewcomers
from storage.pace import Pace
from storage.privacy_requests import PrivacyRequests
from storage.retention import Old
from storage.shop_events import ShopEvents
from storage.staff import StaffNotes
from storage.updates import Updates

RELOADED = {
    "webhook_secrets",
    "api_keys",
    "shop_webhook_secret",
    *(name for name in Settings.model_fields if name.endswith("_secrets")),
}
"""Settings that are taken over without a restart, but for a shop system that had no secret."""
SOON = 3.0
"""Seconds after which a start that still waits for its database says so to whoever asks."""

log = structlog.get_logger()


class Trackline:
    """The running service: ``async with Trackline(settings) as service: await service.failed()``.

    ``url``: where the web server listens; ``operators_url``: where /metrics and /console are.
    ``clock``: the time that all replicas share. ``embedded``: its database, if that is the embedded
    one. Starting raises `CommandFailed`, or what `storage.embedded` raises.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._stopping = False
        self._serves = "dispatcher" in settings.roles
        reports = settings.staff_chat is not None and "web" in settings.roles
        self._sends = self._serves or reports
        self.clock = clock or Clock()
        self._tasks = Supervision(settings.shutdown_seconds)
        self._front = Front(settings)
        self.embedded: EmbeddedMongo | None = None
        self._secrets = _secrets_of(settings)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            self._mongo = await opening.enter_async_context(self._database())
            logs.name_people(partial(alias, self._mongo.sealing))
            self._compose()
            await self._pacer.set_clock()
            await self._services.console.keep_up()
            await opening.enter_async_context(self._photos)
            await opening.enter_async_context(self._telegram())
            await opening.enter_async_context(self._sending())
            await opening.enter_async_context(self._dispatching())
            await opening.enter_async_context(self._tasks.running(self._maps.run, self._maps.stop))
            await opening.enter_async_context(self._scheduling())
            await opening.enter_async_context(self._hearing())
            self._studio = await opening.enter_async_context(Studio())
            await opening.enter_async_context(self._front.serving(self._backend()))
            await opening.enter_async_context(self._offering_mini_app())
            self._opened = opening.pop_all()
        log.info("started", url=self.url)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stops in the opposite order: nothing new comes in, what is in hand is finished."""
        self._stopping = True
        await self._opened.aclose()
        log.info("stopped")

    async def failed(self) -> None:
        """Waits, usually for ever, until a part that must not end has ended; raises why."""
        await self._tasks.failed()

    @property
    def url(self) -> str:
        return self._front.url

    @property
    def operators_url(self) -> str:
        return self._front.operators_url

    def reload(self, settings: Settings) -> list[str]:
        """Takes the secrets of others over at once; returns the settings that want a restart."""
        restart = [
            name.upper()
            for name, was in self._settings
            if getattr(settings, name) != was and (name not in RELOADED or not was)
        ]
        self._settings = settings
        self._secrets = _secrets_of(settings)
        if self._shop_sender and (secret := settings.shop_webhook_secret):
            self._shop_sender.sign_with(secret.get_secret_value())
        return restart

    def _compose(self) -> None:
        settings, mongo, clock = self._settings, self._mongo, self.clock
        stores, shop, room = Stores(mongo, settings), self._shop_news(), _staff_room(settings)
        writing = Writing(settings, stores, clock, shop)
        services = compose(
            settings,
            writing,
            room,
            own_url=lambda: self.url,
            console_url=self._front.console_url,
        )
        self._services, pictures = services, services.pictures.addresses
        self._reader = replace(
            reader_of(settings),
            door=services.desk.door,
            fleet=writing.courier.fleet,
            pictures=pictures,
            mini_app=services.mini_app,
        )
        for line in self._reader.texts.unused:
            log.warning("own_text_unused", why=line)
        self._photos = Photos(settings.photo_places)
        talk = Talk(
            handlers.chat.Services(
                **vars(self._services),
                reader=self._reader,
                photos=self._photos,
                understanding=settings.understanding,
            ),
            handlers.chat.register,
            handlers.chat.is_question,
        )
        self._pacer = Pacer(Pace(mongo), rate=settings.telegram_rate, clock=clock)
        self._app = TelegramApp(
            settings,
            talk,
            self._reader,
            Updates(mongo),
            flooded=self._pacer.flooded,
        )
        sender = Sender(self._app.bot, self._reader, self._pacer, self._photos, now=clock)
        self._dispatcher = Dispatcher(
            orders=stores.orders,
            chats=stores.chats,
            dead_letters=stores.letters,
            fresh=writing.fresh,
            sender=sender,
            waiting=self._services.waiting,
            shop=shop,
            serves=self._serves,
        )
        map_sender = MapSender(self._app.bot, self._reader, self._pacer, now=clock)
        self._maps = Maps(
            news=writing.courier, chats=stores.chats, sender=map_sender, serves=self._serves
        )
        self._jobs = Jobs(
            orders=stores.orders,
            chats=stores.chats,
            tokens=stores.tokens,
            privacy=writing.privacy,
            fresh=writing.fresh,
            clock=clock,
            run_here="scheduler" in settings.roles,
        )
        self._clerk = self._made_clerk(room, stores, sender) if room else None
        self._other_jobs: list[tuple[Job, int]] = [
            (writing.noticed.log_words, 30),
            (services.console.keep_up, 5),
            (services.console.counting.add_up, 60),
            (writing.courier.look_for_couriers, 60),
            (writing.watching.look_at_watched, EVERY),
            (self._app.ask_again, 30),
        ]
        if self._serves:
            newcomers = Newcomers(WaitingNewcomers(self._mongo), stores.chats, sender)
            self._other_jobs.append((newcomers.tell_of_newcomers, 2))
        if self._jobs.run_here:
            self._other_jobs += [
                (self._services.privacy_duties.carry_out_requests, 10),
                (self._services.desk.end_what_is_over, 60),
                *self._reconciling(writing.catching_up),
                *self._retaining(writing.privacy),
            ]
        if self._clerk:
            self._other_jobs += self._clerk.jobs if self._serves else [self._clerk.look]
        if room and self._sends:
            reports = self._staff_reports(room, stores, sender, writing.noticed)
            self._other_jobs += reports.jobs

    def _made_clerk(self, room: Room, stores: Stores, sender: Sender) -> Clerk:
        messenger = Messenger(
            room=room,
            bot=self._app.bot,
            sender=sender,
            conversations=stores.conversations,
            staff=self._services.staff,
        )
        return Clerk(
            room=room,
            door=self._services.desk.door,
            bot=self._app.bot,
            sender=sender,
            conversations=stores.conversations,
            chats=stores.chats,
            orders=stores.orders,
            messenger=messenger,
        )

    def _staff_reports(
        self, room: Room, stores: Stores, sender: Sender, noticed: Noticed
    ) -> StaffReports:
        return StaffReports(
            room=room,
            sender=sender,
            reader=in_english(self._reader),
            notes=StaffNotes(self._mongo),
            orders=stores.orders,
            chats=stores.chats,
            letters=stores.letters,
            requests=PrivacyRequests(self._mongo),
            noticed=noticed,
            stuck_after=timedelta(days=self._settings.stuck_days),
        )

    def _shop_news(self) -> ShopNews:
        """What the services tell the shop, and who brings it there, if it has a webhook."""
        url, secret = self._settings.shop_webhook_url, self._settings.shop_webhook_secret
        self._shop_sender: ShopSender | None = None
        if url is None or secret is None:
            return ShopNews()
        events = ShopEvents(self._mongo)
        self._shop_sender = ShopSender(
            events,
            url=url.get_secret_value(),
            secret=secret.get_secret_value(),
            now=self.clock,
        )
        return ShopNews(Outbox(events, self._mongo.sealing, self._shop_sender.wake, self.clock))

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Mongo]:
        async with connected(self._settings) as database:
            if database.embedded:
                self.embedded = database.embedded
                self._tasks.watch(asyncio.create_task(database.embedded.died()))
            getting_ready = asyncio.create_task(database.patiently())
            try:
                await asyncio.wait({getting_ready}, timeout=SOON)
                if not getting_ready.done():
                    async with self._front.listening(waiting_room()):
                        await asyncio.wait({getting_ready})
                yield await getting_ready
            finally:
                getting_ready.cancel()

    @asynccontextmanager
    async def _telegram(self) -> AsyncIterator[None]:
        try:
            await self._app.start()
        except TokenRefused:
            await self._app.close()
            raise CommandFailed("BOT_TOKEN was refused by Telegram: is it the right one?") from None
        try:
            yield
        finally:
            await self._app.close()

    @asynccontextmanager
    async def _sending(self) -> AsyncIterator[None]:
        """What a replica has that sends by itself: a share of the rate, and who is told with it."""
        async with AsyncExitStack() as running:
            if self._sends:
                pacing = self._tasks.running(self._pacer.run, self._pacer.stop)
                await running.enter_async_context(pacing)
            if self._shop_sender and self._serves:
                telling = self._tasks.running(self._shop_sender.run, self._shop_sender.stop)
                await running.enter_async_context(telling)
            if self._clerk and self._serves:
                talking = self._tasks.running(partial(self._talk, self._clerk), self._clerk.stop)
                await running.enter_async_context(talking)
            yield

    @asynccontextmanager
    async def _dispatching(self) -> AsyncIterator[None]:
        async def dispatch() -> None:
            if await self._app.in_touch():
                await self._dispatcher.run()

        async with self._tasks.running(dispatch, self._dispatcher.stop):
            yield

    async def _talk(self, clerk: Clerk) -> None:
        if await self._app.in_touch():
            await clerk.run()

    @asynccontextmanager
    async def _hearing(self) -> AsyncIterator[None]:
        async with self._tasks.running(self._app.run, self._app.stop):
            yield

    @asynccontextmanager
    async def _scheduling(self) -> AsyncIterator[None]:
        scheduler = self._jobs.schedule(*self._other_jobs)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)

    def _reconciling(self, catching_up: CatchingUp) -> Iterator[tuple[Job, int]]:
        settings = self._settings
        if settings.reconcile_source:
            book = book_of(settings, settings.reconcile_source, FORMS)
            every = timedelta(hours=settings.reconcile_every_hours)
            checkpoints = Checkpoints(self._mongo)
            yield Reconciling(book, catching_up, checkpoints, every, self.clock).reconcile, 60

    def _retaining(self, privacy: Privacy) -> Iterator[tuple[Job, int]]:
        settings = self._settings
        limits = Limits(
            settings.keep_orders_days,
            settings.keep_feedback_days,
            settings.keep_dead_letters_days,
        )
        if limits:
            retention = Retention(
                limits=limits,
                old=Old(self._mongo),
                notes=StaffNotes(self._mongo),
                privacy=privacy,
                clock=self.clock,
            )
            yield retention.end_what_is_old, 600

    @asynccontextmanager
    async def _offering_mini_app(self) -> AsyncIterator[None]:
        """Once it is known where it is, and Telegram is in touch."""

        async def offer() -> None:
            if "web" in self._settings.roles and await self._app.in_touch():
                address = self._services.mini_app.address
                await offer_mini_app(self._app.bot, self._reader, address)

        offering = self._tasks.watch(asyncio.create_task(offer()))
        try:
            yield
        finally:
            offering.cancel()
            await asyncio.gather(offering, return_exceptions=True)

    def _backend(self) -> Backend:
        settings = self._settings
        return Backend(
            **vars(self._services),
            is_web="web" in settings.roles,
            reader=self._reader,
            studio=self._studio,
            brand=_brand_of(settings),
            take_update=self._app.inbox.take,
            not_ready=self._not_ready,
            measure=Waiting(Backlog(self._mongo), self.clock).measure,
            bot=self._app.bot,
            secrets=lambda: self._secrets,
            telegram_secret=self._app.webhook_secret,
            has_console=settings.console == "on",
        )

    async def _not_ready(self) -> list[str]:
        reasons = ["stopping"] if self._stopping else []
        if not self._app.is_in_touch:
            reasons.append("Telegram was not reached yet")
        try:
            reasons += await self._mongo.wrong_indexes()
        except DatabaseError as error:
            reasons.append(f"the database does not answer ({type(error).__name__})")
        return reasons


def _secrets_of(settings: Settings) -> Secrets:
    return Secrets(
        webhooks=[secret.get_secret_value() for secret in settings.webhook_secrets],
        shops=settings.shop_secrets,
        api_keys=settings.keys,
    )


def _brand_of(settings: Settings) -> Brand:
    file = settings.shop_logo
    return Brand(
        settings.shop_color, Logo(file.read_bytes(), file.suffix.lower()) if file else None
    )


def _staff_room(settings: Settings) -> Room | None:
    if settings.staff_chat is None:
        return None
    chat_id, topic = settings.staff_chat
    return Room(chat_id, topic, frozenset(settings.staff_members))
