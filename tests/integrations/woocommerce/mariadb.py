"""A MariaDB of the tests' own: on a socket in their folder, for whoever may read that folder."""

import os
import pwd
import subprocess
import time
from pathlib import Path
from typing import Self

NAME = "wordpress"
"""Its one database."""
OPTIONS = (
    "--no-defaults",
    "--skip-networking",
    "--skip-grant-tables",  # so that no system tables have to be made first, which takes seconds
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=64M",
)
START = 90.0
"""Seconds that a start may take on a busy machine; it takes a tenth of one."""


class MariaDb:
    """``with MariaDb(folder) as database``; ``socket`` is where it listens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "mariadb.sock"

    def __enter__(self) -> Self:
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        with (self._folder / "mariadb.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "mariadbd",
                    *OPTIONS,
                    f"--user={pwd.getpwuid(os.getuid()).pw_name}",
                    f"--datadir={data}",
                    f"--socket={self.socket}",
                    f"--pid-file={self._folder / 'mariadb.pid'}",
                ],
                stderr=log,
            )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, sql: str, database: str = NAME) -> str:
        """What it answers: a line per row, its values between tabs."""
        return self._run(["mariadb", "--batch", "--skip-column-names", database], sql)

    def dump(self) -> str:
        """The tables and their rows, a line per row."""
        return self._run(["mariadb-dump", "--skip-extended-insert", "--skip-comments", NAME])

    def restore(self, dump: str) -> None:
        """What was there then is there now, and nothing else."""
        self.ask(f"DROP DATABASE {NAME}; CREATE DATABASE {NAME}")
        self.ask(dump)

    def _run(self, command: list[str], given: str = "") -> str:
        program, *arguments = command
        done = subprocess.run(
            [program, "--no-defaults", f"--socket={self.socket}", *filter(None, arguments)],
            input=given.encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode())
        return done.stdout.decode()

    def _wait(self) -> None:
        deadline = time.monotonic() + START
        while True:
            assert self._process.poll() is None, (self._folder / "mariadb.log").read_text()
            try:
                self.ask(f"CREATE DATABASE {NAME}", "")
            except RuntimeError:
                assert time.monotonic() < deadline, "MariaDB does not start"
                time.sleep(0.02)
            else:
                return
