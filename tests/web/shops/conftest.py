"""Shop systems that post to the service as they do: their payloads, their signatures."""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict
from pydantic import SecretStr

import handlers.web.shops
from bot.settings import Settings
from handlers.web.shops import SYSTEMS
from tests.support.shop import Answer, ShopBackend
from tests.web.conftest import signed

SHOPS = Path(handlers.web.shops.__file__).parent
SIGNATURES = {system.name: system.signature for system in SYSTEMS if system.signature}
SECRETS = {name: [f"{name}_newer_secret", f"{name}_older_secret"] for name in SIGNATURES}


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


def signature(body: bytes, secret: str) -> str:
    """By the vendors' words: base64 of the HMAC-SHA256 of the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


async def post(
    shop: ShopBackend,
    system: str,
    content: Any,
    *,
    secret: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Posts it as the system does. ``content``: JSON, or these very bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    if system == "mongoose":
        own = signed(body, event_id=f"msg_{uuid.uuid4().hex}")
    else:
        own = {SIGNATURES[system]: signature(body, secret or SECRETS[system][0])}
    sent = CIMultiDict({"Content-Type": "application/json"} | own)
    sent.update(headers or {})
    return await shop.request("POST", f"/webhooks/{system}", data=BytesIO(body), headers=sent)


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
