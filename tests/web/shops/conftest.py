"""Shop systems that post to the service as they do: their payloads, their signatures."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import pytest
from multidict import CIMultiDict
from pydantic import SecretStr

import handlers.web.shops
from bot.settings import Settings
from handlers.web.shops import SYSTEMS
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import signed

SHOPS = Path(handlers.web.shops.__file__).parent
SYSTEM = {system.name: system for system in SYSTEMS}
SIGNATURES = {system.name: system.signature for system in SYSTEMS if system.signature}
SECRETS = {name: [f"{name}_newer_secret", f"{name}_older_secret"] for name in SIGNATURES}
GIVING_UP = [system.name for system in SYSTEMS if system.gives_up]
"""They end a webhook after a few answers that are no success."""


@pytest.fixture
def connected() -> list[str]:
    """The systems that the operator has given secrets of."""
    return list(SECRETS)


@pytest.fixture
def words() -> dict[str, str]:
    """The operator's `STATUS_WORDS`."""
    return {}


@pytest.fixture
def api_rate() -> float:
    return 100


@pytest.fixture
def settings(
    settings: Settings, connected: list[str], words: dict[str, str], api_rate: float
) -> Settings:
    secrets = {f"{n}_secrets": [SecretStr(s) for s in SECRETS[n]] for n in connected}
    return settings.model_copy(update={**secrets, "status_words": words, "api_rate": api_rate})


def payload(name: str, /, **changes: Any) -> Any:
    """A system's, like ``shopify_order``, with some fields changed; their digits stay exact."""
    system, _, what = name.partition("_")
    return json.loads((SHOPS / system / "payloads" / f"{what}.json").read_text()) | changes


def shapes(system: str) -> dict[str, Any]:
    """Its files, as `test_shapes` describes them."""
    files = sorted((SHOPS / system / "shapes").glob("*.json"))
    read = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    for one in (one for shape in read.values() for one in shape["posts"]):
        if isinstance(one["body"], str):
            one["body"] = payload(f"{system}_{one['body']}")
    return read


def headers_of(system: str, one: Mapping[str, Any]) -> Mapping[str, str]:
    """Those of a shape's post, without the signature."""
    own: Mapping[str, str] = one.get("headers", {})
    if "topic" not in one:
        return own
    is_shopify = system == "shopify"
    return of_shopify(one["topic"]) if is_shopify else {"X-WC-Webhook-Topic": one["topic"]}


@dataclass(frozen=True)
class Example:
    """A good post of a system's: ``shapes/example.json``."""

    events: Sequence[Mapping[str, Any]]
    headers: Mapping[str, str]
    body: Any

    @classmethod
    def of(cls, system: str) -> Self:
        shape = shapes(system)["example"]
        [one] = shape["posts"]
        events = shape.get("told", [])
        return cls(events, headers_of(system, one), one["body"])


async def post(
    shop: ShopBackend,
    system: str,
    content: Any,
    *,
    secret: str | None = None,
    given: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Posts it as the system does. ``content``: JSON, or these very bytes.

    ``given``: what stands in the signature's place.
    """
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    own: dict[str, str] = {}
    address: dict[str, str] = {}
    if system in SIGNATURES:
        by = SIGNATURES[system]
        shown = by.made(secret or SECRETS[system][0], body) if given is None else given
        (address if by.is_in_address else own)[by.name] = shown
    else:
        own = signed(body, event_id=f"msg_{uuid.uuid4().hex}")
        own |= {} if given is None else {"webhook-signature": given}
    sent = CIMultiDict({"Content-Type": "application/json"} | own)
    sent.update(headers or {})
    path = f"/webhooks/{system}"
    return await shop.request("POST", path, data=BytesIO(body), headers=sent, params=address)


def of_shopify(topic: str, webhook_id: str | None = None, **others: str) -> dict[str, str]:
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": webhook_id or str(uuid.uuid4()),
        "X-Shopify-Shop-Domain": "nile-coffee.myshopify.com",
        **others,
    }


async def states(shop: ShopBackend, order_id: str) -> list[str]:
    info = (await shop.tracking(order_id))["tracking_info"]
    return [step["status"] for step in info]
