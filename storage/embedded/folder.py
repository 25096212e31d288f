"""The embedded database's folder: its lock, and the state of its setup.

DATA_DIR/db/        0700
    lock            flock'ed by the program and by the database: free when both are gone
    password        0600; exists if the database is set up
    password.new    0600; if only this exists, the setup is unfinished and `files` is worthless
    files/          WiredTiger's home
    port            0600; the port on which the database listens, or last listened
    keys            0600; the keys to personal text in `files` (storage/keys.py)
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
            f"cannot use {place} ({error.strerror}): fix that or choose another DATA_DIR"
        ) from error


class DatabaseFolder:
    """Every method that touches the disk raises `FolderError` or `DiskFullError`.

    Attributes:
        locks: the file descriptor that holds the lock, for a child to inherit; empty if unlocked.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "db"
        self.files = self.path / "files"
        self.locks: list[int] = []
        self._password = self.path / "password"
        self._new_password = self.path / "password.new"

    @_explained()
    def prepare(self) -> None:
        """Create the folder for this user only, and fix permissions left by older versions."""
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
        """Take the lock; children may inherit it until `unlock`. False: another program has it."""
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
        """Release the program's hold on the lock; a child may still hold it."""
        while self.locks:
            os.close(self.locks.pop())

    @_explained()
    def holder(self) -> int | None:
        """The process id of the program that last took the lock."""
        text = (self.path / "lock").read_text(encoding="ascii")
        return int(text) if text.isdecimal() else None

    @_explained()
    def password(self) -> str | None:
        """The password, or None if the database is not set up yet.

        Raises:
            PasswordError: the database is set up, but its password is missing.
        """
        if self._password.exists():
            return self._password.read_text(encoding="ascii")
        if self.files.exists() and not self._new_password.exists():
            raise PasswordError(self.path)
        return None

    @_explained()
    def begin_setup(self) -> str:
        """Remove the files of an unfinished setup; return a new password."""
        password = secrets.token_urlsafe(32)
        self._write(self._new_password, password.encode())
        if self.files.exists():
            shutil.rmtree(self.files)
        return password

    @_explained()
    def finish_setup(self) -> None:
        """Mark the setup as finished, durably; from now on the files are kept."""
        self._new_password.rename(self._password)
        self._sync()

    @_explained()
    def port(self) -> int | None:
        """The port that `keep_port` saved last; None: none was saved."""
        kept = self.path / "port"
        return int(kept.read_text(encoding="ascii")) if kept.exists() else None

    @_explained()
    def keep_port(self, port: int) -> None:
        self._replace("port", str(port).encode())

    @_explained()
    def keys(self) -> bytes | None:
        """The keys that `keep_keys` saved last; None: none were saved."""
        kept = self.path / "keys"
        return kept.read_bytes() if kept.exists() else None

    @_explained()
    def keep_keys(self, keys: bytes) -> None:
        """Replace the keys atomically."""
        self._replace("keys", keys)

    def _replace(self, name: str, content: bytes) -> None:
        new = self.path / f"{name}.new"
        self._write(new, content)
        new.rename(self.path / name)
        self._sync()

    def _write(self, path: Path, content: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)  # in case the file existed
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
