"""What the driver sends to the database, for tests that count it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo import monitoring

from storage.mongo import Document


class CommandLog(monitoring.CommandListener):
    """Records the commands of clients that were made after its registration, while watched."""

    def __init__(self) -> None:
        self._watched: dict[str, list[Document]] = {}

    @contextmanager
    def of(self, database: str) -> Iterator[list[Document]]:
        """The commands to this database, oldest first, as they are sent."""
        self._watched[database] = []
        try:
            yield self._watched[database]
        finally:
            del self._watched[database]

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.database_name in self._watched:
            self._watched[event.database_name].append(dict(event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Of no interest."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Of no interest."""


COMMANDS = CommandLog()
"""One for all tests: PyMongo's global listeners cannot be taken back."""

monitoring.register(COMMANDS)
