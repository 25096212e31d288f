"""What all benches of a run share, and how contenders take turns."""

import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bench.database import Server

PEERS = Path(__file__).parent / "peers"
PYTHON = PEERS / ".venv" / "bin" / "python"
MODULES = PEERS / "express" / "node_modules"
T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """``home``: a folder that is removed at the end. ``seconds``: how long a round is."""

    server: Server
    home: Path
    rounds: int
    seconds: float
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def express(self) -> list[str] | None:
        """The command of the Express peer, if it is there."""
        node = shutil.which("node")
        if node and MODULES.is_dir():
            return [node, str(PEERS / "express" / "server.js")]
        why = "its packages are not installed: --install-peers" if node else "there is no node"
        self.skipped["Express"] = why
        return None

    @property
    def aiogram(self) -> str | None:
        """The Python that has aiogram, if there is one."""
        if PYTHON.exists():
            return str(PYTHON)
        self.skipped["aiogram"] = "it is not installed: --install-peers"
        return None

    async def in_turn(
        self, contenders: Mapping[str, Callable[[float], Awaitable[T]]]
    ) -> dict[str, list[T]]:
        """Runs each contender once per round, after a short warm-up that does not count.

        So whatever slows the machine slows all of them. ``contenders`` are called with the
        length of a round.
        """
        found: dict[str, list[T]] = {name: [] for name in contenders}
        for measure in contenders.values():
            await measure(min(0.7, self.seconds))
        for number in range(self.rounds):
            for name, measure in contenders.items():
                say(f"  round {number + 1} of {self.rounds}: {name}")
                found[name].append(await measure(self.seconds))
        say("")
        return found


def say(text: str) -> None:
    """Shows the current step, in a line that the next one replaces, if the output is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text[:100]}")
        sys.stderr.flush()
