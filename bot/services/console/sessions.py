"""Signing in to the console without a key, by a link that the bot gives to listed staff."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storage.sealing import Forged, Seal
from storage.staff import StaffNotes

LINK_LASTS = timedelta(minutes=5)
SESSION_LASTS = timedelta(hours=8)

_LINK, _SESSION = "console link", "console session"
"""The uses that secrets are sealed for. A link is not valid as a session, nor the reverse."""


class WrongLink(Exception):
    """The link or the session was used, has expired or is forged."""


@dataclass(frozen=True)
class Session:
    """``key``: identifies the person to the console, ``until`` then."""

    key: str = field(repr=False)
    until: datetime


@dataclass(frozen=True)
class Sessions:
    """Sessions are not stored: the key contains the person's id, encrypted.

    ``members``: Telegram ids of the staff. A session ends when its person is removed from them.
    ``at``: returns the console's address; empty: there is no console.
    """

    members: Collection[int]
    seal: Seal
    notes: StaffNotes
    clock: Callable[[], datetime]
    at: Callable[[], str]

    def admits(self, person_id: int) -> bool:
        return bool(self.at()) and person_id in self.members

    def link(self, person_id: int) -> str:
        """A link that opens the console once, within `LINK_LASTS`.

        The secret comes after the ``#``, so that no server logs it.
        """
        until = self.clock() + LINK_LASTS
        return f"{self.at()}#link={self._enclosed(_LINK, person_id, until)}"

    async def begin(self, link: str) -> Session:
        """A new session. ``link``: the secret of the link. Raises `WrongLink`."""
        person_id, until = self._disclosed(_LINK, link)
        name = f"console link {hashlib.sha256(link.encode()).hexdigest()}"
        if not await self.notes.take_turn(name, self.clock(), until):
            raise WrongLink
        ends = self.clock() + SESSION_LASTS
        return Session(self._enclosed(_SESSION, person_id, ends), ends)

    def whose(self, key: str) -> int:
        """The id of the session's person. Raises `WrongLink`."""
        return self._disclosed(_SESSION, key)[0]

    def _enclosed(self, use: str, person_id: int, until: datetime) -> str:
        text = f"{person_id} {int(until.timestamp())} {secrets.token_urlsafe(12)}"
        return self.seal.enclosed(text, use=use)

    def _disclosed(self, use: str, secret: str) -> tuple[int, datetime]:
        try:
            person_id, ends_at, _ = self.seal.disclosed(secret, use=use).split()
        except Forged:
            raise WrongLink from None
        until = datetime.fromtimestamp(int(ends_at), UTC)
        if until <= self.clock() or int(person_id) not in self.members:
            raise WrongLink
        return int(person_id), until
