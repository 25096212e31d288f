"""Installs what the peers need: a Python environment, and Express's packages."""

import shutil
import subprocess
import sys
import venv

from bench.stage import PEERS, PYTHON


def install() -> None:
    """Raises `subprocess.CalledProcessError`. Without npm, Express is skipped."""
    if not PYTHON.exists():
        venv.create(PYTHON.parents[1], with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    _run(*pip, "--requirement", str(PEERS / "requirements.txt"))
    if npm := shutil.which("npm"):
        _run(npm, "install", "--no-audit", "--no-fund", "--prefix", str(PEERS / "express"))
    else:
        sys.stderr.write("There is no npm: the Express peer will be skipped.\n")


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - the command has no outside input
