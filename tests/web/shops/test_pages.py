"""The systems' pages: what they say is so, and their commands do what they say."""

import json

import pytest

from handlers.web.shops import SYSTEMS
from sandbox import Person
from tests.conftest import Link
from tests.support.examples import example, run
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import SECRETS, SHOPS

TOLD = {
    "shopify": ("7200000000000000021", "We have your order #2044"),
    "woocommerce": ("55", "Your order #2044 is being prepared"),
    "aftership": ("cus_7", "Your order ord_2044 is out for delivery"),
    "mongoose": ("cus_7", "Your order #2044 has been shipped"),
}


def page(system: str) -> str:
    return (SHOPS / system / "README.md").read_text()


@pytest.mark.parametrize("system", TOLD)
async def test_each_page_s_command_leads_to_a_message(
    shop: ShopBackend, alice: Person, link: Link, system: str
) -> None:
    customer, said = TOLD[system]
    await link(alice, customer)
    command = example(page(system), "sh", "/webhooks/")
    secrets = {f"{name.upper()}_SECRET": given[0] for name, given in SECRETS.items()}
    assert await run("sh", command, shop.url, **secrets) == '{"result": "recorded"}'
    await alice.receives(containing=said)
    assert await run("sh", command, shop.url, **secrets) == '{"result": "duplicate"}'


async def test_the_hook_of_the_mongoose_page_posts_what_was_saved(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "cus_7")
    order = json.dumps({"_id": "o1", "user": "cus_7", "status": "shipped", "trackingInfo": []})
    schema = f"const orderSchema = {{ post: (_, saved) => setTimeout(saved, 0, {order}) }};\n"
    await run("js", schema + example(page("mongoose"), "js", "/webhooks/"), shop.url)
    await alice.receives(containing="has been shipped")


def test_each_system_has_a_page_with_every_word_that_it_maps() -> None:
    for system in SYSTEMS:
        missing = [word for word in system.dialect.words if f"`{word}`" not in page(system.name)]
        assert missing == []
