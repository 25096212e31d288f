"""Another website in a browser on this machine has no way in."""

import aiohttp
import pytest

from sandbox import Sandbox


async def status(sandbox: Sandbox, method: str, **headers: str) -> int:
    """Of a call as a page may make it without asking first: a post of plain text."""
    address = f"{sandbox.url}/bot{sandbox.token}/getMe"
    text = {"Content-Type": "text/plain"} | headers
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, address, headers=text) as answer,
    ):
        return answer.status


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": ""},
    ],
)
async def test_other_origins_and_other_names_are_refused(
    sandbox: Sandbox, method: str, headers: dict[str, str]
) -> None:
    assert await status(sandbox, method, **headers) == 403


async def test_its_own_page_and_programs_are_let_in(sandbox: Sandbox) -> None:
    port = sandbox.url.rpartition(":")[2]
    assert await status(sandbox, "POST") == 200
    assert await status(sandbox, "POST", Origin=sandbox.url) == 200
    local = f"localhost:{port}"
    assert await status(sandbox, "POST", Host=local, Origin=f"http://{local}") == 200
