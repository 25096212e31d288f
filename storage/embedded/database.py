"""Starting, joining and stopping the embedded database."""

import asyncio
import logging
from asyncio import wrap_future
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from storage.embedded.errors import AlreadyRunningError, PasswordError, SetupError
from storage.embedded.folder import DatabaseFolder
from storage.embedded.process import DatabaseProcess

START_TIMEOUT = 60.0
"""Seconds for the database to listen. It needs 0.6, but more to recover after a crash."""

LOCK_TIMEOUT = 5.0
"""Seconds to wait for a database that is still shutting down after its program was killed."""

JOIN_TIMEOUT = 2
"""Seconds to wait for an answer from a database that another program may be running."""

_USER = "trackline"
_AUTHENTICATION_FAILED = 18
_USER_ALREADY_EXISTS = 51003

logger = logging.getLogger("storage.embedded")


def _uri(port: int, password: str) -> str:
    return f"mongodb://{_USER}:{password}@127.0.0.1:{port}/?authSource=admin"


class KeptInFolder:
    """Keeps the keys beside the database's files. Safe, because the folder is locked."""

    def __init__(self, folder: DatabaseFolder) -> None:
        self._folder = folder

    async def read(self) -> bytes | None:
        return self._folder.keys()

    async def write(self, kept: bytes, before: bytes | None) -> None:
        self._folder.keep_keys(kept)


class EmbeddedMongo:
    """A database in a folder. Use `start` and `stop`, or an asynchronous context manager:

        async with EmbeddedMongo(Path("data")) as database:
            async with AsyncMongoClient(database.uri) as client: ...

    Close every client before `stop`: otherwise closing it waits for the server that is gone.

    The database listens on a loopback port that the system picks, and has one user, whose password
    is random for each installation. To create that user, it must run once without authentication:
    for about 20 ms of the first start, other users of this machine could get in. So the setup
    counts only if the database, running with authentication, then holds that one user and no
    documents. Otherwise, and after a crash during setup, the next start removes the files and
    begins again.
    """

    def __init__(self, data_dir: Path, *, test_commands: bool = False) -> None:
        """`test_commands` allows `configureFailPoint`, for tests that need a failing database."""
        self._folder = DatabaseFolder(data_dir)
        self._options = ["--enable-test-commands"] if test_commands else []
        self._process: DatabaseProcess | None = None
        self._uri = ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self._folder.path}>"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def uri(self) -> str:
        """`mongodb://…`, including the password. Each start has a new port."""
        self._reachable()
        return self._uri

    @property
    def keeper(self) -> "KeptInFolder":
        """Where the keys of this database are kept."""
        self._reachable()
        return KeptInFolder(self._folder)

    @property
    def pid(self) -> int:
        """The leader of the database's process group: `os.killpg` ends all of it."""
        return self._running().pid

    async def join(self) -> bool:
        """Connect to the database if another program runs it. False: none does.

        The database may end at any time with that program. Raises `FolderError`.
        """
        if not self._folder.path.exists():
            return False
        port, password = self._folder.port(), self._folder.password()
        if not port or not password:
            return False
        uri = _uri(port, password)
        try:
            async with AsyncMongoClient[Any](uri, timeoutMS=JOIN_TIMEOUT * 1000) as client:
                await client.admin.command("ping")
        except PyMongoError:
            return False
        self._uri = uri
        return True

    async def start(self) -> None:
        """Run the database; set it up first if it is new. Raises an `EmbeddedDatabaseError`."""
        if self._process is not None:
            raise RuntimeError("the embedded database has been started already")
        self._folder.prepare()
        await self._lock_folder()
        try:
            if password := self._folder.password():
                await self._open(password)
            else:
                await self._set_up()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End the database, within seconds. Does nothing if it is not running."""
        process, self._process, self._uri = self._process, None, ""
        try:
            if process is not None:
                await process.stop()
        finally:
            self._folder.unlock()

    async def died(self) -> None:
        """Wait until the database ends; return if `stop` has ended it.

        Raises:
            DiedError, DiskFullError: it ended by itself. Its clients only see that the server is
                gone, and wait for it until they time out.
        """
        process = self._running()
        await wrap_future(process.ended)
        if not process.stopping:
            raise process.died()

    def _reachable(self) -> None:
        if not self._uri:
            raise RuntimeError("the embedded database has not been started, nor joined")

    def _running(self) -> DatabaseProcess:
        if self._process is None:
            raise RuntimeError("the embedded database has not been started")
        return self._process

    async def _lock_folder(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LOCK_TIMEOUT
        while not self._folder.lock():
            if loop.time() >= deadline:
                raise AlreadyRunningError(self._folder.path, self._folder.holder())
            await asyncio.sleep(0.05)

    async def _open(self, password: str) -> None:
        await self._launch("--auth", *self._options, password=password)
        async with self._client(self._uri) as client:
            await client.admin.command("ping")

    async def _set_up(self) -> None:
        password = self._folder.begin_setup()
        port = await self._launch(password=password)
        async with self._client(f"mongodb://127.0.0.1:{port}") as client:
            await client.admin.command(
                "createUser", _USER, pwd=password, roles=["root"], mechanisms=["SCRAM-SHA-256"]
            )
        await self._running().kill()  # closes its port at once; the user is on disk already
        await self._launch("--auth", *self._options, password=password)
        async with self._client(self._uri) as client:
            users = await client.admin["system.users"].distinct("_id")
            databases = await client.list_database_names()
        if users != [f"admin.{_USER}"] or databases:
            raise SetupError(self._folder.path)
        self._folder.finish_setup()
        logger.info("set up a new database in %s", self._folder.path)

    async def _launch(self, *options: str, password: str) -> int:
        """Run the database until it listens; return its port."""
        process = self._process = DatabaseProcess(self._folder, *options, secret=password)
        try:
            port = await asyncio.wait_for(wrap_future(process.port), START_TIMEOUT)
        except TimeoutError:
            raise process.did_not_start(f"not listening after {START_TIMEOUT:g} s") from None
        self._uri = _uri(port, password)
        if "--auth" in options:
            self._folder.keep_port(port)
        return port

    @asynccontextmanager
    async def _client(self, uri: str) -> AsyncIterator[AsyncMongoClient[dict[str, Any]]]:
        try:
            async with AsyncMongoClient[dict[str, Any]](uri, timeoutMS=10_000) as client:
                yield client
        except PyMongoError as error:
            code = error.code if isinstance(error, OperationFailure) else None
            if code == _AUTHENTICATION_FAILED:
                raise PasswordError(self._folder.path) from error
            if code == _USER_ALREADY_EXISTS:
                raise SetupError(self._folder.path) from error
            raise self._running().did_not_start("it does not answer") from error
