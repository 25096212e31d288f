"""Who has to wait after a 429 of Telegram: the chat that it was for, or all if several get one.

No I/O. Times are in seconds on the monotonic clock.
"""

from collections import deque
from dataclasses import dataclass, field

SEVERAL = 3
"""If so many different chats are limited at once, the limit is the bot's, not theirs."""
AT_ONCE = 3.0
"""Seconds between the first of them and the last."""


@dataclass
class Floods:
    """The 429s that this replica got."""

    _rests: dict[int, float] = field(default_factory=dict)  # by chat, until when
    _latest: deque[tuple[float, int]] = field(default_factory=deque)

    def met(self, chat_id: int, wait: float, now: float, *, alone: bool = False) -> bool:
        """The chat rests for ``wait`` seconds. True: all chats have to.

        ``alone``: this 429 says nothing about other chats, and is not counted with theirs. After a
        True, the count begins again.
        """
        self._rests = {chat: until for chat, until in self._rests.items() if until > now}
        self._rests[chat_id] = max(now + wait, self._rests.get(chat_id, 0))
        if alone:
            return False
        self._latest.append((now, chat_id))
        while self._latest[0][0] < now - AT_ONCE:
            self._latest.popleft()
        if len({chat for _, chat in self._latest}) < SEVERAL:
            return False
        self._latest.clear()
        return True

    def rests_until(self, chat_id: int) -> float:
        """0: it does not rest."""
        return self._rests.get(chat_id, 0)
