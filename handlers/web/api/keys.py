"""Bearer keys of the REST API."""

import hmac
from http import HTTPStatus

from aiohttp import web
from aiohttp.hdrs import AUTHORIZATION

from bot.services.shop.keys import ApiKey, Scope
from handlers.web.backend import BACKEND
from handlers.web.problems import Problem, Unauthorized
from handlers.web.quotas import spend


def require_key(request: web.Request, scope: Scope) -> ApiKey:
    """The key that the request bears, compared in constant time. It counts against its quota.

    Raises `Unauthorized` unless it is one of ours, and `Problem`: 429 its quota is used up, 403 it
    has not this scope.
    """
    scheme, _, bearer = request.headers.get(AUTHORIZATION, "").partition(" ")
    given, keys = (
        bearer.strip().encode("utf-8", "surrogateescape"),
        request.app[BACKEND].secrets.api_keys,
    )
    matches = [hmac.compare_digest(given, key.secret.encode()) for key in keys]
    if scheme.lower() != "bearer" or not any(matches):
        raise Unauthorized
    key = keys[matches.index(True)]
    spend(request, ("key", key.name))
    if scope not in key.scopes:
        raise Problem(
            HTTPStatus.FORBIDDEN, f"This key may not do this: it has not the scope {scope}."
        )
    return key
