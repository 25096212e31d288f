"""Validation errors in plain words, for people who do not know pydantic."""

from pydantic_core import ErrorDetails

_IDENTIFIER = "it should hold only A-Z, a-z, 0-9 and . _ : / @ # + = ~ -, a letter or digit first"
_MOMENT = "it should be an ISO-8601 date and time that exists, like 2026-11-23T09:30:00Z"
_WORDS = {
    "missing": "it is missing",
    "model_type": "it should be an object",
    "string_type": "it should be text, and not empty",
    "string_unicode": "it should be text without lone surrogates",
    "string_too_short": "it should not be empty",
    "string_too_long": "it should have at most {max_length} characters",
    "too_long": "it should have at most {max_length} entries",
    "list_type": "it should be a list",
    "string_pattern_mismatch": _IDENTIFIER,
    "literal_error": "it should be {expected}",
    "float_type": "it should be a number",
    "int_type": "it should be a whole number",
    "greater_than_equal": "it should be at least {ge}",
    "less_than_equal": "it should be at most {le}",
    "bool_type": "it should be true or false",
    "timezone_aware": "it should have a time zone, like 2026-11-23T09:30:00Z",
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
}
"""Texts by pydantic's error type. Identifiers are the only values with a pattern."""


def in_plain_words(error: ErrorDetails) -> str:
    """Says what would be right. Never repeats a value."""
    words = _WORDS.get(error["type"])
    if words is None:  # our own validators say it themselves
        return error["msg"].removeprefix("Value error, ")
    return words.format_map(error.get("ctx", {}))
