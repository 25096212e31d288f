"""Signing in to the console without a key: by a link that the bot gives to listed staff."""

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
"""What a secret is sealed for: one of the other is none of these."""


class WrongLink(Exception):
    """It was used, is too old, or was never ours."""


@dataclass(frozen=True)
class Session:
    """``key``: stands for the person until then, for what the console does."""

    key: str = field(repr=False)
    until: datetime


@dataclass(frozen=True)
class Sessions:
    """No session is kept: its key says whose it is, sealed, and ends with their place in
    ``members``, ids of Telegram. ``at``: the console's address; empty: there is none."""

    members: Collection[int]
    seal: Seal
    notes: StaffNotes
    clock: Callable[[], datetime]
    at: Callable[[], str]

    def admits(self, person_id: int) -> bool:
        return bool(self.at()) and person_id in self.members

    def link(self, person_id: int) -> str:
        """Opens the console once, within `LINK_LASTS`. No server sees what stands behind the #."""
        until = self.clock() + LINK_LASTS
        return f"{self.at()}#link={self._enclosed(_LINK, person_id, until)}"

    async def begin(self, link: str) -> Session:
        """``link``: its secret. Raises `WrongLink`."""
        person_id, until = self._disclosed(_LINK, link)
        name = f"console link {hashlib.sha256(link.encode()).hexdigest()}"
        if not await self.notes.take_turn(name, self.clock(), until):
            raise WrongLink
        ends = self.clock() + SESSION_LASTS
        return Session(self._enclosed(_SESSION, person_id, ends), ends)

    def whose(self, key: str) -> int:
        """The person's id. Raises `WrongLink`."""
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
