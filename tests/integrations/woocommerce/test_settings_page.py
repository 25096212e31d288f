"""What the shop's operator sets, and is told of it."""

import re
from html import unescape

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import Trackline
from tests.integrations.woocommerce.browser import Page
from tests.integrations.woocommerce.shop import FIELD, SETTINGS, WooShop
from tests.support.shop import API_KEY, SECRET

ADDRESS, KEY, WEBHOOKS = "The address", "The API key", "The webhook secret"


def findings(page: Page) -> dict[str, tuple[str, str]]:
    """Of each thing that was tried whether it is right, and what is said of it."""
    rows = re.findall(
        r'screen-reader-text">(Right|Wrong)</span><strong>(.*?):</strong> (.*?)</li>',
        page.text,
    )
    return {unescape(what): (is_right, unescape(says)) for is_right, what, says in rows}


async def test_where_all_is_right_the_page_says_so_as_soon_as_it_is_saved(
    woo: WooShop, service: Trackline
) -> None:
    page = await woo.set_up(service.url)
    found = findings(page)
    assert {is_right for is_right, _ in found.values()} == {"Right"}
    assert set(found) >= {ADDRESS, KEY, WEBHOOKS}


async def test_what_was_found_stands_above_the_form_and_all_of_it_within_the_page(
    woo: WooShop, service: Trackline
) -> None:
    text = (await woo.set_up(service.url)).text
    begin = text.index('id="mainform"')
    places = ["Trackline answers.", f'name="{FIELD}url"', "Test the connection", "News of orders"]
    order = [text.index(place, begin) for place in places]
    assert order == sorted(order)
    assert order[-1] < text.index("</form>", begin)


async def test_the_button_tries_the_connection_again(woo: WooShop, service: Trackline) -> None:
    await woo.set_up(service.url)
    async with woo.visitor("shopkeeper") as operator:
        page = await operator.get(SETTINGS)
        assert findings(page) == {}
        tried = await operator.follow(page, "Test the connection")
    assert findings(tried)[WEBHOOKS][0] == "Right"


@pytest.mark.parametrize(
    ("wrong", "what", "says"),
    [
        ({"key": "another-key-0123456789"}, KEY, "Trackline does not know it"),
        ({"key": ""}, KEY, "It is missing"),
        ({"secret": "whsec_plJ3nmyCDGBKInavdOK15jsl"}, WEBHOOKS, "It is not one of Trackline’s"),
        ({"secret": ""}, WEBHOOKS, "It is missing"),
    ],
)
async def test_a_wrong_key_or_secret_is_named_beside_what_is_right(
    woo: WooShop, service: Trackline, wrong: dict[str, str], what: str, says: str
) -> None:
    found = findings(await woo.set_up(service.url, **wrong))
    assert [name for name, (is_right, _) in found.items() if is_right == "Wrong"] == [what]
    assert found[what][1].startswith(says)


async def test_an_address_with_a_path_is_named(woo: WooShop, service: Trackline) -> None:
    found = findings(await woo.set_up(f"{service.url}/api/v1"))
    assert list(found) == [ADDRESS]
    assert "without a path" in found[ADDRESS][1]


async def test_an_address_where_nobody_listens_is_named(woo: WooShop) -> None:
    found = findings(await woo.set_up("http://127.0.0.1:1"))
    assert list(found) == [ADDRESS]
    assert "Trackline does not listen" in found[ADDRESS][1]


@pytest.mark.parametrize(
    ("status", "says"), [(200, "it is not Trackline"), (301, "another one"), (502, "does not run")]
)
async def test_an_address_that_is_not_tracklines_is_named(
    woo: WooShop, status: int, says: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        headers = {"Location": "https://elsewhere.example.com/"} if status == 301 else {}
        return web.Response(status=status, text="<p>Hello</p>", headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        found = findings(await woo.set_up(str(server.make_url(""))))
    assert list(found) == [ADDRESS]
    assert says in found[ADDRESS][1]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("url", "https://me:secret@example.com", "The address is not one"),
        ("url", "bot.example.org:8080", "needs https:// before it"),
        ("api_key", "one,two", "enter one key"),
        ("webhook_secret", "swordfish", "is not whole"),
        ("webhook_secret", SECRET[:-3], "is not whole"),
    ],
)
async def test_what_cannot_be_right_is_the_one_thing_said_and_what_was_before_stays(
    woo: WooShop, field: str, value: str, says: str
) -> None:
    await woo.set_up("http://127.0.0.1:1")
    settings = "echo wp_json_encode( get_option( 'woocommerce_trackline_settings' ) );"
    before = await woo.wordpress.run(settings)
    given = {"url": "http://127.0.0.1:1", "api_key": "", "webhook_secret": ""}
    async with woo.visitor("shopkeeper") as operator:
        page = await operator.get(SETTINGS)
        form = page.form(f"{FIELD}url")
        values = {f"{FIELD}{name}": kept for name, kept in (given | {field: value}).items()}
        after = await operator.submit(page, form, save="Save changes", **values)
    assert unescape(after.text).count(says) == 1
    assert "have been saved" not in after.text
    assert findings(after) == {}
    assert await woo.wordpress.run(settings) == before


async def test_secrets_are_kept_and_never_shown_again(woo: WooShop, service: Trackline) -> None:
    shown = (await woo.set_up(service.url)).text
    shown += (await woo.set_up(service.url, key="", secret="")).text
    assert API_KEY not in shown
    assert SECRET not in shown
    async with woo.visitor("shopkeeper") as operator:
        page = await operator.follow(await operator.get(SETTINGS), "Test the connection")
    assert {is_right for is_right, _ in findings(page).values()} == {"Right"}


async def test_only_the_operator_changes_settings_and_only_from_that_page(woo: WooShop) -> None:
    before = woo.wordpress.database.dump()
    form = {f"{FIELD}url": "https://evil.example.com", "save": "Save changes"}
    async with woo.visitor("charlie") as charlie:
        assert "evil" not in (await charlie.post(SETTINGS, form)).text
    async with woo.visitor("shopkeeper") as operator:
        assert (await operator.post(SETTINGS, form)).status == 403
        assert (await operator.post(SETTINGS, form | {"_wpnonce": "0123456789"})).status == 403
    assert "evil.example.com" not in woo.wordpress.database.dump()
    assert "woocommerce_trackline_settings" not in before


async def test_the_plugins_line_leads_to_its_settings(woo: WooShop) -> None:
    async with woo.visitor("shopkeeper") as operator:
        page = await operator.get("/wp-admin/plugins.php")
        settings = await operator.get(page.link_of("Settings", containing="section=trackline"))
    assert f'name="{FIELD}url"' in settings.text
