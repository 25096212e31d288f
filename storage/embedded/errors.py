"""Why the embedded database cannot be used. Each message is one line that says what to do."""

from collections.abc import Sequence
from pathlib import Path


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot be used."""


class NotInstalledError(EmbeddedDatabaseError):
    """`secantusd-py` is neither beside this Python nor on the PATH."""

    def __init__(self) -> None:
        super().__init__(
            "the embedded database is not installed: install trackline[embedded] or set MONGODB_URI"
        )


class AlreadyRunningError(EmbeddedDatabaseError):
    """Another program uses the folder.

    Attributes:
        pid: that program's process id; None when the lock file does not say.
    """

    def __init__(self, folder: Path, pid: int | None) -> None:
        super().__init__(
            f"the database in {folder} is already in use by process {pid or '(unknown)'}; "
            "stop that one or choose another DATA_DIR"
        )
        self.pid = pid


class FolderError(EmbeddedDatabaseError):
    """The folder, or something in it, cannot be made, read or written."""


class PasswordError(EmbeddedDatabaseError):
    """The folder holds a database, but not the password that opens it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the database in {folder} does not accept the password kept there: restore "
            "`files` and `password` from the same backup, or remove the folder to start empty"
        )


class SetupError(EmbeddedDatabaseError):
    """Another user got into the database while it was being set up."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"another user of this machine got into the new database in {folder} during its "
            "setup: start again to set it up anew"
        )


class LoggedError(EmbeddedDatabaseError):
    """The database process failed.

    Attributes:
        log: the last lines of its log, oldest first, without the password.
    """

    def __init__(self, sentence: str, log: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.log = tuple(log)


class DidNotStartError(LoggedError):
    """The database process ended, or did not listen or answer in time."""


class DiedError(LoggedError):
    """The database process ended without being asked to."""


class DiskFullError(LoggedError):
    """There is no space left for the database's files."""
