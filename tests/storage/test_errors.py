"""What of a database's errors passes by itself."""

import pytest
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    CursorNotFound,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WTimeoutError,
    _OperationCancelled,
)

from storage.errors import DatabaseError, is_passing
from storage.timeouts import TimedOut


def labelled(label: str) -> OperationFailure:
    return OperationFailure("rate limited", 462, {"errorLabels": [label]})


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("connection pool paused"),
        NetworkTimeout("timed out"),
        TimedOut("the database does not answer"),
        ServerSelectionTimeoutError("no servers found yet"),
        WaitQueueTimeoutError("no connection became free"),
        _OperationCancelled("operation cancelled"),
        NotPrimaryError("node is recovering"),
        ExecutionTimeout("operation exceeded time limit", 50),
        WTimeoutError("waiting for replication timed out", 64),
        CursorNotFound("cursor id 7 not found", 43),
        WriteConcernError("interrupted at shutdown", 11600),
        BulkWriteError({"writeErrors": [{"code": 50}]}),
        OperationFailure("No space left on device", 14031),
        OperationFailure("host unreachable", 6),
        OperationFailure("no member of the shard satisfies the read preference", 133),
        labelled("SystemOverloadedError"),
        labelled("RetryableWriteError"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_database_s_trouble_passes(error: DatabaseError) -> None:
    assert is_passing(error)


@pytest.mark.parametrize(
    "error",
    [
        DuplicateKeyError("E11000 duplicate key", 11000),
        BulkWriteError({"writeErrors": [{"code": 11000}]}),
        OperationFailure("not authorized", 13),
        OperationFailure("unknown operator", 2),
        ConfigurationError("unknown option"),
        InvalidOperation("cannot use the client after close"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_wrong_with_a_call_stays(error: DatabaseError) -> None:
    assert not is_passing(error)
