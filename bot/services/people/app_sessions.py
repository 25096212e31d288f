"""Sessions of the Mini App: proof that a page was opened by a person whom Telegram has identified.

A session is an encrypted text that contains its end. Nothing is stored, so it works on every
replica and after a restart. What the person may see is checked on each request.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.sealing import Forged, Seal
from storage.sign_ins import SignIns

LASTS = timedelta(hours=2)
"""How long a session lasts before the person has to open the page again."""

_USE = "session"
_NONE = "-"


class UsedElsewhere(Exception):
    """The signed data was already used by another page."""


class SessionOver(Exception):
    """The session has expired or is forged."""


@dataclass(frozen=True)
class Signed:
    """Telegram's signed statement that ``chat_id`` opens the page.

    ``language``: of their app. ``mark``: the signature, unique to this opening. ``until``: the end
    of its validity.
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
        """A new session. The signed data works for one page only.

        ``page``: a secret of that page, which it keeps when it is reloaded.
        One database operation. Raises `UsedElsewhere`.
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
