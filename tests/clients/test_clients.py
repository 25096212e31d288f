"""The packages for shops: held to the API's description, and used as a shop uses them."""

import asyncio
import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from clients import generate
from storage.mongo import Driver
from tests.support.drivers import one
from tests.support.programs import need
from tests.support.shop import API_KEY, SECRET, ShopBackend

CLIENTS = Path(generate.__file__).parent

PYTHON = """
import json, sys
from trackline_client import Trackline, TracklineError
url, key, secret = sys.argv[1:]
trackline = Trackline(url, api_key=key, webhook_secret=secret)
order = {"order_id": "ord_1", "customer_id": "cus_7", "order_number": "1001"}
event = {"type": "order.created", "timestamp": "2026-11-20T09:30:00Z", "data": order}
said = {
    "posted": trackline.post_order_event("msg_1", event),
    "again": trackline.post_order_event("msg_1", event),
    "link": trackline.create_link({"customer_id": "cus_7"}),
    "status": trackline.get_tracking("ord_1")["status"],
    "listed": [o["order_id"] for o in trackline.list_orders(customer_id="cus_7")["orders"]],
    "ended": trackline.erase_order("ord_1"),
}
try:
    trackline.get_order("ord/2?")
except TracklineError as error:
    said["unknown"] = error.status
try:
    trackline.create_link({})
except TracklineError as error:
    said["wrong"] = [error.status, bool(error.errors)]
print(json.dumps(said))
"""
JAVASCRIPT = """
const [url, apiKey, webhookSecret] = process.argv.slice(2);
const trackline = new Trackline({ url, apiKey, webhookSecret });
const data = { order_id: "ord_1", customer_id: "cus_7", order_number: "1001" };
const event = { type: "order.created", timestamp: "2026-11-20T09:30:00Z", data };
const failed = (error) => error;
(async () => {
  const said = {
    posted: await trackline.postOrderEvent("msg_1", event),
    again: await trackline.postOrderEvent("msg_1", event),
    link: await trackline.createLink({ customer_id: "cus_7" }),
    status: (await trackline.getTracking("ord_1")).status,
    listed: (await trackline.listOrders({ customer_id: "cus_7" })).orders.map((o) => o.order_id),
    ended: (await trackline.eraseOrder("ord_1")) ?? null,
    unknown: (await trackline.getOrder("ord/2?").catch(failed)).status,
  };
  const wrong = await trackline.createLink({}).catch(failed);
  said.wrong = [wrong.status, wrong.errors.length > 0];
  console.log(JSON.stringify(said));
})();
"""
VERIFY = """
import json, sys
from trackline_client import InvalidSignature, verified
headers, body, secret = json.loads(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]
try:
    print(json.dumps(verified(headers, body, "whsec_AAAA", secret)))
except InvalidSignature as error:
    print(json.dumps(str(error)))
"""
VERIFY_JS = """
const [headers, body, secret] = process.argv.slice(2);
try {
  console.log(JSON.stringify(verified(JSON.parse(headers), body, "whsec_AAAA", secret)));
} catch (error) {
  console.log(JSON.stringify(error.message));
}
"""
CONSTRUCT = """
import json, sys
from trackline_client import Trackline
url, secret = sys.argv[1:]
try:
    Trackline(url, webhook_secret=secret)
    print(json.dumps("made"))
except Exception as error:
    print(json.dumps([type(error).__name__, str(error)]))
"""
CONSTRUCT_JS = """
const [url, webhookSecret] = process.argv.slice(2);
try {
  new Trackline({ url, webhookSecret });
  console.log(JSON.stringify("made"));
} catch (error) {
  console.log(JSON.stringify([error.name, error.message]));
}
"""
IMPORT = 'import { Trackline, verified } from "trackline-client";'
REQUIRE = 'const { Trackline, verified } = require("trackline-client");'


@pytest.fixture
def driver() -> Driver:
    return one("motor")


async def said_by(*command: str, home: Path, path: str = "") -> Any:
    """What the program printed."""
    running = await asyncio.create_subprocess_exec(
        *command, cwd=home, env={"PYTHONPATH": path}, stdout=-1, stderr=-1
    )
    out, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    return json.loads(out)


