"""The state of inline mode: queries, the bot's answers to them, and the cache."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from sandbox.model import Account, Markup
from sandbox.text import FormattedText
from sandbox.updates import JsonObject


@dataclass(frozen=True, slots=True)
class InlineResult:
    """A choice as it is shown (`title`, `description`), and the message that it sends."""

    id: str
    title: str
    description: str
    content: FormattedText
    html: str
    markup: Markup
    link_preview: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class InlineButton:
    """The button above the results. It opens the bot's chat and sends /start with the parameter."""

    text: str
    start_parameter: str


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What the bot offers for what was typed."""

    results: list[InlineResult]
    button: InlineButton | None = None


@dataclass(slots=True)
class InlineQuery:
    """A query, which waits for its answer until `expires` (the loop's clock)."""

    id: str
    person: Account
    text: str
    expires: float
    answer: asyncio.Future[InlineAnswer]


@dataclass(slots=True)
class InlineMode:
    """`is_on`, `feedback`: as set in @BotFather by /setinline and /setinlinefeedback.

    `cache`: by person (None: everybody) and typed text: when the answer expires, and the answer.
    """

    is_on: bool = True
    feedback: bool = False
    queries: dict[str, InlineQuery] = field(default_factory=dict)
    cache: dict[tuple[int | None, str], tuple[float, InlineAnswer]] = field(default_factory=dict)
    _last_id: int = 7_000_000_000

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id
