"""The embedded database: SecantusDB as a child process that lives no longer than the program.

SecantusDB is a MongoDB server over WiredTiger. It is GPL, so it is run and never imported.
"""

from storage.embedded.database import EmbeddedMongo
from storage.embedded.errors import (
    AlreadyRunningError,
    DidNotStartError,
    DiedError,
    DiskFullError,
    EmbeddedDatabaseError,
    FolderError,
    LoggedError,
    NotInstalledError,
    PasswordError,
    SetupError,
)

__all__ = [
    "AlreadyRunningError",
    "DidNotStartError",
    "DiedError",
    "DiskFullError",
    "EmbeddedDatabaseError",
    "EmbeddedMongo",
    "FolderError",
    "LoggedError",
    "NotInstalledError",
    "PasswordError",
    "SetupError",
]
