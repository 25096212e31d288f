"""What the values of several settings have in common."""

import re


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
