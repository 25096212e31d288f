"""What every page has: its headers, its files, its language and its direction."""

import gzip
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web

from bot.texts.connecting import Words
from bot.texts.message import Reader
from handlers.web import html
from handlers.web.html.assets import ASSETS, TYPES, WEB, Assets
from handlers.web.html.brand import Brand
from handlers.web.html.pages import BRAND, page, path_to, wanted_languages

READER = Reader("en", ZoneInfo("UTC"), "Nile Coffee")


@pytest.fixture
async def served() -> AsyncIterator[aiohttp.ClientSession]:
    """A small service with one page, at two depths."""

    async def show(request: web.Request) -> web.Response:
        words = Words("Jack &amp; Jill", ["One <b>line</b>."], "Open")
        reader = READER.speaking(*wanted_languages(request))
        policy = {"form-action": "'self'"}
        link = 'https://t.me/a?b="c'
        return page(request, "html/notice.html", reader, policy=policy, words=words, link=link)

    app = web.Application()
    app[ASSETS], app[BRAND] = Assets(), Brand()
    app.add_routes([web.get("/flat", show), web.get("/a/b/deep", show), *html.routes])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{port}", auto_decompress=False, skip_auto_headers=["Accept-Encoding"]
    ) as session:
        yield session
    await runner.cleanup()


async def test_a_page_lets_nothing_in_but_its_own_files_and_is_kept_and_found_by_nobody(
    served: aiohttp.ClientSession,
) -> None:
    async with served.get("/flat") as answer:
        text = await answer.text()
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["form-action"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert not re.search(r"<style|<script(?! src)|\sstyle=|\son\w+=", text)


async def test_values_are_escaped_and_ready_html_is_not(served: aiohttp.ClientSession) -> None:
    async with served.get("/flat") as answer:
        text = await answer.text()
    assert "<h1>Jack &amp; Jill</h1>" in text
    assert "One <b>line</b>." in text
    assert 'href="https://t.me/a?b=&#34;c"' in text


@pytest.mark.parametrize(("path", "up"), [("/flat", ""), ("/a/b/deep", "../../")])
async def test_a_page_finds_its_files_whatever_path_it_is_served_below(
    served: aiohttp.ClientSession, path: str, up: str
) -> None:
    async with served.get(path) as answer:
        text = await answer.text()
    found = re.search(r'stylesheet" href="(.*?)"', text)
    assert found
    assert found[1].startswith(f"{up}assets/html/base.")
    async with served.get("/" + found[1].removeprefix(up)) as style:
        assert style.status == HTTPStatus.OK
        assert style.content_type == "text/css"


async def test_a_file_is_kept_for_a_year_by_its_fingerprint(served: aiohttp.ClientSession) -> None:
    path = "/" + Assets().path("html/base.css")
    async with served.get(path) as whole:
        content = await whole.read()
    assert whole.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in whole.headers
    async with served.get(path, headers={"Accept-Encoding": "gzip, br"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await packed.read()) == content


async def test_while_replicas_are_replaced_a_file_of_another_version_is_ours_and_not_kept(
    served: aiohttp.ClientSession,
) -> None:
    async with served.get("/assets/html/base.000000000000.css") as answer:
        assert answer.status == HTTPStatus.OK
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["html/base.css", "html/none.000000000000.css", "../html/base.html", "html/base.html"]
)
async def test_nothing_but_the_files_is_given(served: aiohttp.ClientSession, path: str) -> None:
    async with served.get(f"/assets/{path}") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


async def test_a_page_speaks_the_browsers_language_in_its_direction(
    served: aiohttp.ClientSession,
) -> None:
    async with served.get("/flat", headers={"Accept-Language": "fr;q=0.5, ar-EG"}) as answer:
        assert '<html lang="ar" dir="rtl">' in await answer.text()
    assert "Accept-Language" in answer.headers["Vary"]


def test_each_file_of_a_page_is_of_a_kind_that_browsers_are_told() -> None:
    files = list(WEB.glob("*/static/*"))
    assert files
    assert {file.suffix for file in files} <= TYPES.keys()


def test_a_path_is_named_from_where_the_page_is() -> None:
    from aiohttp.test_utils import make_mocked_request

    assert path_to(make_mocked_request("GET", "/t/abc?lang=/fr/"), "assets/x") == "../assets/x"
