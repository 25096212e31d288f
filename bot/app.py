"""The composition root: makes all parts of the service, and starts and stops them in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Self

import structlog

import handlers.chat
import handlers.web
from bot import logs
from bot.composition import compose, reader_of
from bot.database import connected
from bot.delivery.backlog import BacklogGauges
from bot.delivery.pace import Pacer
from bot.errors import CommandFailed
from bot.front import Front
from bot.jobs import Jobs
from bot.outgoing import Outgoing, events_back, staff_room
from bot.photos.fetching import Photos
from bot.pictures.studio import Studio
from bot.scheduling import jobs_everywhere, jobs_of_scheduler
from bot.services.people.aliases import alias
from bot.settings import Settings
from bot.supervision import Supervision
from bot.telegram.app import Talk, TelegramApp, TokenRefused
from bot.telegram.presentation import offer_mini_app
from bot.writing import Stores, Writing
from handlers.web.backend import Backend, Secrets
from handlers.web.html.brand import Brand, Logo
from handlers.web.shops.books import FORMS
from handlers.web.waiting import waiting_room
from storage.backlog import Backlog
from storage.clock import Clock
from storage.embedded import EmbeddedMongo
from storage.errors import DatabaseError
from storage.mongo import Mongo
from storage.pace import Pace
from storage.updates import Updates

RELOADED = {
    "webhook_secrets",
    "api_keys",
    "shop_webhook_secret",
    *(name for name in Settings.model_fields if name.endswith("_secrets")),
}
"""Settings that `reload` applies without a restart. A system's first secret needs one all the
same."""
SOON = 3.0
"""Seconds after which a start that waits for its database begins to answer requests with a 503."""

log = structlog.get_logger()


class Trackline:
    """The running service: ``async with Trackline(settings) as service: await service.failed()``.

    ``url``: the web server's address. ``operators_url``: the address of /metrics and /console.
    ``clock``: the time that all replicas share. ``embedded``: the embedded database, if it is used.
    To enter raises `CommandFailed`, or the errors of `storage.embedded`.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._stopping = False
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
            await opening.enter_async_context(self._outgoing.running(self._tasks))
            await opening.enter_async_context(self._scheduling())
            await opening.enter_async_context(self._tasks.running(self._app.run, self._app.stop))
            self._studio = await opening.enter_async_context(Studio())
            await opening.enter_async_context(self._front.serving(self._backend()))
            await opening.enter_async_context(self._offering_mini_app())
            self._opened = opening.pop_all()
        log.info("started", url=self.url)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stops in reverse order: first nothing new comes in, then the work in hand is finished."""
        self._stopping = True
        await self._opened.aclose()
        log.info("stopped")

    async def failed(self) -> None:
        """Waits until a part of the service dies, and raises its error. Usually that is never."""
        await self._tasks.failed()

    @property
    def url(self) -> str:
        return self._front.url

    @property
    def operators_url(self) -> str:
        return self._front.operators_url

    def reload(self, settings: Settings) -> list[str]:
        """Applies changed secrets at once.

        Returns the names of the settings that differ from those of the start and need a restart.
        """
        restart = [
            name.upper()
            for name, was in self._settings
            if getattr(settings, name) != was and (name not in RELOADED or not was)
        ]
        self._secrets = _secrets_of(settings)
        if self._shop_sender and (secret := settings.shop_webhook_secret):
            self._shop_sender.sign_with(secret.get_secret_value())
        return restart

    def _compose(self) -> None:
        settings, clock = self._settings, self.clock
        shop, self._shop_sender = events_back(settings, self._mongo, clock)
        room = staff_room(settings)
        writing = Writing(settings, Stores(self._mongo, settings), clock, shop)
        self._services = compose(
            settings,
            writing,
            room,
            own_url=lambda: self.url,
            console_url=self._front.console_url,
        )
        self._reader = replace(
            reader_of(settings),
            door=self._services.desk.door,
            fleet=writing.courier.fleet,
            pictures=self._services.pictures.addresses,
            mini_app=self._services.mini_app,
        )
        for line in self._reader.texts.unused:
            log.warning("own_text_unused", why=line)
        self._photos = Photos(settings.photo_places)
        self._pacer = Pacer(Pace(self._mongo), rate=settings.telegram_rate, clock=clock)
        self._app = self._telegram_app()
        self._outgoing = Outgoing(
            settings=settings,
            app=self._app,
            reader=self._reader,
            pacer=self._pacer,
            photos=self._photos,
            writing=writing,
            services=self._services,
            room=room,
            shop_sender=self._shop_sender,
        )
        self._jobs = Jobs(
            orders=writing.stores.orders,
            chats=writing.stores.chats,
            tokens=writing.stores.tokens,
            privacy=writing.privacy,
            fresh=writing.fresh,
            clock=clock,
            run_here="scheduler" in settings.roles,
        )
        self._other_jobs = [
            *jobs_everywhere(writing, self._services),
            (self._app.ask_again, 30),
            *self._outgoing.jobs,
        ]
        if self._jobs.run_here:
            self._other_jobs += jobs_of_scheduler(settings, writing, self._services, FORMS)

    def _telegram_app(self) -> TelegramApp:
        talk = Talk(
            handlers.chat.Services(
                **vars(self._services),
                reader=self._reader,
                photos=self._photos,
                understanding=self._settings.understanding,
            ),
            handlers.chat.register,
            handlers.chat.is_question,
        )
        return TelegramApp(
            self._settings,
            talk,
            self._reader,
            Updates(self._mongo),
            flooded=self._pacer.flooded,
        )

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
    async def _scheduling(self) -> AsyncIterator[None]:
        scheduler = self._jobs.schedule(*self._other_jobs)
        scheduler.start()
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)

    @asynccontextmanager
    async def _offering_mini_app(self) -> AsyncIterator[None]:
        """Offers the Mini App in the bot's menu, once its address is known and Telegram is
        reached."""

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
            measure=BacklogGauges(Backlog(self._mongo), self.clock).measure,
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
