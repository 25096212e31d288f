"""The addresses that the service listens at, and what is served at each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web

import handlers.web
from bot.errors import CommandFailed
from bot.settings import Settings
from handlers.web.backend import Backend
from handlers.web.connections import listening


class Front:
    """``url``: the web server's address. ``operators_url``: that of /console and /metrics."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.url = self.operators_url = ""

    def console_url(self) -> str:
        """Where the console is. Empty: it is off, or its address is not known here."""
        settings, is_web = self._settings, "web" in self._settings.roles
        at = self.operators_url if is_web else ""
        if settings.metrics_address is None:
            at = settings.public_url or at
        return f"{at}/console" if at and settings.console == "on" else ""

    @asynccontextmanager
    async def serving(self, backend: Backend) -> AsyncIterator[None]:
        """Serves all routes inside the block. Raises `CommandFailed`."""
        apart = self._settings.metrics_address
        if apart is None:
            async with self.listening(handlers.web.application(backend)):
                self.operators_url = self.url
                yield
            return
        for_operators = handlers.web.application(backend, only="operators")
        for_all = handlers.web.application(backend, only="others")
        async with (
            self._at(for_operators, *apart, named="METRICS_ADDRESS") as self.operators_url,
            self.listening(for_all),
        ):
            yield

    @asynccontextmanager
    async def listening(self, app: web.Application) -> AsyncIterator[None]:
        """Serves ``app`` at `HTTP_HOST` and `HTTP_PORT`; a second time at the same port.

        Raises `CommandFailed`.
        """
        settings = self._settings
        port = (self.url and urlsplit(self.url).port) or settings.http_port
        named = "HTTP_HOST, HTTP_PORT"
        async with self._at(app, settings.http_host, port, named=named) as self.url:
            yield

    @asynccontextmanager
    async def _at(
        self, app: web.Application, host: str, port: int, *, named: str
    ) -> AsyncIterator[str]:
        """``named``: the settings that say where."""
        seconds = self._settings.shutdown_seconds
        try:
            async with listening(app, host, port, shutdown_seconds=seconds) as url:
                yield url
        except OSError as error:
            raise CommandFailed(f"{named}: cannot listen on {host}:{port}: {error}") from error
