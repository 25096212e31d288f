"""How a test's server ends, so that nothing of it outlives the test."""

import asyncio
from collections.abc import Collection

FROM_ACCEPTED_TO_SERVED = 4
"""Rounds of the loop in which asyncio makes a task of a connection that it has accepted."""


async def end(server: asyncio.Server, serving: Collection[asyncio.Task[None]]) -> None:
    """Accepts no more, and cuts off what is being served, be it accepted just now.

    Raises what a task failed with.
    """
    for socket in server.sockets:
        asyncio.get_running_loop().remove_reader(socket.fileno())
    for _ in range(FROM_ACCEPTED_TO_SERVED):
        await asyncio.sleep(0)
    server.close()  # asyncio forgets to close what it accepted and has not attached by then
    for task in serving:
        task.cancel()
    ended = await asyncio.gather(*serving, return_exceptions=True)
    await asyncio.sleep(0)  # for what was aborted to be closed
    for error in ended:
        if isinstance(error, Exception):
            raise error
