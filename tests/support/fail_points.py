"""A database that fails, or is slow, on request."""

from typing import Any

import pytest
from pymongo.errors import OperationFailure

from storage.mongo import Mongo

_NO_SUCH_COMMAND = 59


async def fail_commands(mongo: Mongo, mode: str | dict[str, int], **how: Any) -> None:
    """MongoDB: `configureFailPoint`. Skips the test on a server without it."""
    try:
        await mongo.client.admin.command("configureFailPoint", "failCommand", mode=mode, data=how)
    except OperationFailure as error:
        if error.code != _NO_SUCH_COMMAND:
            raise
        pytest.skip("this database has no fail points")
