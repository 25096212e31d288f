"""The log of a service in this process, as in production. Start it before the service."""

import contextlib
import io
import json
from typing import Any

from bot import logs
from tests.support.waiting import until


class Log:
    """The lines that the service logs, as in production."""

    def __init__(self) -> None:
        self.written = io.StringIO()
        with contextlib.redirect_stderr(self.written):
            logs.configure()

    def lines(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.written.getvalue().splitlines()]
        return [line for line in lines if line["event"] == name]

    async def line(self, name: str, **about: object) -> dict[str, Any]:
        """Waits for the only line with this name and these values."""

        async def look() -> list[dict[str, Any]]:
            return [line for line in self.lines(name) if about.items() <= line.items()]

        (line,) = await until(look)
        return line
