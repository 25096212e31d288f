"""What several operations refuse, and in which words."""

from http import HTTPStatus

from handlers.web.api.operation import Refusal

NEVER_SEEN = Refusal(HTTPStatus.NOT_FOUND, "This order was never seen.")
