"""The Bot API's errors."""

from __future__ import annotations


class ApiError(Exception):
    """A refused call, with the Bot API's own error text.

    `code` is both the HTTP status and `error_code`; `parameters` become the answer's
    ResponseParameters (`retry_after`, `migrate_to_chat_id`).
    Source: Bot API, "Making requests".
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str) -> ApiError:
    """400 with the real server's text; its first letter is lower case unless it is a constant."""
    return ApiError(400, f"Bad Request: {_lower_first(reason)}")


def forbidden(reason: str) -> ApiError:
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")


def _lower_first(reason: str) -> str:
    is_constant = len(reason) > 1 and (reason[1] == "_" or reason[1].isupper())
    return reason if is_constant else reason[:1].lower() + reason[1:]
