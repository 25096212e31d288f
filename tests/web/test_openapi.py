"""`/openapi.json` says what is there, and `/docs` shows it without asking anybody else."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from handlers.web import api, orders
from tests.e2e.test_events_back import PAGE
from tests.support.shop import ShopBackend


@pytest.fixture
async def description(shop: ShopBackend) -> Any:
    answer = await shop.request("GET", "/openapi.json")
    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "application/json; charset=utf-8",
    )
    return answer.body


async def test_the_description_is_openapi_3_1(description: Any) -> None:
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


async def test_every_route_of_the_api_is_described(description: Any) -> None:
    routes = [*api.ROUTES, *orders.routes]
    registered = {(r.path, r.method.lower()) for r in routes if isinstance(r, web.RouteDef)}
    described = {(path, method) for path, item in description["paths"].items() for method in item}
    assert described == registered


async def test_every_operation_has_what_its_callers_need(description: Any) -> None:
    told = {tag["name"] for tag in description["tags"] if tag["description"]}
    names = []
    for operation in _operations(description):
        names.append(operation["operationId"])
        assert operation["summary"]
        assert set(operation["tags"]) <= told
        assert {"401", "429", "503"} <= set(operation["responses"])
        for parameter in operation.get("parameters", []):
            assert "$ref" in parameter or (parameter["description"] and parameter["schema"])
    assert len(set(names)) == len(names)


async def test_the_events_back_are_described_as_they_are_documented(description: Any) -> None:
    """As they are sent, says tests/e2e/test_events_back.py."""
    examples = [
        json.loads(e) for e in re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    ]
    assert {example["type"] for example in examples} == set(description["webhooks"])
    for example in examples:
        told = description["webhooks"][example["type"]]["post"]
        schema = told["requestBody"]["content"]["application/json"]["schema"]
        within = {**schema, "components": description["components"]}
        Draft202012Validator(within).validate(example)
        member = within["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        data = member["properties"]["data"]["$ref"].rpartition("/")[2]
        known = within["components"]["schemas"][data]["properties"]
        assert set(example["data"]) <= set(known), example["type"]


async def test_what_is_about_the_same_stands_together(description: Any) -> None:
    about: dict[str, set[str]] = {}
    for operation in _operations(description):
        [tag] = operation["tags"]
        about.setdefault(tag, set()).add(operation["operationId"])
    assert about["Links"] == {
        *("create_link", "list_links", "confirm_link", "end_link"),
        *("list_order_links", "end_order_link"),
    }
    assert about["Events"] == {"record_event", "record_events"}


async def test_no_schema_is_empty_and_every_model_says_what_it_is(description: Any) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert schema.keys() & {"properties", "enum", "anyOf"}, name
        assert schema.get("description"), name
    assert not [where for where, node in _walk(description) if node in ({}, "")]


async def test_every_example_is_one(description: Any) -> None:
    seen = 0
    for where, node in _walk(description):
        if not isinstance(node, dict):
            continue
        schema, examples = node, node.get("examples", [])
        if "example" in node:
            schema, examples = node["schema"], [node["example"]]
        for example in examples if isinstance(examples, list) else ():
            seen += 1
            within = {**schema, "components": description["components"]}
            assert not list(Draft202012Validator(within).iter_errors(example)), where
    assert seen > 20


async def test_the_page_comes_whole_from_here(shop: ShopBackend) -> None:
    page = await shop.request("GET", "/docs")
    assert page.status == 200
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "//" not in re.sub("<!doctype.*?>", "", page.body)
    files = re.findall(r'(?:src|href)="(docs/.*?)"', page.body)
    assert len(files) == 5
    for file in files:
        async with shop.session.get(f"{shop.url}/{file}") as answer:
            assert answer.status == 200
            assert "max-age" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("file", ["page.html", "swagger-ui.js", "__init__.py", "..%2F__init__.py"])
async def test_nothing_else_is_given_away(shop: ShopBackend, file: str) -> None:
    assert (await shop.request("GET", f"/docs/{file}")).status == 404


def _operations(description: Any) -> Iterator[Any]:
    for item in description["paths"].values():
        yield from item.values()


def _walk(node: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    yield where, node
    if isinstance(node, dict | list):
        inside = node.items() if isinstance(node, dict) else enumerate(node)
        for name, value in inside:
            yield from _walk(value, f"{where}/{name}")
