"""What can go wrong with the database, told apart by whether waiting helps."""

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
    """Too many wait for the database already. The same call may succeed in a moment."""


class ForeignIndex(PyMongoError):
    """A unique index that is not Trackline's refuses a write, until somebody drops it."""

    def __init__(self, collection: str, index: str) -> None:
        super().__init__(f"index {index} of {collection} is not Trackline's and refuses a write")


class IndexInTheWay(PyMongoError):
    """An index has the name, or the keys, of one of ours, and is another."""

    def __init__(self, collection: str, names: Sequence[str]) -> None:
        super().__init__(
            f"index {', '.join(names)} of {collection} stands in the way of ours: drop it, or give "
            "Trackline a database of its own in MONGODB_URI"
        )


_PASSING = (ConnectionFailure, ExecutionTimeout, ForeignIndex, Overloaded, WTimeoutError)
_PASSING_CODES = {
    *(14031, 1),  # a full disk, which the operator can mend: MongoDB's code, the embedded one's
    43,  # a cursor that is gone, with the server that was started again
    *(91, 189, 10107, 11600, 11602, 13435, 13436),  # a member that goes, or is not the primary
    *(6, 7, 89, 9001, 134, 262),  # a router that does not reach its members, or not in time
}
_PASSING_LABELS = ("RetryableWriteError", "RetryableError", "SystemOverloadedError")


def is_passing(error: DatabaseError) -> bool:
    """Whether it is the database's trouble and not the call's: the same call may succeed later."""
    if error.timeout or isinstance(error, _PASSING):
        return True
    if any(error.has_error_label(label) for label in _PASSING_LABELS):
        return True
    return isinstance(error, OperationFailure) and error.code in _PASSING_CODES


def quotes_documents(error: BaseException) -> bool:
    """Whether its text may hold a part of what was to be read or written, as of a key that is taken
    already."""
    return isinstance(error, OperationFailure | InvalidDocument)
