"""The page of a shared order, over the wire: what it says, what not, and when no more."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person
from storage.mongo import Mongo
from tests.chat.test_sharing import HIDDEN, opens, payload_of, shares
from tests.support.fail_points import fail_commands
from tests.support.shop import ShopBackend
from tests.web.tracking.conftest import Get

UNKNOWN = "s_" + "x" * 32


async def test_whoever_has_the_link_sees_state_steps_and_when_it_is_expected(
    token: str, get: Get
) -> None:
    page = await get(f"/t/{token}")
    assert page.status == HTTPStatus.OK
    assert page.text.count("On its way") >= 3  # title, headline, step
    assert "Expected by" in page.text
    assert len(re.findall(r'<li class="(?:done|open)"', page.text)) == 5
    assert page.text.count('aria-current="step"') == 1
    assert "An order at Nile Coffee, shared with you" in page.text


async def test_nothing_of_the_owner_is_on_it(token: str, get: Get) -> None:
    for path in (f"/t/{token}", f"/t/{token}/now"):
        page = await get(path)
        assert [
            word for word in [*HIDDEN, "Yirgacheffe", "blue", "customer-1"] if word in page.text
        ] == []


async def test_its_way_on_leads_to_telegram_and_to_the_shop(token: str, get: Get) -> None:
    page = await get(f"/t/{token}")
    assert re.search(rf'href="https://t\.me/\w+\?start={token}"', page.text)
    assert 'href="tel:+256700000001"' in page.text


async def test_a_messenger_sees_a_face_with_a_picture_and_nothing_personal(
    token: str, get: Get, shop: ShopBackend
) -> None:
    page = await get(f"/t/{token}")
    told = dict(re.findall(r'<meta property="og:(\w+)" content="(.*?)"', page.text))
    assert told["title"] == "An order at Nile Coffee, shared with you"
    assert told["description"].startswith("On its way · Expected by")
    assert told["url"] == f"{shop.url}/t/{token}"
    picture = await shop.session.get(told["image"])
    assert (picture.status, picture.content_type) == (HTTPStatus.OK, "image/png")


async def test_it_speaks_the_viewers_language_and_their_choice_comes_first(
    token: str, get: Get
) -> None:
    french = await get(f"/t/{token}", Accept_Language="fr-CA, en;q=0.5")
    assert '<html lang="fr" dir="ltr">' in french.text
    arabic = await get(f"/t/{token}?lang=ar", Accept_Language="fr")
    assert '<html lang="ar" dir="rtl">' in arabic.text
    odd = await get(f"/t/{token}?lang=<b>&zone=../etc")
    assert '<html lang="en" dir="ltr">' in odd.text


async def test_its_times_are_those_of_the_viewers_zone_once_the_script_has_said_it(
    token: str, get: Get
) -> None:
    there = await get(f"/t/{token}/now?zone=Pacific/Kiritimati")
    assert "+14:00" in there.text
    assert "Times: " not in there.text
    elsewhere = await get(f"/t/{token}/now?zone=nowhere")
    assert "+00:00" in elsewhere.text
    assert "Times: Coordinated Universal Time" in elsewhere.text


async def test_who_asks_again_hears_only_what_is_new(
    token: str, get: Get, shop: ShopBackend
) -> None:
    page = await get(f"/t/{token}")
    assert (await get(f"/t/{token}/now?seen={page.mark}")).status == HTTPStatus.NO_CONTENT
    await shop.tell("ord_1", "delivered", parcel="parcel-B", notify=False)
    news = await get(f"/t/{token}/now?seen={page.mark}")
    assert news.status == HTTPStatus.OK
    assert "Delivered" in news.text


async def test_parcels_are_numbered_and_a_delivered_one_is_a_line(
    token: str, get: Get, shop: ShopBackend
) -> None:
    await shop.tell("ord_1", "delivered", parcel="box 7", notify=False)
    page = await get(f"/t/{token}")
    text = re.sub(r"<[^>]+>|\s+", " ", page.text)
    assert "box 7" not in text
    assert re.search(r"Parcel 2 +· On its way .*Parcel 1 +· Delivered", text)


@pytest.mark.parametrize("cut", [1, 10, 30])
async def test_a_link_that_was_cut_says_that_a_part_is_missing(
    token: str, get: Get, cut: int
) -> None:
    page = await get(f"/t/{token[:-cut]}")
    assert page.status == HTTPStatus.NOT_FOUND
    assert "whole link" in page.text


async def test_an_unknown_a_stopped_and_an_expired_link_get_the_same_kind_page(
    token: str, get: Get, alice: Person, mongo: Mongo
) -> None:
    unknown = await get(f"/t/{UNKNOWN}")
    assert unknown.status == HTTPStatus.GONE
    assert "Ask them for a new link" in unknown.text

    past = datetime.now(UTC) - timedelta(seconds=1)
    await mongo.database["shares"].update_many({}, {"$set": {"expires_at": past}})
    assert (await get(f"/t/{token}")).text == unknown.text
    asked = await get(f"/t/{token}/now")
    assert asked.status == HTTPStatus.GONE
    assert "Ask them for a new link" in asked.text
    assert (await get(f"/t/{token}/live")).status == HTTPStatus.GONE


async def test_many_wrong_links_slow_nobody_down(token: str, get: Get) -> None:
    wrong = [f"/t/s_{n:032}" for n in range(60)]
    assert {(await get(path)).status for path in wrong} == {HTTPStatus.GONE}
    assert (await get(f"/t/{token}")).status == HTTPStatus.OK


async def test_who_has_left_the_account_shows_nobody_its_orders_any_more(
    token: str, get: Get, alice: Person
) -> None:
    await alice.send("/unlink")
    asked = await alice.receives()
    if asked.buttons and asked.buttons[0][0].data:
        await alice.press_data(asked.buttons[0][0].data)
    assert (await get(f"/t/{token}")).status == HTTPStatus.GONE


async def test_its_address_stands_under_the_link_and_in_the_chat_of_who_has_it(
    order: None, alice: Person, charlie: Person, shop: ShopBackend
) -> None:
    shown = await shares(alice)
    address = f"{shop.url}/t/{payload_of(shown)}"
    assert f"Or as a web page, for friends without Telegram: {address}" in shown.text
    assert address in [button.url for row in shown.buttons for button in row]
    seen = await opens(charlie, payload_of(shown))
    assert address in [button.url for row in seen.buttons for button in row]


async def test_where_it_is_off_there_is_none_and_nobody_is_offered_it(
    token: str, settings: Settings
) -> None:
    off = settings.model_copy(update={"tracking_page": "off"})
    async with Trackline(off) as other, aiohttp.ClientSession() as session:
        elsewhere = ShopBackend(other.url, session)
        for path in (f"/t/{token}", f"/t/{token}/now", f"/t/{token}/live"):
            assert (await elsewhere.request("GET", path)).status == HTTPStatus.NOT_FOUND


async def test_while_the_database_is_away_it_asks_to_come_again(
    token: str, get: Get, mongo: Mongo
) -> None:
    await fail_commands(mongo, "alwaysOn", failCommands=["find"], errorCode=91)
    try:
        page = await get(f"/t/{token}")
    finally:
        await fail_commands(mongo, "off")
    assert page.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert "reload this page in a minute" in page.text
    assert (await get(f"/t/{token}")).status == HTTPStatus.OK
