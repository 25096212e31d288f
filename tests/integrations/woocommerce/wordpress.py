"""A WordPress of the tests' own, from Debian's packages: its database, its files, its server."""

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import pytest

from tests.integrations.woocommerce.mariadb import START, MariaDb
from tests.support.programs import need

HERE = Path(__file__).parent
CORE = Path(os.environ.get("TEST_WORDPRESS", "/usr/share/wordpress"))
WOOCOMMERCE = Path(os.environ.get("TEST_WOOCOMMERCE", HERE / "stand_in"))
IS_REAL = "TEST_WOOCOMMERCE" in os.environ
EXTENSIONS = {"curl", "dom", "intl", "mbstring", "mysqli"}
INI = """
sendmail_path = "{mailer}"
opcache.enable_cli = 1
opcache.file_cache = "{cache}"
opcache.file_cache_consistency_checks = 0
opcache.validate_timestamps = 1
opcache.revalidate_freq = 0
"""
OURS_NOT = re.compile(
    r"PHP Deprecated: .* in \S+/site/wp-(includes|admin)/(?!functions\.php)"
    r"|Something may be wrong with WordPress\.org"
)
"""Debian's WordPress is older than its PHP; and nobody is asked for news of WordPress."""
MAILER = """#!/bin/sh
exec cat > "$(mktemp "{mails}/XXXXXXXX.eml")"
"""


def needed() -> None:
    """Skips the test where WordPress, or what it runs on, is not installed."""
    need("mariadbd", "mariadb", "mariadb-dump", "php")
    if not CORE.is_dir():
        pytest.skip("wordpress is not installed")
    loaded = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True)
    if missing := EXTENSIONS - set(loaded.stdout.split()):
        pytest.skip(f"php has no {', '.join(sorted(missing))}")


class WordPress:
    """``with WordPress(folder) as wordpress``; ``url`` is where it is reached."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "site"
        self.log = folder / "debug.log"
        self.mails = folder / "mails"
        self.database = MariaDb(folder)
        self.url = f"http://127.0.0.1:{_free_port()}"

    def __enter__(self) -> Self:
        self._lay_out()
        self.database.__enter__()
        self.run_file(HERE / "site" / "install.php")
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._server.pid, signal.SIGKILL)  # its workers outlive the one that began them
        self._server.wait()
        self.database.__exit__()

    @property
    def plugins(self) -> Path:
        return self.site / "wp-content" / "plugins"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PHP_INI_SCAN_DIR": f":{self.folder / 'ini'}",
            "PHP_CLI_SERVER_WORKERS": "4",  # for requests that ask the same server for more
            "WORDPRESS_SITE": str(self.site),
            "WORDPRESS_SOCKET": str(self.database.socket),
            "WORDPRESS_URL": self.url,
            "WORDPRESS_LOG": str(self.log),
        }

    def run_file(self, script: Path, *arguments: str) -> str:
        """What it prints. The script loads WordPress itself."""
        done = subprocess.run(
            ["php", str(script), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-1000:] + "\n".join(self.complaints)
        return done.stdout

    async def run(self, code: str, *arguments: str) -> str:
        """What these lines of PHP print, in a WordPress that has loaded."""
        process = await asyncio.create_subprocess_exec(
            *("php", "--", *arguments),
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        script = f"<?php require '{self.site}/wp-load.php';\n{code}"
        printed, _ = await process.communicate(script.encode())
        assert process.returncode == 0, printed.decode()[-1000:] + "\n".join(self.complaints)
        return printed.decode()

    @property
    def logged(self) -> str:
        """What PHP and WordPress have complained of."""
        return self.log.read_text() if self.log.exists() else ""

    @property
    def complaints(self) -> list[str]:
        """Of that, what may be ours."""
        lines = [line for line in self.logged.splitlines() if "PHP " in line]
        return [line for line in lines if not OURS_NOT.search(line)]

    def everything_logged(self) -> str:
        """By PHP, by its server, and by WooCommerce, which has files of its own."""
        own = sorted((self.plugins.parent / "uploads" / "wc-logs").glob("*.log"))
        files = [self.folder / "server.log", *own]
        return self.logged + "".join(file.read_text() for file in files)

    def forget(self) -> None:
        """What was logged and mailed."""
        self.log.write_text("")
        for mail in self.mails.iterdir():
            mail.unlink()

    @property
    def sent(self) -> list[EmailMessage]:
        """The mails that were sent, in no particular order."""
        return [
            message_from_bytes(file.read_bytes(), policy=policy.default)
            for file in self.mails.glob("*.eml")
        ]

    def _lay_out(self) -> None:
        shutil.copytree(
            CORE,
            self.site,
            ignore=lambda folder, _: ["wp-content"] if folder == str(CORE) else [],
            ignore_dangling_symlinks=True,
        )
        shutil.copy(HERE / "site" / "wp-config.php", self.site)
        shutil.copytree(HERE / "site" / "theme", self.site / "wp-content" / "themes" / "tests")
        shutil.copytree(HERE / "site" / "mu-plugins", self.site / "wp-content" / "mu-plugins")
        self.plugins.mkdir()
        shutil.copytree(WOOCOMMERCE, self.plugins / "woocommerce")
        self.mails.mkdir()
        mailer = self.folder / "mailer"
        mailer.write_text(MAILER.format(mails=self.mails))
        mailer.chmod(0o700)
        (self.folder / "ini").mkdir()
        (self.folder / "opcache").mkdir()
        (self.folder / "ini" / "tests.ini").write_text(
            INI.format(mailer=mailer, cache=self.folder / "opcache")
        )

    def _serve(self) -> None:
        with (self.folder / "server.log").open("wb") as log:
            self._server = subprocess.Popen(
                ["php", "-S", self.url.removeprefix("http://"), "-t", str(self.site)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        host, port = self.url.removeprefix("http://").split(":")
        deadline = time.monotonic() + START
        while True:
            assert self._server.poll() is None, (self.folder / "server.log").read_text()
            try:
                socket.create_connection((host, int(port))).close()
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "PHP's server does not start"
                time.sleep(0.02)
            else:
                return


def _free_port() -> int:
    with socket.socket() as picked:
        picked.bind(("127.0.0.1", 0))
        port: int = picked.getsockname()[1]
        return port
