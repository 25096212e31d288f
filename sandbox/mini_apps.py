"""Mini Apps: which addresses Telegram accepts, and what it signs when somebody opens one.

Source: core.telegram.org/bots/webapps; TDLib, LinkManager::check_link and BotMenuButton.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.links import LinkError, check_link
from sandbox.model import Account

_TELEGRAM_S_KEY = Ed25519PrivateKey.generate()
"""Stands in for Telegram's key, which signs for parties that do not know the bot's token."""


@dataclass(frozen=True, slots=True)
class Opened:
    """`init_data`: passed in the address's fragment, as `tgWebAppData`."""

    url: str
    init_data: str


def check_app(url: str, *, local: bool) -> str:
    """Return the address as Telegram keeps it. Raises LinkError.

    ``local``: allow http on this machine, as in Telegram's test environment.
    """
    link = check_link(url)
    parts = urlsplit(link)
    if parts.scheme != "https" and not (local and parts.hostname == "127.0.0.1"):
        raise LinkError("Only HTTPS links are allowed")
    return link


def init_data(token: str, account: Account, at: datetime | None = None) -> str:
    """The signed data for the Mini App of the bot with this ``token``: who opens it, and when.

    Source: "Validating data received via the Mini App", and "… for Third-Party Use".
    """
    user = account.as_json() | {"allows_write_to_pm": True}
    fields = {
        "query_id": secrets.token_urlsafe(18),
        "user": json.dumps(
            {name: value for name, value in user.items() if name != "is_bot"},
            ensure_ascii=False,
            separators=(",", ":"),
        ),
        "auth_date": str(int((at or datetime.now(UTC)).timestamp())),
    }
    bot_id = token.partition(":")[0]
    for_others = _TELEGRAM_S_KEY.sign(f"{bot_id}:WebAppData\n{_lines(fields)}".encode())
    fields["signature"] = base64.urlsafe_b64encode(for_others).rstrip(b"=").decode()
    return urlencode(fields | {"hash": _hash(token, fields)})


def _hash(token: str, fields: dict[str, str]) -> str:
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return hmac.new(secret, _lines(fields).encode(), hashlib.sha256).hexdigest()


def _lines(fields: dict[str, str]) -> str:
    return "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
