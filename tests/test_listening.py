"""The servers that tests are made of."""

import asyncio
import gc
import socket

import pytest

from tests.support.raw_http import Visit, raw_server


@pytest.mark.parametrize("rounds", range(6))
def test_nothing_stays_open_of_who_connects_as_a_server_ends(rounds: int) -> None:
    """What did would be blamed on a later test, as a warning is an error."""

    async def says_nothing(visit: Visit) -> None:
        await visit.hang_up_seen()

    async def connect_late() -> None:
        async with raw_server(says_nothing) as server:
            client.connect(("127.0.0.1", server.port))
            for _ in range(rounds):
                await asyncio.sleep(0)

    with socket.socket() as client:
        asyncio.run(connect_late())
    gc.collect()
