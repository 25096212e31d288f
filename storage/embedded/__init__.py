"""The embedded database: SecantusDB, as a child process that never outlives the program.

SecantusDB is a MongoDB server over WiredTiger. It is under the GPL, so we run it and never import
it.
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
