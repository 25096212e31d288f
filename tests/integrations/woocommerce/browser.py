"""A browser, as far as WordPress needs one: cookies, pages, forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urljoin

import aiohttp


class Form(HTMLParser):
    """The first form of a page that has a field of this name, with what its fields hold."""

    def __init__(self, page: str, containing: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self._form: tuple[str, dict[str, str]] | None = None
        self._open: str | None = None
        self._wanted = containing
        self.feed(page)
        assert self.fields, f"no form with a field {containing!r} on the page"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "form":
            self._form = (given.get("action", ""), {})
        if self._form is None or not name:
            if self._form and tag == "option" and self._open and "selected" in given:
                self._form[1][self._open] = given.get("value", "")
            return
        match tag, given.get("type", "text"):
            case "input", "checkbox" | "radio":
                if "checked" in given:
                    self._form[1][name] = given.get("value", "on")
            case "input", "submit" | "button" | "image":
                pass
            case ("input", _) | ("select", _) | ("textarea", _):
                self._form[1][name] = given.get("value", "")
                self._open = name if tag in {"select", "textarea"} else None

    def handle_data(self, data: str) -> None:
        if self._form and self._open and self.lasttag == "textarea":
            self._form[1][self._open] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self._open = None
        if tag == "form" and self._form:
            action, fields = self._form
            if not self.fields and self._wanted in fields:
                self.action, self.fields = action, fields
            self._form = None


@dataclass(frozen=True)
class Page:
    url: str
    status: int
    headers: Mapping[str, str]
    text: str

    def form(self, containing: str) -> Form:
        return Form(self.text, containing)

    def link_of(self, label: str, containing: str = "") -> str:
        """Where the first link with this text leads whose address contains that."""
        links = re.findall(rf'<a [^>]*href="([^"]*)"[^>]*>\s*{re.escape(label)}\s*</a>', self.text)
        found = [link for link in map(unescape, links) if containing in link]
        assert found, f"no link {label!r} on {self.url}"
        return found[0]


class Browser:
    """``async with Browser(url) as browser``: somebody's, with cookies of their own."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def get(self, path: str) -> Page:
        return await self._request("GET", path)

    async def post(self, path: str, data: dict[str, str], **request: Any) -> Page:
        return await self._request("POST", path, data=data, **request)

    async def post_json(self, path: str, content: object, headers: dict[str, str]) -> Any:
        """What it answers, which is JSON as well."""
        url = urljoin(self.url, path)
        async with self.session.post(url, json=content, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def leads_to(self, path: str) -> str:
        """The page that this one sends on to."""
        url = urljoin(self.url, path)
        async with self.session.get(url, allow_redirects=False) as answer:
            assert answer.status == 302
            return str(answer.headers["Location"])

    async def read(self, path: str) -> bytes:
        async with self.session.get(urljoin(self.url, path)) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def follow(self, page: Page, label: str) -> Page:
        """Press the first link with this text."""
        return await self.get(page.link_of(label))

    async def submit(self, page: Page, form: Form, **values: str) -> Page:
        """The page after it. A value replaces what the field held."""
        return await self.post(urljoin(page.url, form.action), form.fields | values)

    async def log_in(self, name: str, password: str) -> None:
        page = await self.get("/wp-login.php")
        form = page.form("log")
        after = await self.submit(page, form, log=name, pwd=password)
        assert "/wp-login.php" not in after.url, after.text

    async def _request(self, method: str, path: str, **request: Any) -> Page:
        url = urljoin(self.url, path)
        async with self.session.request(method, url, **request) as answer:
            return Page(str(answer.url), answer.status, answer.headers, await answer.text())
