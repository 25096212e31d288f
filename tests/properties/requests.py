"""Requests to every route, as HTTP allows them and as nobody sends them."""

import asyncio
import json
import time
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from handlers.web.shops import DIALECTS
from sandbox.waiting import TIMEOUT
from tests.properties.strategies import anything, encoded, events, identifiers, json_values
from tests.support.raw_request import connection
from tests.support.shop import API_KEY, SECRET
from tests.web.conftest import signed

TOKEN = "!#$%&'*+-.^_`|~09azAZ"  # the characters of a header's name or a method


@dataclass(frozen=True)
class Request:
    method: str
    target: str  # with its query, percent-encoded
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def to_bytes(self) -> bytes:
        head = [f"{self.method} {self.target} HTTP/1.1".encode(), b"Host: 127.0.0.1"]
        head += [name + b": " + value for name, value in self.headers]
        head += [b"Connection: close", b"Content-Length: %d" % len(self.body)]
        return b"\r\n".join(head) + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]  # by their names in lower case
    body: bytes

    @property
    def is_problem(self) -> bool:
        """RFC 9457: Problem Details for HTTP APIs."""
        if self.headers.get("content-type", "").split(";")[0] != "application/problem+json":
            return False
        told = json.loads(self.body)
        return bool(told["status"] == self.status and told["title"] and "detail" in told)


async def exchange(url: str, sent: bytes) -> Response | None:
    """The server's answer to these bytes; None: it had none."""
    async with connection(url) as (reader, writer), asyncio.timeout(TIMEOUT):
        writer.write(sent)
        answer = await reader.read()
    while answer.startswith(b"HTTP/1.1 100 "):
        answer = answer.partition(b"\r\n\r\n")[2]
    if not answer:
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    line, _, fields = head.partition(b"\r\n")
    headers = BytesHeaderParser().parsebytes(fields)
    return Response(
        int(line.split()[1]), {name.lower(): value for name, value in headers.items()}, body
    )


def _percent(value: bytes) -> str:
    return quote_from_bytes(value, safe="!$&'()*+,;=:@~")


segments = (identifiers.map(str.encode) | anything.map(str.encode) | st.binary(max_size=20)).map(
    _percent
)
paths = st.one_of(
    st.sampled_from(["/webhooks/orders", "/api/v1/links", "/telegram", "/"]),
    st.sampled_from(["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"]),
    st.sampled_from([f"/webhooks/{name}" for name in DIALECTS]),
    segments.map("/api/v1/orders/{}/tracking".format),
    segments.map("/api/v1/customers/{}".format),
    segments.map("/api/v1/customers/{}/phone".format),
    st.lists(segments, max_size=4).map(lambda parts: "/" + "/".join(parts)),
)
queries = st.just("") | st.lists(segments, min_size=1, max_size=3).map(lambda q: "?" + "&".join(q))
methods = st.sampled_from(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
)

_values = st.binary(max_size=30).map(lambda value: bytes(b for b in value if b >= 32 and b != 127))
_names = st.text(TOKEN, min_size=1, max_size=12).map(lambda name: b"X-" + name.encode())
_odd = st.tuples(_names, _values)
_known = [
    *((b"Authorization", b"Bearer " + key) for key in (API_KEY.encode(), b"", b"wrong", b"\xff")),
    (b"Authorization", b"Basic dTpw"),
    *((b"Content-Type", kind) for kind in (b"application/json", b"text/plain", b";", b"\xff/x")),
    (b"Content-Type", b"application/json; charset=utf-16"),
    *((b"Content-Encoding", how) for how in (b"gzip", b"", b"identity")),
    *((b"Accept", b"text/html"), (b"Accept-Encoding", b"gzip"), (b"Cookie", b'a="\\"; ;=;\xff')),
    *((b"Range", b"bytes=5-"), (b"If-None-Match", b"*"), (b"X-Forwarded-For", b"\xff")),
    *((b"If-Modified-Since", b"x"), (b"Expect", b"100-continue"), (b"Upgrade", b"websocket")),
    (b"X-Telegram-Bot-Api-Secret-Token", b"\xff"),
]
headers = st.lists(
    st.sampled_from(_known) | _odd, max_size=4, unique_by=lambda header: header[0].lower()
)
"""Each name once: aiohttp itself answers to a second ``Content-Type``."""
bodies = st.one_of(
    events.map(encoded),
    json_values.map(encoded),
    st.fixed_dictionaries(
        {"customer_id": identifiers}, optional={"account_hint": anything | json_values}
    ).map(encoded),
    st.binary(max_size=200),
)
KEY = (b"Authorization", b"Bearer " + API_KEY.encode())
keys = st.sampled_from([KEY, KEY, KEY, *(h for h in _known if h[0] == b"Authorization")])
"""Mostly the right one."""
JSON = (b"Content-Type", b"application/json")
phones = st.from_regex(r"\+?[0-9 ()-]{0,20}", fullmatch=True) | anything

wild = st.builds(
    Request,
    methods,
    st.builds("{}{}".format, paths, queries),
    headers.map(tuple),
    bodies,
)
"""Any request at all."""

with_key = st.one_of(
    st.builds(
        Request, st.just("POST"), st.just("/api/v1/links"), st.tuples(keys, st.just(JSON)), bodies
    ),
    st.builds(
        Request,
        st.just("GET"),
        segments.map("/api/v1/orders/{}/tracking".format),
        st.tuples(keys),
        st.just(b""),
    ),
    st.builds(
        Request,
        st.just("DELETE"),
        segments.map("/api/v1/customers/{}".format),
        st.tuples(keys),
        st.just(b""),
    ),
    st.builds(
        Request,
        st.sampled_from(["PUT", "DELETE"]),
        segments.map("/api/v1/customers/{}/phone".format),
        st.tuples(keys, st.just(JSON)),
        bodies
        | st.fixed_dictionaries({"phone": phones}, optional={"account_hint": anything}).map(
            encoded
        ),
    ),
)
"""Requests of which most come past the door of the REST API."""


def _signed(body: bytes, event_id: str, late: int) -> Request:
    at = str(int(time.time()) - late)
    given = signed(body, secret=SECRET, event_id=event_id, timestamp=at)
    pairs = tuple((name.encode(), value.encode()) for name, value in given.items())
    return Request("POST", "/webhooks/orders", pairs, body)


with_signature: st.SearchStrategy[Request] = st.builds(
    _signed,
    bodies,
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40),
    st.sampled_from([0, 0, 0, 0, 400, -400]),
)
"""Signed events, and signed bytes of any other kind; a few too late."""


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A request with a few of its first bytes changed."""
    sent = bytearray(draw(wild | with_key).to_bytes())
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, min(len(sent), 150)))
        sent[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
    return bytes(sent)


def from_telegram(secret: str, body: bytes) -> Request:
    """These bytes, with the secret that only Telegram knows."""
    headers = ((b"X-Telegram-Bot-Api-Secret-Token", secret.encode()), JSON)
    return Request("POST", "/telegram", headers, body)
