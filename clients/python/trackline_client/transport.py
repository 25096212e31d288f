"""HTTP requests with retries."""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from trackline_client.signatures import key_of

TRIES = 4
"""The most times that a request is sent."""
LONGEST_WAIT = 30.0
"""The most seconds between two tries."""
RETRIED = {408, 429, 502, 503, 504}


class TracklineError(Exception):
    """Trackline answered with an error. ``status``: HTTP's. ``errors``: each wrong field."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.detail = str(problem.get("detail") or problem.get("title") or "")
        self.errors: list[dict[str, str]] = list(problem.get("errors") or [])
        wrong = "; ".join(f"{each['field']}: {each['problem']}" for each in self.errors)
        super().__init__(f"{status}: {self.detail}" + (f" ({wrong})" if wrong else ""))


class TracklineUnreachable(Exception):
    """Trackline did not answer, even after retries."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect: keys and events go only to the configured address."""


class Transport:
    """Sends requests. They are safe to repeat, because writes carry an idempotency key.

    ``url``: Trackline's address. ``timeout``: seconds for one try. Raises `ValueError` for a
    malformed address or secret.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        webhook_secret: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError("url should begin with http:// or https://")
        if webhook_secret:
            key_of(webhook_secret)
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._webhook_secret = webhook_secret
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirect)

    @staticmethod
    def quoted(part: str) -> str:
        return quote(part, safe="")

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, object] | None = None,
        key: str | None = None,
    ) -> Any:
        """Send a request, and return the parsed answer; None if it is empty.

        Raises `TracklineError`, `TracklineUnreachable`.
        """
        if self._api_key is None:
            raise TypeError("api_key is required for this call")
        headers = {"Authorization": f"Bearer {self._api_key}"}
        if method != "GET":
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        content = None if body is None else json.dumps(body).encode()
        return self.sent(method, path + (f"?{urlencode(asked)}" if asked else ""), content, headers)

    def sent(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Any:
        """Send these bytes and headers. Retry if that may help."""
        if content is not None:
            headers = headers | {"Content-Type": "application/json"}
        for tries in range(1, TRIES + 1):
            asking = urllib.request.Request(  # noqa: S310 - the operator's address
                self._url + path, content, headers, method=method
            )
            try:
                with self._opener.open(asking, timeout=self._timeout) as answer:
                    read = answer.read()
                    return json.loads(read) if read else None
            except urllib.error.HTTPError as error:
                if error.code not in RETRIED or tries == TRIES:
                    raise TracklineError(error.code, _problem(error.read())) from None
                wait = _seconds(error.headers.get("Retry-After"), tries)
            except (OSError, TimeoutError) as error:
                if tries == TRIES:
                    raise TracklineUnreachable(f"{self._url} does not answer: {error}") from error
                wait = _seconds(None, tries)
            time.sleep(wait)
        raise AssertionError  # the last try has returned or raised


def _problem(read: bytes) -> Mapping[str, Any]:
    try:
        problem = json.loads(read)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


def _seconds(told: str | None, tries: int) -> float:
    """The seconds until the next try."""
    return min(float(told) if told and told.isdecimal() else 0.5 * 2**tries, LONGEST_WAIT)