def a_node_program(home: Path, first: str, text: str) -> str:
    """In a project that has the package installed, as a link to it."""
    need("node")
    (home / "node_modules").mkdir()
    (home / "node_modules" / "trackline-client").symlink_to(CLIENTS / "js")
    program = home / ("program.mjs" if first == IMPORT else "program.cjs")
    program.write_text(first + text)
    return str(program)


def all_went_well(said: Any) -> None:
    assert said["posted"] == {"result": "recorded"}
    assert said["again"] == {"result": "duplicate"}
    assert said["link"]["url"].startswith("https://t.me/")
    assert said["status"] == "placed"
    assert said["listed"] == ["ord_1"]
    assert said["ended"] is None
    assert said["unknown"] == 404
    assert said["wrong"] == [422, True]


def test_what_they_know_of_the_api_is_what_its_description_says() -> None:
    """If not: `make clients`."""
    for path, text in generate.files().items():
        assert path.read_text() == text, path.name


async def test_a_shop_in_python_tells_and_asks(shop: ShopBackend, tmp_path: Path) -> None:
    arguments = (shop.url, API_KEY, SECRET)
    path = str(CLIENTS / "python")
    all_went_well(await said_by(sys.executable, "-c", PYTHON, *arguments, home=tmp_path, path=path))


@pytest.mark.parametrize("first", [IMPORT, REQUIRE])
async def test_a_shop_in_javascript_tells_and_asks(
    shop: ShopBackend, tmp_path: Path, first: str
) -> None:
    program = a_node_program(tmp_path, first, JAVASCRIPT)
    arguments = (shop.url, API_KEY, SECRET)
    all_went_well(await said_by("/usr/bin/env", "node", program, *arguments, home=tmp_path))


@pytest.mark.parametrize(
    ("url", "secret", "why"),
    [
        ("127.0.0.1:8080", SECRET, "url should begin with http:// or https://"),
        ("localhost:8080", SECRET, "url should begin with http:// or https://"),
        ("https://bot.example.com", "hello", "a webhook secret should be whsec_ and base64"),
        (
            "https://bot.example.com",
            "whsec_hel-lo??",
            "a webhook secret should be whsec_ and base64",
        ),
    ],
)
async def test_wrong_settings_are_told_before_anything_is_sent(
    tmp_path: Path, url: str, secret: str, why: str
) -> None:
    program = a_node_program(tmp_path, REQUIRE, CONSTRUCT_JS)
    path = str(CLIENTS / "python")
    python = (sys.executable, "-c", CONSTRUCT, url, secret)
    assert await said_by(*python, home=tmp_path, path=path) == ["ValueError", why]
    node = ("/usr/bin/env", "node", program, url, secret)
    assert await said_by(*node, home=tmp_path) == ["TypeError", why]


async def test_what_trackline_posts_is_read_only_with_a_right_signature(
    shop: ShopBackend, tmp_path: Path
) -> None:
    """Both read what is signed as our own events back are: Standard Webhooks."""
    program = a_node_program(tmp_path, REQUIRE, VERIFY_JS)
    readers = (
        ((sys.executable, "-c", VERIFY), str(CLIENTS / "python")),
        (("/usr/bin/env", "node", program), ""),
    )
    body = json.dumps({"type": "order.delivered", "data": {"note": "é"}}, ensure_ascii=False)
    headers = json.dumps(shop.sign(body.encode(), "msg_1"))
    for command, path in readers:
        read = await said_by(*command, headers, body, SECRET, home=tmp_path, path=path)
        assert read == json.loads(body)
        for other_body, secret in ((body + " ", SECRET), (body, "whsec_BBBB")):
            refused = await said_by(*command, headers, other_body, secret, home=tmp_path, path=path)
            assert "no signature is right" in refused


async def test_the_python_package_can_be_built_with_its_types(tmp_path: Path) -> None:
    copy = shutil.copytree(CLIENTS / "python", tmp_path / "python")
    building = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--no-index", "--wheel-dir", str(tmp_path), str(copy)),
    )
    assert await building.wait() == 0
    wheel = tmp_path / "trackline_client-0.1.0-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert {"trackline_client/py.typed", "trackline_client/operations.py"} <= {*names}
