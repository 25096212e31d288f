"""The plugin in the languages of the bot, as WordPress loads them."""

import re

import pytest
from babel.messages.catalog import Catalog

from bot.app import Trackline
from integrations.woocommerce.package import compiled
from integrations.woocommerce.texts import catalogues, translation
from tests.integrations.woocommerce.shop import WooShop, box

DOMAIN = "trackline-for-woocommerce"


def install_language(woo: WooShop, language: str) -> None:
    """As far as a test needs WordPress's own translation: it is there, and knows its direction."""
    core = Catalog(language)
    core.add("ltr", "rtl" if language == "ar" else "ltr", context="text direction")
    folder = woo.wordpress.plugins.parent / "languages"
    folder.mkdir(exist_ok=True)
    (folder / f"{language}.mo").write_bytes(compiled(core))


async def speak(woo: WooShop, language: str) -> None:
    install_language(woo, language)
    await woo.wordpress.run(f"update_option( 'WPLANG', '{language}' );")


@pytest.mark.parametrize("language", sorted(catalogues()))
async def test_the_button_is_in_the_language_of_the_shop(
    woo: WooShop, service: Trackline, language: str
) -> None:
    await woo.set_up(service.url)
    await speak(woo, language)
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        shown = box(await gwen.get(order.page))
    said = translation(language).get("Follow in Telegram")
    assert said
    assert f">{said.string}</a>" in shown


async def test_in_arabic_page_and_mail_run_from_right_to_left(
    woo: WooShop, service: Trackline
) -> None:
    await woo.set_up(service.url)
    await speak(woo, "ar")
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        page = await gwen.get(order.page)
    assert re.search(r'<html[^>]* dir="rtl"', page.text)
    [mail] = [mail for mail in woo.wordpress.sent if mail["To"] == "gwen@example.com"]
    assert "text-align:right" in re.sub(r"\s", "", mail.get_content())
