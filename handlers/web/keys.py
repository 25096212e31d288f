"""Bearer keys of the REST API."""

import hmac

from aiohttp import web
from aiohttp.hdrs import AUTHORIZATION

from handlers.web.backend import BACKEND
from handlers.web.problems import Unauthorized
from handlers.web.quotas import spend


def require_key(request: web.Request) -> None:
    """Raises `Unauthorized` unless the request bears one of our keys. Constant time.

    The request counts against that key's quota: raises `Problem` 429 when it is used up.
    """
    scheme, _, key = request.headers.get(AUTHORIZATION, "").partition(" ")
    given = key.strip().encode("utf-8", "surrogateescape")
    matches = [hmac.compare_digest(given, ours.encode()) for ours in request.app[BACKEND].api_keys]
    if scheme.lower() != "bearer" or not any(matches):
        raise Unauthorized
    spend(request, ("key", matches.index(True)))
