"""`python -m bot demo --shop-env`: a shop of one's own connects to the demo."""

import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from dotenv import dotenv_values
from pymongo import AsyncMongoClient
from typer.testing import CliRunner

import handlers.web.shops
from bot.app import Trackline
from bot.cli import cli
from bot.cli.demonstration import demonstrate
from bot.errors import CommandFailed
from tests.support.examples import example, run
from tests.support.shop import ShopBackend

AFTERSHIP = Path(handlers.web.shops.__file__).parent / "aftership" / "README.md"


async def test_the_demo_writes_what_a_shop_needs_to_connect(tmp_path: Path) -> None:
    file = tmp_path / "shop.env"
    file.write_text("# Written by Trackline's demo, and anew each time it starts.\nAPI_KEY=old\n")
    file.chmod(0o644)

    async def a_shop_connects(_: Trackline) -> None:
        given = {name: value or "" for name, value in dotenv_values(file).items()}
        async with (
            aiohttp.ClientSession() as session,
            AsyncMongoClient[dict[str, Any]](given["MONGODB_URI"]) as client,
        ):
            shop = ShopBackend(
                given["TRACKLINE_URL"], session, given["WEBHOOK_SECRET"], given["API_KEY"]
            )
            assert (await shop.create("ord_1", "cus_7")).result == "recorded"
            assert (await shop.connect("cus_7"))["url"].startswith("https://t.me/")
            orders = client.get_default_database()["orders"]
            assert await orders.count_documents({}) == 0, "not the service's own"
            await orders.insert_one({"number": "2001"})
        assert file.stat().st_mode & 0o777 == 0o600

    await demonstrate(0, tmp_path / "data", a_shop_connects, shop_env=file)


async def test_a_shop_system_s_secret_in_the_environment_reaches_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERSHIP_SECRETS", "my-secret-for-the-demo")

    async def a_parcel_is_posted(service: Trackline) -> None:
        posts = example(AFTERSHIP.read_text(), "sh", "/webhooks/aftership")
        secret = {"AFTERSHIP_SECRET": "my-secret-for-the-demo"}
        assert await run("sh", posts, service.url, **secret) == '{"result": "recorded"}'

    await demonstrate(0, tmp_path / "data", a_parcel_is_posted)


@pytest.mark.parametrize("content", [b"BOT_TOKEN=123456:ABC\n", b"\xff"])
async def test_it_leaves_a_file_of_somebody_else_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)

    async def never(_: Trackline) -> None:
        pytest.fail("it started")

    with pytest.raises(CommandFailed, match="choose another --shop-env"):
        await demonstrate(0, tmp_path / "data", never, shop_env=file)
    assert file.read_bytes() == content


def test_where_the_sandbox_is_not_installed_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sandbox", None)
    refused = CliRunner().invoke(cli, ["demo"])
    assert refused.exit_code == 2
    assert refused.stderr == "the demo comes with the source checkout only: run `make demo` there\n"


EXAMPLES = Path(__file__).parents[2] / "examples"
OWN = {"texts_dir": EXAMPLES / "texts", "states_file": EXAMPLES / "states.toml"}


async def test_the_sample_shop_says_it_in_its_own_words(tmp_path: Path) -> None:
    async def it_has_its_own_states(service: Trackline) -> None:
        shop = f"{service._settings.bot_api_url}/shop"
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{shop}/sign-in", json={"name": "Alice"}) as signed_in:
                customer = (await signed_in.json())["id"]
            async with session.post(f"{shop}/orders", json={"customer": customer}) as bought:
                order = await bought.json()
            assert "left_at_neighbour" in order["others"]
            status, path = {"status": "roasting"}, f"{shop}/orders/{order['id']}/status"
            async with session.post(path, json=status) as told:
                assert (await told.json())["status"] == "roasting"
        assert "de" in service._reader.texts.languages
        assert service._reader.states.emoji["shipped"] == "🚲"

    await demonstrate(0, tmp_path / "data", it_has_its_own_states, own=OWN)


def test_a_mistake_in_them_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "en.po").write_text('msgid "Confirmed"\nmsgstr "<b>"\n', encoding="utf-8")
    refused = CliRunner().invoke(cli, ["demo", "--port", "0", "--texts", str(tmp_path)])
    assert refused.exit_code == 2
    assert f"{tmp_path}/en.po:1: no < or markup can stand here" in refused.stderr
