"""What inline mode consists of: what was typed, what the bot offers for it, and what is kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sandbox.model import Account, Markup
from sandbox.text import FormattedText
from sandbox.updates import JsonObject


@dataclass(frozen=True, slots=True)
class InlineResult:
    """What is shown to choose (`title`, `description`), and what is sent when it is chosen."""

    id: str
    title: str
    description: str
    content: FormattedText
    html: str
    markup: Markup
    link_preview: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class InlineButton:
    """Above the results: leads to the bot's chat, with /start and the parameter."""

    text: str
    start_parameter: str


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What the bot offers for what was typed."""

    results: list[InlineResult]
    button: InlineButton | None = None


@dataclass(slots=True)
class InlineQuery:
    """What somebody has typed, and waits for its answer until `expires` (the loop's clock)."""

    id: str
    person: Account
    text: str
    expires: float
    answer: asyncio.Future[InlineAnswer]


@dataclass(slots=True)
class InlineMode:
    """`is_on`, `feedback`: what @BotFather was told by /setinline and /setinlinefeedback.

    `cache`: by whose it is (None: everybody's) and what was typed; until when, and what.
    """

    is_on: bool = True
    feedback: bool = False
    queries: dict[str, InlineQuery] = field(default_factory=dict)
    cache: dict[tuple[int | None, str], tuple[float, InlineAnswer]] = field(default_factory=dict)
    _last_id: int = 7_000_000_000

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id
