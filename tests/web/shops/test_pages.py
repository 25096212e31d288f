"""The systems' pages: what they say is so, and their commands do what they say."""

import json
import re

import pytest

from bot.settings import Settings
from handlers.web.shops import SYSTEMS
from sandbox import Person
from tests.conftest import Link
from tests.support.examples import example, run
from tests.support.shop import ShopBackend
from tests.web.shops.conftest import SECRETS, SHOPS

READS = re.compile(r"connected as customer `(\S+)` reads “(.+?)”")
"""What a page says comes of its trial."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"live_messages": "on"})


def page(system: str) -> str:
    return (SHOPS / system / "README.md").read_text()


async def connect_as_it_says(system: str, shop: ShopBackend, person: Person) -> None:
    asking = example(page(system), "sh", "/api/v1/links")
    offer = json.loads(await run("sh", asking, shop.url))
    await person.send(f"/link {offer['code']}")
    await person.receives(containing="Connect this chat")
    await person.press("Yes, connect")
    await person.receives(containing="Connected.")


@pytest.mark.parametrize("system", [system.name for system in SYSTEMS])
async def test_each_page_s_commands_lead_to_the_message_that_it_says(
    shop: ShopBackend, alice: Person, link: Link, system: str
) -> None:
    [(customer, said)] = READS.findall(page(system))
    if "/api/v1/links" in page(system):
        await connect_as_it_says(system, shop, alice)
    else:
        await link(alice, customer)
    secrets = {f"{name.upper()}_SECRET": given[0] for name, given in SECRETS.items()}
    if "-X PUT" in page(system):
        order = example(page(system), "sh", "/api/v1/orders/")
        assert '"created"' in await run("sh", order, shop.url)
    command = example(page(system), "sh", f"/webhooks/{system}")
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
    await alice.receives(containing="🚚 Shipped")


def test_each_system_has_a_page_with_every_word_that_it_maps() -> None:
    for system in SYSTEMS:
        missing = [word for word in system.dialect.words if f"`{word}`" not in page(system.name)]
        assert missing == []
