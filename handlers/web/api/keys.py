"""Bearer keys of the REST API."""

import hmac
from http import HTTPStatus

from aiohttp import web
from aiohttp.hdrs import AUTHORIZATION

from bot.services.console.sessions import WrongLink
from bot.services.shop.keys import ALL, ApiKey, Scope
from handlers.web.backend import BACKEND
from handlers.web.problems import Problem, Unauthorized
from handlers.web.quotas import spend


def require_key(request: web.Request, scope: Scope, *, for_console: bool = False) -> ApiKey:
    """The API key of the request, compared in constant time. Counts against the key's quota.

    ``for_console``: also accepts the session key of a console, whatever the scope.
    Raises `Unauthorized` for an unknown key, and `Problem`: 429 if its quota is used up, 403 if it
    does not have the scope.
    """
    scheme, _, bearer = request.headers.get(AUTHORIZATION, "").partition(" ")
    given = bearer.strip().encode("utf-8", "surrogateescape")
    keys = request.app[BACKEND].secrets().api_keys
    matches = [hmac.compare_digest(given, key.secret.encode()) for key in keys]
    if scheme.lower() != "bearer":
        raise Unauthorized
    if not any(matches):
        return _of_session(request, bearer.strip(), for_console=for_console)
    key = keys[matches.index(True)]
    spend(request, ("key", key.name))
    if scope not in key.scopes:
        raise Problem(HTTPStatus.FORBIDDEN, f"This key does not have the scope {scope}.")
    return key


def _of_session(request: web.Request, secret: str, *, for_console: bool) -> ApiKey:
    if not for_console:
        raise Unauthorized
    try:
        person_id = request.app[BACKEND].console.sessions.whose(secret)
    except WrongLink:
        raise Unauthorized from None
    spend(request, ("staff", person_id))
    return ApiKey(f"staff {person_id}", ALL, secret)
