"""What a generator of requests has to know beside the description: loaded by schemathesis."""

import base64
import hashlib
import hmac
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from requests import PreparedRequest
from schemathesis import Case
from schemathesis.openapi import format as strategy_for

from handlers.web.api.openapi.webhook import HEADERS
from handlers.web.api.paging import cursor
from tests.support.shop import SECRET

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@#+=~-]{0,127}")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
strategy_for("date-time", MOMENTS.map(datetime.isoformat))
strategy_for("date", MOMENTS.map(lambda moment: moment.date().isoformat()))
strategy_for("cursor", st.builds(cursor, MOMENTS, st.from_regex("[!-~]{1,20}", fullmatch=True)))
strategy_for("phone", st.integers(700_000_000, 799_999_999).map("+256{}".format))
strategy_for("uri", st.from_regex("https://[a-z]{1,9}[.]com/[a-z0-9]{0,9}", fullmatch=True))


@schemathesis.hook
def filter_case(_: object, case: Case[Any]) -> bool:
    """Blank texts say nothing, a window does not end before it begins, and no two actions have one
    id: as the documentation tells, and no schema could.
    """
    return not _says_nothing_that_can_be(case.body)


@schemathesis.hook
def before_call(_: object, case: Case[Any], sending: dict[str, Any]) -> None:
    """What came before with something else would be refused, and rightly.

    So each write has a key, and each order an id, of its own; and nobody is erased who comes again.
    """
    headers: Any = case.headers or {}
    if re.fullmatch("[!-~]{1,255}", str(headers.get("Idempotency-Key", ""))):
        headers["Idempotency-Key"] = uuid.uuid4().hex
    data = case.body.get("data") if isinstance(case.body, dict) else None
    for place in [data, case.path_parameters if case.method in {"PUT", "DELETE"} else None]:
        for name in ["order_id", *(["customer_id"] if case.method == "DELETE" else [])]:
            if isinstance(place, dict) and IDENTIFIER.fullmatch(str(place.get(name, ""))):
                place[name] = uuid.uuid4().hex
    if case.path.startswith("/webhooks/"):
        sending["auth"] = _signed


def _says_nothing_that_can_be(value: object) -> bool:
    if isinstance(value, dict):
        ends = [str(value.get(end) or "") for end in ("earliest", "latest")]
        is_turned_round = all(ends) and ends[0] > ends[1]
        is_wrong = is_turned_round or _has_one_id_twice(value.get("actions"))
        return is_wrong or any(map(_says_nothing_that_can_be, value.values()))
    if isinstance(value, list):
        return any(map(_says_nothing_that_can_be, value))
    return isinstance(value, str) and not value.strip()


def _has_one_id_twice(actions: object) -> bool:
    listed = actions if isinstance(actions, list) else []
    ids = [str(action.get("id")) for action in listed if isinstance(action, dict)]
    return len({*ids}) < len(ids)


def _signed(request: PreparedRequest) -> PreparedRequest:
    """As the shop does it, where the headers have the form that they should have."""
    given = [str(request.headers.get(name, "")) for name in HEADERS]
    forms = [str(schema["pattern"]) for _, schema in HEADERS.values()]
    if all(re.search(form, value) for form, value in zip(forms, given, strict=True)):
        now, body = str(int(time.time())), request.body or b""
        assert isinstance(body, bytes)
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        signature = hmac.digest(key, f"{given[0]}.{now}.".encode() + body, hashlib.sha256)
        request.headers["webhook-timestamp"] = now
        request.headers["webhook-signature"] = f"v1,{base64.b64encode(signature).decode()}"
    return request
