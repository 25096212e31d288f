"""What Telegram hands to a Mini App, by the documentation's words and nobody's code."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

TOKEN = "123456:TEST"


def fields(person: int, at: datetime, **user: Any) -> list[tuple[str, str]]:
    """All but ``hash``."""
    known = {"id": person, "first_name": "Alice", "language_code": "en"} | user
    return [
        ("query_id", "AAHdF6IQAAAAAN0XohDhrOrc"),
        ("user", json.dumps(known)),
        ("auth_date", str(int(at.timestamp()))),
        ("signature", "c2lnbmVkIGJ5IFRlbGVncmFt"),
    ]


def signed(fields: Sequence[tuple[str, str]], token: str = TOKEN) -> str:
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields))
    mark = hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()
    return urlencode([*fields, ("hash", mark)])
