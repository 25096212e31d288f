"""Pictures of orders on the whole way: with the message, at their address, gone with the order."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.app import Trackline
from bot.settings import Settings
from sandbox import Person, Sandbox
from storage.mongo import Driver, Mongo
from tests.chat.test_sharing import labels, opens, payload_of, shares
from tests.conftest import Link
from tests.pictures.looking import seen
from tests.support.commands import COMMANDS
from tests.support.drivers import one
from tests.support.quiet import asked
from tests.support.shop import ShopBackend


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture
async def service(settings: Settings, at_once: None) -> AsyncIterator[Trackline]:
    """Its own http address is one from which the sandbox fetches pictures."""
    async with Trackline(settings.model_copy(update={"pictures": "local"})) as service:
        yield service


@pytest.fixture
async def on_its_way(shop: ShopBackend, alice: Person, link: Link) -> None:
    await link(alice, "customer-1")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.tell(
        "ord_1",
        "in_transit",
        note="Behind the blue door",
        location="Kampala",
        estimated_delivery={"latest": tomorrow.isoformat()},
        notify=False,
    )


def preview(sandbox: Sandbox, method: str = "sendMessage") -> dict[str, Any]:
    """That of the newest message that the bot has sent or edited."""
    options: dict[str, Any] = sandbox.calls_of(method)[-1].params["link_preview_options"]
    return options


async def tracks(person: Person, sandbox: Sandbox) -> str:
    """The address of the picture that comes with the timeline."""
    await person.send("/track 1001")
    await person.receives(containing="On its way")
    return str(preview(sandbox)["url"])


async def get(url: str, **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer, await answer.read()


async def test_a_timeline_has_its_picture_above_it_and_stays_a_text(
    on_its_way: None, service: Trackline, sandbox: Sandbox, alice: Person
) -> None:
    url = await tracks(alice, sandbox)
    assert preview(sandbox) == {"url": url, "prefer_large_media": True, "show_above_text": True}
    assert url.startswith(f"{service.url}/p/")
    for word in ("1001", "ord_1", "customer", "transit"):
        assert word not in url.removeprefix(service.url)
    answer, picture = await get(url)
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert seen(picture).size == (1200, 630)


async def test_the_picture_stays_when_the_timeline_is_refreshed_and_changes_with_the_state(
    on_its_way: None, shop: ShopBackend, sandbox: Sandbox, alice: Person
) -> None:
    before = await tracks(alice, sandbox)
    await alice.press("🔄 Refresh")
    assert preview(sandbox, "editMessageText")["url"] == before
    await shop.tell("ord_1", "out_for_delivery", notify=False)
    await alice.press("🔄 Refresh")
    after = preview(sandbox, "editMessageText")["url"]
    assert after != before
    (old, one), (new, other) = await get(before), await get(after)
    assert (old.status, new.status) == (200, 200)  # what was shown stays what it was
    assert one != other


async def test_a_live_message_has_a_picture_and_is_edited_with_the_next(
    on_its_way: None, shop: ShopBackend, sandbox: Sandbox, mongo: Mongo, alice: Person
) -> None:
    await mongo.database["chats"].update_one({}, {"$set": {"preferences.cards": True}})
    await shop.tell("ord_1", "out_for_delivery")
    await alice.receives(containing="Out for delivery")
    assert "/p/" in preview(sandbox)["url"]


async def test_a_shared_order_has_a_picture_for_its_owner_and_for_who_has_the_link(
    on_its_way: None, sandbox: Sandbox, alice: Person, charlie: Person
) -> None:
    message = await shares(alice)
    of_owner = preview(sandbox)["url"]
    view = await opens(charlie, payload_of(message))
    of_charlie = preview(sandbox)["url"]
    assert "On its way" in view.text
    assert "🔄 Refresh" in labels(view)
    assert of_charlie == of_owner
    assert (await get(of_charlie))[0].status == 200


async def test_what_is_sent_in_another_chat_has_its_picture(
    on_its_way: None, sandbox: Sandbox, alice: Person, bob: Person
) -> None:
    offered = (await alice.type_inline("1001")).results[0]
    [result] = sandbox.calls_of("answerInlineQuery")[-1].params["results"]
    options = result["input_message_content"]["link_preview_options"]
    assert (options["prefer_large_media"], options["show_above_text"]) == (True, True)
    assert alice.choose(offered, to=bob).link_preview_options == options
    assert (await get(options["url"]))[0].status == 200


async def test_when_sharing_stops_there_is_no_picture_any_more(
    on_its_way: None, sandbox: Sandbox, alice: Person
) -> None:
    await shares(alice)
    url = preview(sandbox)["url"]
    await alice.press("🚫 Stop sharing")
    await alice.receives(containing="Sharing has stopped")
    assert (await get(url))[0].status == 404


async def test_when_who_shared_it_leaves_there_is_no_picture_any_more(
    on_its_way: None, sandbox: Sandbox, mongo: Mongo, alice: Person
) -> None:
    await shares(alice)
    url = preview(sandbox)["url"]
    await mongo.database["chats"].update_one({}, {"$set": {"links": []}})
    assert (await get(url))[0].status == 404


async def test_when_the_order_is_erased_there_is_no_picture_any_more(
    on_its_way: None, shop: ShopBackend, sandbox: Sandbox, alice: Person
) -> None:
    of_owner = await tracks(alice, sandbox)
    await shares(alice)
    of_link = preview(sandbox)["url"]
    await shop.api("DELETE", "/api/v1/customers/customer-1")
    assert [(await get(url))[0].status for url in (of_owner, of_link)] == [404, 404]


async def test_a_forged_address_is_any_wrong_address_and_costs_the_database_nothing(
    quiet: None, on_its_way: None, service: Trackline, sandbox: Sandbox, mongo: Mongo, alice: Person
) -> None:
    url = await tracks(alice, sandbox)
    wrong = [url[:-6] + "xx.png", url.replace("/p/", "/p/x"), f"{service.url}/p/{'A' * 200}.png"]
    with COMMANDS.of(mongo.database.name) as commands:
        answers = [await get(each) for each in [*wrong, f"{service.url}/nothing"]]
        assert asked(commands) == []
    assert [answer.status for answer, _ in answers] == [404] * 4
    assert len({body for _, body in answers}) == 1


async def test_a_picture_costs_the_database_one_read_and_that_of_a_link_three(
    quiet: None, on_its_way: None, sandbox: Sandbox, mongo: Mongo, alice: Person
) -> None:
    of_owner = await tracks(alice, sandbox)
    await shares(alice)
    of_link = preview(sandbox)["url"]
    with COMMANDS.of(mongo.database.name) as commands:
        await get(of_owner)
        assert asked(commands) == [("find", "orders")]
        del commands[:]
        await get(of_link)
        assert asked(commands) == [("find", "shares"), ("find", "orders"), ("find", "chats")]


async def test_a_picture_is_not_found_by_others_and_not_loaded_twice(
    on_its_way: None, sandbox: Sandbox, alice: Person
) -> None:
    url = await tracks(alice, sandbox)
    answer, _ = await get(url)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Cache-Control"] == "private, max-age=3600, immutable"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    etag = answer.headers["ETag"]
    for known in (etag, f'W/{etag}, "other"', "*"):
        again, body = await get(url, **{"If-None-Match": known})
        assert (again.status, body, again.headers["ETag"]) == (304, b"", etag)
    assert (await get(url, **{"If-None-Match": '"other"'}))[0].status == 200


@pytest.mark.parametrize(
    ("changed", "address"),
    [
        ({"pictures": "off", "public_url": "https://shop.test"}, None),
        ({"pictures": "on", "public_url": None}, None),
        ({"pictures": "on", "public_url": "http://shop.test"}, None),
        ({"pictures": "on", "public_url": "https://shop.test"}, "https://shop.test/p/"),
    ],
)
async def test_pictures_want_a_public_address_and_can_be_off(
    settings: Settings, mongo: Mongo, changed: dict[str, Any], address: str | None
) -> None:
    trackline = Trackline(settings.model_copy(update={"public_url": None, **changed}))
    trackline._mongo = mongo
    trackline._compose()
    found = trackline._reader.pictures
    assert found is not None
    assert found._base() == (address or "").removesuffix("/p/")
