"""Kinds of values that several settings have."""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator
from yarl import URL


def words(value: object) -> object:
    """``a, b`` → ``["a", "b"]``."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def pairs(value: object) -> object:
    """``a=b, c=d`` → ``{"a": "b", "c": "d"}``."""
    if isinstance(value, str):
        pairs = [word.partition("=") for word in value.split(",") if word.strip()]
        if not all(ours for _, _, ours in pairs):
            raise ValueError("every pair needs an '='")
        return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}
    return value


def address(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise ValueError("it is not an http or https address")
    return url.rstrip("/")


def hosts(named: list[str]) -> list[str]:
    for host in named:
        places(host)
    return named


def places(host: str) -> set[tuple[str, int]]:
    """Host and port of ``host:port``. Without a port: the ports of https and http.

    Raises ValueError.
    """
    named = URL(f"//{host}")
    if not named.host or named != URL.build(host=named.host, port=named.explicit_port):
        raise ValueError("a host is a name or an address, with or without :port")
    ports = [named.explicit_port] if named.explicit_port else [443, 80]
    return {(named.host, port) for port in ports}


def _file(path: Path) -> Path:
    try:
        path.open("rb").close()
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    return path


def _folder(path: Path) -> Path:
    try:
        os.scandir(path).close()
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    return path


File = Annotated[Path, AfterValidator(_file)]
"""A file that can be read."""
Folder = Annotated[Path, AfterValidator(_folder)]
