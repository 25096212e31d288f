"""The embedded database's folder: who uses it, and how far its set-up got.

DATA_DIR/db/        0700
    lock            flock'ed by the program and by the database: free when both are gone
    password        0600; while it exists, the database is set up
    password.new    0600; while only this exists, the set-up is unfinished and `files` worthless
    files/          WiredTiger's home
    port            0600; where the database listens, or did before it ended
    keys            0600; what personal text is sealed with (storage/keys.py): they belong together
"""

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.embedded.errors import DiskFullError, FolderError, PasswordError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = error.filename or "the database's folder"
        if error.errno in _FULL:
            raise DiskFullError(f"no space left to write {place}: free some") from error
        raise FolderError(
            f"cannot use {place} ({error.strerror}): mend that or choose another DATA_DIR"
        ) from error


class DatabaseFolder:
    """Every method that touches the disk raises `FolderError` or `DiskFullError`.

    Attributes:
        locks: the descriptor that holds the lock, for a child to inherit; else empty.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "db"
        self.files = self.path / "files"
        self.locks: list[int] = []
        self._password = self.path / "password"
        self._new_password = self.path / "password.new"

    @_explained()
    def prepare(self) -> None:
        """Make the folder, for this user only, and close what an older version left open in it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = self.path.stat().st_uid
        if owner != os.geteuid():
            raise FolderError(
                f"{self.path} belongs to another user (uid {owner}): give it to the one that runs "
                "the service, or choose another DATA_DIR"
            )
        self.path.chmod(0o700)
        for file in self.files.rglob("*"):
            file.chmod(0o700 if file.is_dir() else 0o600)

    @_explained()
    def lock(self) -> bool:
        """Whether the lock could be had. Until `unlock`, child processes may hold it as well."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        self.locks.append(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.unlock()
            return False
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return True

    def unlock(self) -> None:
        """Give up the program's share of the lock."""
        while self.locks:
            os.close(self.locks.pop())

    @_explained()
    def holder(self) -> int | None:
        """The process id of the program that took the lock last."""
        text = (self.path / "lock").read_text(encoding="ascii")
        return int(text) if text.isdecimal() else None

    @_explained()
    def password(self) -> str | None:
        """The password, or None when the database is still to be set up.

        Raises:
            PasswordError: there is a finished database and no password.
        """
        if self._password.exists():
            return self._password.read_text(encoding="ascii")
        if self.files.exists() and not self._new_password.exists():
            raise PasswordError(self.path)
        return None

    @_explained()
    def begin_setup(self) -> str:
        """Remove what an unfinished set-up left; return a new password."""
        password = secrets.token_urlsafe(32)
        self._write(self._new_password, password.encode())
        if self.files.exists():
            shutil.rmtree(self.files)
        return password

    @_explained()
    def finish_setup(self) -> None:
        """From here on the files are kept: on disk, not only in the system's memory."""
        self._new_password.rename(self._password)
        self._sync()

    @_explained()
    def port(self) -> int | None:
        """As `keep_port` has kept it; None: it never has."""
        kept = self.path / "port"
        return int(kept.read_text(encoding="ascii")) if kept.exists() else None

    @_explained()
    def keep_port(self, port: int) -> None:
        self._replace("port", str(port).encode())

    @_explained()
    def keys(self) -> bytes | None:
        """As `keep_keys` has kept them; None: it never has."""
        kept = self.path / "keys"
        return kept.read_bytes() if kept.exists() else None

    @_explained()
    def keep_keys(self, keys: bytes) -> None:
        """In the place of those before, as a whole or not at all."""
        self._replace("keys", keys)

    def _replace(self, name: str, content: bytes) -> None:
        new = self.path / f"{name}.new"
        self._write(new, content)
        new.rename(self.path / name)
        self._sync()

    def _write(self, path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)  # should it have been there
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
