"""Which links Telegram accepts in buttons and text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_TELEGRAM = re.compile(r"(tg|ton|tonsite):(?://)?(.*)", re.IGNORECASE | re.DOTALL)


class LinkError(ValueError):
    """The link is refused. The text is TDLib's reason."""


def check_link(url: str) -> str:
    """Return the link as Telegram keeps it; `http://` is added if it has no scheme.

    A host without a dot ("localhost") is refused, as on the real server.
    Source: TDLib, LinkManager::check_link_impl and parse_url. Raises LinkError.
    """
    if telegram := _TELEGRAM.fullmatch(url):
        return _check_telegram_link(telegram[1].lower(), telegram[2])
    link = url if _SCHEME.match(url) else f"http://{url}"
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise LinkError(str(error)) from error
    if parts.scheme.lower() not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    if not host:
        raise LinkError("URL host is empty")
    if re.search(r"[\s<>\"]", parts.netloc):
        raise LinkError("Disallowed character in URL host")
    if "." not in host and ":" not in host:
        raise LinkError("Wrong HTTP URL")
    return link if parts.path or parts.query or parts.fragment else f"{link}/"


def _check_telegram_link(scheme: str, rest: str) -> str:
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    allowed = r"[\w.-]+" if scheme == "tonsite" else r"[\w-]+"
    if not host:
        raise LinkError("URL host is empty")
    if not re.fullmatch(allowed, host, re.ASCII):
        raise LinkError("Unallowed characters in URL host")
    return f"{scheme}://{rest}"
