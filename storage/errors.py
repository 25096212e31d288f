"""Database errors, and whether a retry may help."""

from collections.abc import Sequence

from bson.errors import InvalidDocument
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

DatabaseError = PyMongoError
"""Any error of the driver or the database."""


class Overloaded(PyMongoError):
    """Too many calls are waiting for the database. The same call may succeed in a moment."""


class ForeignIndex(PyMongoError):
    """A unique index that Trackline did not create refuses a write, until somebody drops it."""

    def __init__(self, collection: str, index: str) -> None:
        super().__init__(f"index {index} of {collection} is not Trackline's and refuses a write")


class IndexInTheWay(PyMongoError):
    """An index has the name or the keys of one of ours, but differs otherwise."""

    def __init__(self, collection: str, names: Sequence[str]) -> None:
        super().__init__(
            f"index {', '.join(names)} of {collection} conflicts with one of ours: drop it, or "
            "give Trackline its own database in MONGODB_URI"
        )


_PASSING = (ConnectionFailure, ExecutionTimeout, ForeignIndex, Overloaded, WTimeoutError)
_PASSING_CODES = {
    *(14031, 1),  # the disk is full: MongoDB's code, and the embedded database's
    43,  # the cursor was lost when the server restarted
    *(91, 189, 10107, 11600, 11602, 13435, 13436),  # a member shuts down, or is not the primary
    *(6, 7, 89, 9001, 133, 134, 262),  # a router cannot reach its members, or not in time
}
_PASSING_LABELS = ("RetryableWriteError", "RetryableError", "SystemOverloadedError")


def is_passing(error: DatabaseError) -> bool:
    """Whether the database is at fault, not the call: the same call may succeed later."""
    if error.timeout or isinstance(error, _PASSING):
        return True
    if any(error.has_error_label(label) for label in _PASSING_LABELS):
        return True
    return isinstance(error, OperationFailure) and error.code in _PASSING_CODES


def quotes_documents(error: BaseException) -> bool:
    """Whether its text may contain parts of a document, as a duplicate-key error does."""
    return isinstance(error, OperationFailure | InvalidDocument)
