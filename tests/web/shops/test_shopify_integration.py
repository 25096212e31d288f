"""`integrations/shopify`: what is pasted into the shop leads where the service listens."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from handlers.web.shops.shopify import privacy
from handlers.web.shops.shopify.adapter import TOPICS
from handlers.web.shops.shopify.proxy import BUYERS_TOKEN
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import SHOPS
from tests.web.shops.visiting import PATH, visit

FOLDER = Path(__file__).parents[3] / "integrations" / "shopify"
FILTERS: Mapping[str, Callable[[Any, str], Any]] = {
    "split": lambda text, by: text.split(by),
    "first": lambda parts, _: parts[0],
    "last": lambda parts, _: parts[-1],
}
TOKEN = "b1946ac92492d2347c6235b4d2611184"


def piped(liquid: str, name: str, value: str) -> str:
    """What Liquid makes of ``value`` by the filters behind the variable of that name."""
    [filters] = re.findall(rf"{name} \| ([^%]+?) %}}", liquid)
    for each in filters.split(" | "):
        filter_name, _, argument = each.partition(": ")
        value = FILTERS[filter_name](value, argument.strip('"'))
    return value


@pytest.mark.parametrize(
    "address",
    [
        f"https://nile-coffee.myshopify.com/548380009/orders/{TOKEN}/authenticate?key=abcdefg",
        f"https://checkout.shopify.com/8469577794/orders/{TOKEN}/authenticate?key=shcct_ABC/d",
        f"https://nile-coffee.example/fr/548380009/orders/{TOKEN}?locale=fr",
        f"https://nile-coffee.example/548380009/orders/{TOKEN}",
    ],
)
def test_the_mail_s_link_has_the_order_s_token_and_not_the_key(address: str) -> None:
    mail = (FOLDER / "order-mail.liquid").read_text()
    assert piped(mail, "order_status_url", address) == TOKEN
    assert "/apps/telegram?order={{ telegram_order }}" in mail
    assert re.fullmatch(BUYERS_TOKEN, TOKEN)


async def test_the_proxy_s_path_is_the_one_that_all_links_name(shop: ShopBackend) -> None:
    app = tomllib.loads((FOLDER / "shopify.app.toml").read_text())
    proxy = app["app_proxy"]
    assert proxy["url"].endswith(PATH)
    path = f"/{proxy['prefix']}/{proxy['subpath']}"
    for file in ("order-mail.liquid", "link.liquid", "extension/src/Follow.jsx"):
        assert path in (FOLDER / file).read_text()
    assert path in (SHOPS / "shopify" / "README.md").read_text()
    assert (await visit(shop, path_prefix=path)).status == 200


def test_the_app_subscribes_to_what_is_understood() -> None:
    app = tomllib.loads((FOLDER / "shopify.app.toml").read_text())
    [webhooks] = app["webhooks"]["subscriptions"]
    assert set(webhooks["topics"]) <= set(TOPICS)
    assert set(webhooks["compliance_topics"]) == privacy.TOPICS
    assert webhooks["uri"].endswith("/webhooks/shopify")


def test_the_block_s_texts_are_there_in_each_language() -> None:
    code = (FOLDER / "extension" / "src" / "Follow.jsx").read_text()
    wanted = set(re.findall(r"translate\('(\w+)'\)", code))
    locales = list((FOLDER / "extension" / "locales").glob("*.json"))
    assert len(locales) == 6
    for file in locales:
        assert json.loads(file.read_text()).keys() == wanted
