"""What a 422 says of each field: what would be right, in plain words."""

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.services.orders.events import OrderEvent
from handlers.web.api.links import LinkRequest
from handlers.web.problems import WrongFields
from tests.properties.strategies import events, json_values
from tests.services.orders.telling import event, nested

IDENTIFIER = "it should hold only A-Z, a-z, 0-9 and . _ : / @ # + = ~ -, a letter or digit first"
NO_MOMENT = "it should be an ISO-8601 date and time that exists, like 2026-11-23T09:30:00Z"
NO_DAY = (
    "it should be an ISO-8601 date and time, like 2026-11-23T09:30:00Z, or a day, like 2026-11-23"
)
NO_ZONE = "it should have a time zone, like 2026-11-23T09:30:00Z"
NO_ADDRESS = "it should be an http or https address with a full host name and no user name"
JARGON = re.compile("input|string|pattern|field|valid|pydantic|model|parse|datetime|None", re.I)


def problems(wrong: Any, model: type[OrderEvent | LinkRequest] = OrderEvent) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(wrong)
    answer = WrongFields.from_pydantic(refused.value)
    return {error["field"]: error["problem"] for error in answer.members["errors"]}


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("order_id", "-canary", IDENTIFIER),
        ("order_id", "can ary", IDENTIFIER),
        ("order_id", "c" * 129, "it should have at most 128 characters"),
        ("order_id", "", "it should be text, and not empty"),
        ("customer_id", 5, "it should be text, and not empty"),
        ("note", "canary" * 200, "it should have at most 1000 characters"),
        ("note", "canary\ud800", "it should be text without lone surrogates"),
        ("note", "canary\0", "it should not contain a NUL character"),
        ("carrier", "canary", "it should be an object"),
        ("carrier.tracking_url", "canary", NO_ADDRESS),
        ("items", "canary", "it should be a whole number"),
        ("items", 1.5, "it should be a whole number"),
        ("items", -1, "it should be at least 0"),
        ("items", 10**7, "it should be at most 1000000"),
        ("notify", "canary", "it should be true or false"),
        (
            "estimated_delivery.latest",
            "2026-02-30",
            "it should be a day that exists, like 2026-11-23",
        ),
        ("estimated_delivery.latest", "canary", NO_DAY),
        ("occurred_at", "canary", NO_MOMENT.replace(" that exists", "")),
        ("occurred_at", "2026-13-01T00:00Z", NO_MOMENT),
        ("occurred_at", "2026-01-01T00:00Zcanary", NO_MOMENT),
        ("occurred_at", "2026-01-01T00:00", NO_ZONE),
        ("occurred_at", "1999-01-01T00:00Z", "the year should be between 2000 and 2099"),
    ],
)
def test_each_wrong_value_is_told_what_would_be_right(
    field: str, value: object, problem: str
) -> None:
    assert problems(event(**nested(field, value))) == {f"data.{field}": problem}


def test_missing_parts_and_a_wrong_type_are_told() -> None:
    assert problems({"type": "canary", "data": {}}) == {
        "type": "it should be 'order.created', 'order.status_changed' or 'order.updated'",
        "timestamp": "it is missing",
        "data.order_id": "it is missing",
    }
    assert problems([]) == {"body": "it should be an object"}


def test_a_hint_is_told_how_long_it_may_be() -> None:
    for hint, problem in {"": "not be empty", "c" * 101: "have at most 100 characters"}.items():
        wrong = {"customer_id": "c", "account_hint": hint}
        assert problems(wrong, LinkRequest) == {"account_hint": f"it should {problem}"}


PARTS = ["type", "timestamp", "data"]
INSIDE = ["order_id", "customer_id", "note", "carrier", "estimated_delivery", "items", "notify"]


@given(events, st.sampled_from(PARTS) | st.sampled_from(INSIDE), json_values)
@example(event(), "timestamp", "2026-01-01T00:00:00+99:99")
def test_no_refusal_speaks_pydantic(told: Any, name: str, value: Any) -> None:
    changed = json.loads(json.dumps(told))
    (changed if name in PARTS else changed["data"])[name] = value
    try:
        OrderEvent.model_validate(changed)
    except ValidationError as error:
        for wrong in WrongFields.from_pydantic(error).members["errors"]:
            assert not JARGON.search(wrong["problem"]), wrong
