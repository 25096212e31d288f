"""The service started with a shop's own texts: a customer reads them wherever ours would stand."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.settings import Settings
from bot.texts.languages import LANGUAGES
from bot.texts.own import own_texts
from sandbox import Person, Sandbox
from storage.mongo import Driver
from tests.conftest import Link
from tests.support.drivers import one
from tests.support.shop import ShopBackend
from tests.support.waiting import until

EXAMPLE = Path(__file__).parents[2] / "examples" / "texts"


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"texts_dir": EXAMPLE})


async def test_a_customer_reads_the_shop_s_words_in_pushes_and_timelines(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", items=2)
    await alice.receives(containing="Your order #1001 is in, and the kettle is on.")
    await shop.tell("ord_1", "processing")
    await alice.receives(containing="We are roasting your order #1001")
    await alice.send("/track 1001")
    timeline = await alice.receives(containing="Order #1001 · 2 bags")
    assert "Being roasted" in timeline.text
    assert "Order placed" in timeline.text  # which is ours


async def test_a_live_message_has_them_too(shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, "customer-1")
    await alice.press_data("settings:cards:yes")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell("ord_1", "processing")
    await alice.receives(containing="Being roasted")


@pytest.mark.presented
async def test_a_language_of_the_shop_s_own_is_offered_and_spoken(
    shop: ShopBackend, sandbox: Sandbox, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await alice.press_data("settings:language:de")
    await shop.create("ord_1", "customer-1", order_number="1001", items=2, notify=False)
    await shop.tell("ord_1", "shipped")
    await alice.receives(containing="Ihre Bestellung #1001 ist unterwegs.")
    await alice.send("Meine Bestellungen")
    orders = await alice.receives(containing="Your latest orders")
    assert "Verschickt" in orders.buttons[0][0].text

    async def is_presented() -> bool:
        said = sandbox.calls_of("setMyCommands")
        return "de" in {call.params.get("language_code") for call in said}

    await until(is_presented)


def test_a_file_to_begin_with_is_written_by_a_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["texts", "de"])
    assert done.exit_code == 0
    (tmp_path / "de.po").write_text(done.stdout, encoding="utf-8")
    assert own_texts(tmp_path).counts == {"de": 0}
    refused = CliRunner().invoke(cli, ["texts", "german"])
    assert refused.exit_code == 2
    assert refused.stderr == (
        "The language should be two letters: one that Trackline has texts in "
        f"({', '.join(LANGUAGES)}), or another that Telegram knows.\n"
    )
