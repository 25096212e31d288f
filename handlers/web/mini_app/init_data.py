"""Verifies the data with which Telegram tells the Mini App who has opened it.

Uses the standard library only (docs/decisions/0048-mini-app.md says why). Source:
core.telegram.org/bots/webapps, "Validating data received via the Mini App".
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field, ValidationError

from bot.services.people.app_sessions import Signed

LONGEST = 4096
"""The most characters. Telegram's own data has about 600, with the longest possible names."""
FRESH = timedelta(hours=1)
"""How old the data may be when it is exchanged for a session."""
AHEAD = timedelta(minutes=1)
"""How far Telegram's clock may be ahead of ours."""

_KEY = b"WebAppData"


class Why(StrEnum):
    """Why somebody is refused. It is logged, and decides what the page says."""

    MISSING = "nothing was sent: the page is open elsewhere than in Telegram"
    TOO_LONG = "it is too long"
    MALFORMED = "it is no list of fields"
    TWICE = "a field stands twice"
    INCOMPLETE = "a field is missing"
    FORGED = "it is not signed for this bot"
    STALE = "it is too old"
    FUTURE = "its time is still to come"
    NOBODY = "it says nothing of who it is"
    USED = "it was used by another page"


class Refused(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class _Speaker(BaseModel):
    """``language_code``: an IETF language tag."""

    language_code: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,35}$")] | None = None


class _User(_Speaker):
    """Mini Apps: WebAppUser."""

    id: Annotated[int, Field(strict=True, gt=0, lt=2**63)]


def verified(init_data: str, token: str, now: datetime) -> Signed:
    """The person in `Telegram.WebApp.initData`, which must be signed for the bot with this token.

    A person's id is also the id of their private chat. Compares in constant time.
    Raises `Refused`.
    """
    fields = _fields(init_data)
    if not fields.keys() >= {"hash", "auth_date", "user"}:
        raise Refused(Why.INCOMPLETE)
    mark = fields.pop("hash")
    if not hmac.compare_digest(mark.encode(), signature(fields, token).encode()):
        raise Refused(Why.FORGED)
    until = _signed_at(fields["auth_date"], now) + FRESH
    try:
        user = _User.model_validate_json(fields["user"])
    except ValidationError:
        raise Refused(Why.NOBODY) from None
    return Signed(user.id, user.language_code, mark, until)


def signature(fields: dict[str, str], token: str) -> str:
    """Telegram's signature of all fields except ``hash``."""
    secret = hmac.digest(_KEY, token.encode(), hashlib.sha256)
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.digest(secret, lines.encode(), hashlib.sha256).hex()


def claimed_language(init_data: str) -> str | None:
    """The language for a refusal, taken from unverified data."""
    try:
        user = _fields(init_data).get("user", "")
        return _Speaker.model_validate_json(user).language_code
    except (Refused, ValidationError):
        return None


def _fields(init_data: str) -> dict[str, str]:
    """The fields by name. Raises `Refused`.

    Refuses line breaks in values: in the signed text, these could pass for other fields.
    """
    if not init_data:
        raise Refused(Why.MISSING)
    if len(init_data) > LONGEST:
        raise Refused(Why.TOO_LONG)
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise Refused(Why.MALFORMED) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(Why.TWICE)
    if any("\n" in part for pair in pairs for part in pair):
        raise Refused(Why.MALFORMED)
    return fields


def _signed_at(auth_date: str, now: datetime) -> datetime:
    if not re.fullmatch(r"\d{1,11}", auth_date, re.ASCII):
        raise Refused(Why.MALFORMED)
    at = datetime.fromtimestamp(int(auth_date), UTC)
    if at > now + AHEAD:
        raise Refused(Why.FUTURE)
    if at <= now - FRESH:
        raise Refused(Why.STALE)
    return at
