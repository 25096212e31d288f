"""`python -m sandbox`: a local Bot API server and its chat page, without a shop."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys

from sandbox.server import Sandbox


async def _serve(sandbox: Sandbox, people: list[str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stop.set)
    async with sandbox:
        for name in people:
            sandbox.person(name)
        sys.stdout.write(f"Bot API and chat page: {sandbox.url}\nToken: {sandbox.token}\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", default="123456:TEST")
    parser.add_argument("--username", default="trackline_bot")
    parser.add_argument("--person", action="append", metavar="NAME", help="may be repeated")
    given = parser.parse_args()
    sandbox = Sandbox(
        token=given.token,
        username=given.username,
        host=given.host,
        port=given.port,
        local_apps=True,
    )
    asyncio.run(_serve(sandbox, given.person or ["Alice", "Bob", "Charlie"]))


if __name__ == "__main__":
    main()
