"""A replica that takes all slots that it can get: ``python -m tests.support.paced URI RATE``.

Prints a line for each slot: the moments between which it was taken, in seconds on the monotonic
clock, which all processes of a machine share.
"""

import asyncio
import sys
import time

import structlog

from bot.delivery.pace import Pacer
from storage.mongo import connect
from storage.pace import Pace


async def take_all(pacer: Pacer) -> None:
    while True:
        before = time.monotonic()
        if pacer.try_take():
            sys.stdout.write(f"{before} {time.monotonic()}\n")
            sys.stdout.flush()
        await asyncio.sleep(0.001)


async def main(uri: str, rate: float) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    pacer = Pacer(Pace(connect(uri, "motor")), rate=rate)
    await asyncio.gather(pacer.run(), take_all(pacer))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
