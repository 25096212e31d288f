"""Link previews: Telegram's servers fetch the address once, and then show the copy.

Deliberately less than the real server in two points: only addresses on this machine are fetched,
and only pictures are shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from sandbox import images
from sandbox.model import Message
from sandbox.updates import JsonObject
from sandbox.world import World

LARGEST = 5 * 1024 * 1024
ANSWER_TIMEOUT = 5.0
"""Seconds to wait for the address's answer."""


def preview_json(message: Message) -> JsonObject | None:
    """A message's preview as the page shows it, if `url` can be fetched."""
    options = message.link_preview_options or {}
    if not options.get("url") or options.get("is_disabled"):
        return None
    version = sha256(options["url"].encode()).hexdigest()[:12]
    return {
        "url": f"/sandbox/chats/{message.chat_id}/{message.id}/preview?v={version}",
        "large": bool(options.get("prefer_large_media")),
        "above": bool(options.get("show_above_text")),
    }


class Previews:
    def __init__(self, world: World) -> None:
        self._world = world
        self._fetched: dict[str, bytes] = {}

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [web.get(r"/sandbox/chats/{chat:-?\d+}/{message:\d+}/preview", self._give)]

    async def _give(self, request: web.Request) -> web.Response:
        chat = self._world.chat_of_anybody(int(request.match_info["chat"]))
        message = chat and chat.messages.get(int(request.match_info["message"]))
        options = (message and message.link_preview_options) or {}
        picture = await self._picture(options.get("url", ""))
        if picture is None:
            raise web.HTTPNotFound
        kept = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=picture, content_type=images.content_type(picture), headers=kept)

    async def _picture(self, url: str) -> bytes | None:
        if url not in self._fetched:
            try:
                self._fetched[url] = await _fetch(url)
            except (aiohttp.ClientError, TimeoutError, images.NoPicture):
                return None
        return self._fetched[url]


async def _fetch(url: str) -> bytes:
    """Raises `NoPicture`, or aiohttp's errors."""
    if not _is_of_this_machine(urlsplit(url).hostname or ""):
        raise images.NoPicture
    timeout = aiohttp.ClientTimeout(total=ANSWER_TIMEOUT)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(url, allow_redirects=False) as answer,
    ):
        content = b""
        async for chunk in answer.content.iter_any():
            content += chunk
            if len(content) > LARGEST:
                raise images.NoPicture
    images.size(content)
    return content


def _is_of_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
