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

_PASSING = (ConnectionFailure, ExecutionTimeout, WTimeoutError)
_OUT_OF_SPACE = (14031, 1)
"""A full disk, which the operator can mend: as MongoDB says it, and as the embedded one does."""


def is_passing(error: DatabaseError) -> bool:
    """Whether it is the database's trouble and not the call's: the same call may succeed later."""
    if error.timeout or isinstance(error, _PASSING) or error.has_error_label("RetryableWriteError"):
        return True
    return isinstance(error, OperationFailure) and error.code in _OUT_OF_SPACE
