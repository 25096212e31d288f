"""Sessions: what a page shows that it was opened by somebody whom Telegram has named.

A session is a text that only we can make and read. Nothing of it is stored: it works on every
replica and after a restart, and is over at a time that stands in it. What its person may see is
asked anew each time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.sealing import Forged, Seal
from storage.sign_ins import SignIns

LASTS = timedelta(hours=2)
"""How long somebody may look before they have to open the page again."""

_USE = "session"
_NONE = "-"


class UsedElsewhere(Exception):
    """What Telegram signed was exchanged already, by another page."""


class SessionOver(Exception):
    """It is too old, or none of ours."""


@dataclass(frozen=True)
class Signed:
    """What Telegram has signed, that ``chat_id`` opens the page.

    ``language``: of their app. ``mark``: the signature, which no other opening has. ``until``: it
    is fresh.
    """

    chat_id: int
    language: str | None
    mark: str
    until: datetime


class AppSessions:
    def __init__(self, seal: Seal, sign_ins: SignIns) -> None:
        self._seal = seal
        self._sign_ins = sign_ins

    async def begin(self, signed: Signed, page: str, now: datetime) -> str:
        """What was signed works for one page only: ``page`` is that page's own secret, which it
        still has when it is loaded again.

        One of the database's commands. Raises `UsedElsewhere`.
        """
        name = self._seal.fingerprint(f"signed {signed.mark}")
        owner = self._seal.fingerprint(f"page {page}")
        if not await self._sign_ins.claim(name, owner, signed.until):
            raise UsedElsewhere
        ends_at = int((now + LASTS).timestamp())
        return self._seal.enclosed(
            f"{signed.chat_id} {ends_at} {signed.language or _NONE}", use=_USE
        )

    def opened(self, session: str, now: datetime) -> tuple[int, str | None]:
        """The id of the person's chat, and the language of their app. Raises `SessionOver`."""
        try:
            chat_id, ends_at, language = self._seal.disclosed(session, use=_USE).split()
        except Forged:
            raise SessionOver from None
        if datetime.fromtimestamp(int(ends_at), UTC) <= now:
            raise SessionOver
        return int(chat_id), None if language == _NONE else language
