"""How customers come from the shop to the chat: from a page, from a mail, from their account."""

import re
from html import unescape

import pytest

from bot.app import Trackline
from sandbox import Person
from tests.conftest import start_token
from tests.integrations.woocommerce.shop import WooShop, box, button
from tests.support.shop import ShopBackend

PNG = b"\x89PNG\r\n\x1a\n"


def picture(html: str) -> str:
    """Where the QR code is."""
    [source] = re.findall(r'<img[^>]* src="([^"]*trackline_qr[^"]*)"', html)
    return unescape(source)


async def test_a_guest_is_offered_to_follow_on_the_page_that_thanks(
    woo: WooShop, hpos: bool, service: Trackline
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        thanks = await gwen.get(order.page)
    assert "Follow in Telegram" in box(thanks)
    assert "trackline_qr" in picture(box(thanks))
    assert "gwen@example.com" not in box(thanks)


async def test_a_guest_follows_the_order_by_that_button_and_hears_of_it(
    woo: WooShop, hpos: bool, service: Trackline, alice: Person
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        thanks = await gwen.get(order.page)
        await woo.sends()
        telegram = await gwen.leads_to(button(box(thanks)))
        qr = await gwen.read(picture(box(thanks)))
    assert telegram.startswith("https://t.me/")
    assert qr.startswith(PNG)
    await agree(alice, telegram)
    await woo.move(order, "completed")
    await woo.sends()
    await alice.receives(containing=f"#{order.id} has been shipped")


async def test_whoever_opens_the_page_of_an_order_made_of_blocks_may_follow_it(
    woo: WooShop, service: Trackline, alice: Person
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor("alice") as browser:
        order = await woo.buy_in_blocks(browser)
        telegram = await browser.leads_to(button(box(await browser.get(order.page))))
    await agree(alice, telegram)  # before Trackline has heard of the order
    await woo.sends()
    await alice.receives(containing=f"#{order.id}")


@pytest.mark.parametrize("kind", ["html", "plain"])
async def test_the_mail_for_the_customer_leads_there_as_well_and_the_shops_own_does_not(
    woo: WooShop, service: Trackline, kind: str
) -> None:
    await woo.set_up(service.url)
    await woo.wordpress.run(
        "update_option( 'woocommerce_customer_processing_order_settings',"
        f" array( 'enabled' => 'yes', 'email_type' => '{kind}' ) );"
    )
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        thanks = await gwen.get(order.page)
    mails = {str(mail["To"]): mail for mail in woo.wordpress.sent}
    customers, shops = mails["gwen@example.com"], mails["shopkeeper@example.com"]
    assert customers.get_content_subtype() == kind
    text = unescape(customers.get_content())
    assert button(box(thanks)) in text
    assert "trackline" not in shops.get_content()


async def test_neither_page_nor_checkout_waits_for_trackline_and_the_button_says_when_it_is_away(
    woo: WooShop,
) -> None:
    await woo.set_up("http://127.0.0.1:1")
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        thanks = await gwen.get(order.page)
        pressed = await gwen.get(button(box(thanks)))
        qr = await gwen.read(picture(box(thanks)))
    assert pressed.status == 503
    assert "Please try again in a few minutes" in pressed.text
    assert qr.startswith(PNG)


async def test_the_button_of_one_order_opens_no_other(
    woo: WooShop, service: Trackline, shop: ShopBackend
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
        other = await woo.buy(browser)
        link = button(box(await browser.get(order.page)))
        for forged in (
            link.replace(f"order={order.id}", f"order={other.id}"),
            link[:-1] + ("0" if link[-1] != "0" else "1"),
            link.split("&token")[0],
        ):
            assert (await browser.get(forged)).status == 404


async def test_a_cancelled_order_is_nothing_to_follow(woo: WooShop, service: Trackline) -> None:
    await woo.set_up(service.url)
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        await woo.move(order, "cancelled")
        assert box(await gwen.get(order.page)) == ""


async def test_before_it_is_set_up_there_is_no_button(woo: WooShop) -> None:
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
        assert box(await browser.get(order.page)) == ""
        assert box(await browser.get("/my-account/")) == ""
    assert woo.outbox("waiting") == []


async def test_in_their_account_alice_connects_all_her_orders(
    woo: WooShop, hpos: bool, service: Trackline, alice: Person
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
        await woo.sends()
        page = await browser.get("/my-account/")
        shown = box(await browser.submit(page, page.form("trackline_follow_account")))
    [telegram] = re.findall(r'href="(https://t\.me/[^"]+)"', shown)
    assert 'src="data:image/png;base64,' in shown
    assert re.search(r"/link [\w-]+</code>", shown)
    await agree(alice, unescape(telegram), containing="a•••@example.com")
    await woo.move(order, "completed")
    await woo.sends()
    await alice.receives(containing=f"#{order.id} has been shipped")


async def test_beside_each_order_in_her_account_there_is_its_button_and_charlie_has_none(
    woo: WooShop, hpos: bool, service: Trackline
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor("alice") as alice, woo.visitor("charlie") as charlie:
        order = await woo.buy(alice)
        hers = await alice.get(f"/my-account/view-order/{order.id}/")
        assert f"order={order.id}" in button(box(hers))
        assert box(await alice.get("/my-account/orders/"))
        assert box(await charlie.get(f"/my-account/view-order/{order.id}/")) == ""


async def test_a_stranger_has_the_account_connected_by_nobody(
    woo: WooShop, service: Trackline
) -> None:
    """A page of somebody else's that posts the form has no nonce of hers."""
    await woo.set_up(service.url)
    async with woo.visitor("alice") as browser:
        forged = {"trackline_follow_account": "0123456789"}
        assert "t.me" not in (await browser.post("/my-account/", forged)).text


async def agree(person: Person, telegram: str, containing: str = "") -> None:
    """Opens the link and agrees, as the first button has it."""
    await person.send(f"/start {start_token(telegram)}")
    question = await person.receives(containing=containing)
    await person.press(question.buttons[0][0].text, question)
    await person.receives(containing="at hand")
