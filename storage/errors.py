"""What can go wrong with the database, told apart by whether waiting helps."""

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


_PASSING = (ConnectionFailure, ExecutionTimeout, Overloaded, WTimeoutError)
_AWAY = (6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436)
"""A server that is stopping, stepping down or out of reach, as a router or a bulk write tells it of
one write (https://www.mongodb.com/docs/manual/reference/error-codes/)."""
_OUT_OF_SPACE = (14031, 1)
"""A full disk, which the operator can mend: as MongoDB says it, and as the embedded one does."""


def is_passing(error: DatabaseError) -> bool:
    """Whether it is the database's trouble and not the call's: the same call may succeed later."""
    if error.timeout or isinstance(error, _PASSING) or error.has_error_label("RetryableWriteError"):
        return True
    return isinstance(error, OperationFailure) and error.code in (*_AWAY, *_OUT_OF_SPACE)
