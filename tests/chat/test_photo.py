"""The shop's photo of an order, for who may see it: pushed, and shown again when asked for."""

from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from bot.services.orders.references import button_key
from bot.settings import Settings
from sandbox import Fault, Person, Sandbox
from tests.chat.test_sharing import opens, payload_of, shares
from tests.conftest import Link
from tests.support import photo_host as hosts
from tests.support.photo_host import PhotoHost
from tests.support.pictures import jpeg
from tests.support.shop import ShopBackend

SHOW = f"photo:{button_key('ord_1')}"
BUTTON = "📷 Show the photo"


@pytest.fixture
async def photo_host() -> AsyncIterator[PhotoHost]:
    async with PhotoHost() as host:
        yield host


@pytest.fixture
def settings(settings: Settings, photo_host: PhotoHost) -> Settings:
    return settings.model_copy(update={"photo_hosts": [f"127.0.0.1:{photo_host.port}"]})


@pytest.fixture
async def delivered(shop: ShopBackend, alice: Person, link: Link, photo_host: PhotoHost) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    answer = await shop.tell("ord_1", "delivered", photo_url=photo_host.url)
    assert answer.status == 202


def labels(person: Person) -> list[str]:
    """The buttons under the newest message."""
    return [button.text for row in person.inbox[-1].buttons for button in row]


@pytest.mark.usefixtures("delivered")
async def test_an_event_s_photo_comes_with_its_news_and_is_shown_again_when_asked_for(
    alice: Person, photo_host: PhotoHost
) -> None:
    push = await alice.receives(containing="Your order #1001 has been delivered")
    assert push.photo is not None
    await alice.send("/track 1001")
    await alice.receives(containing="Order #1001")
    await alice.press(BUTTON)
    shown = await alice.receives(containing="✅ Delivered · ")
    assert shown.text.splitlines()[1:] == ["Order #1001"]
    assert shown.photo is not None
    assert shown.photo.content == jpeg()
    assert len(photo_host.asked) == 2


@pytest.mark.usefixtures("delivered")
async def test_a_photo_that_is_gone_is_to_be_asked_of_the_shop(
    alice: Person, photo_host: PhotoHost, sandbox: Sandbox
) -> None:
    await alice.receives(containing="has been delivered")
    photo_host.answer = hosts.answers(404)
    await alice.press_data(SHOW)
    await alice.receives(containing="I can't show you this photo. If you need it, please ask")
    photo_host.answer = hosts.photo
    sandbox.fail(Fault(method="sendPhoto", status=413))
    await alice.press_data(SHOW)
    await alice.receives(containing="I can't show you this photo")


@pytest.mark.usefixtures("delivered")
async def test_a_photo_whose_host_has_trouble_is_to_be_asked_for_again(
    alice: Person, photo_host: PhotoHost
) -> None:
    await alice.receives(containing="has been delivered")
    photo_host.answer = hosts.answers(503)
    await alice.press_data(SHOW)
    await alice.receives(containing="I can't get the photo just now")


@pytest.mark.usefixtures("delivered")
async def test_what_became_of_a_photo_that_is_asked_for_is_logged_as_of_one_that_is_pushed(
    alice: Person, photo_host: PhotoHost, sandbox: Sandbox
) -> None:
    await alice.receives(containing="has been delivered")
    with capture_logs() as logs:
        await alice.press_data(SHOW)
        await alice.receives(containing="✅ Delivered · ")
        photo_host.answer = hosts.answers(404)
        await alice.press_data(SHOW)
        await alice.receives(containing="I can't show you this photo")
        photo_host.answer = hosts.photo
        sandbox.fail(Fault(method="sendPhoto", status=413))
        await alice.press_data(SHOW)
        await alice.receives(containing="I can't show you this photo")
    told = [line for line in logs if "photo" in line["event"] and "orders" in line]
    assert [(line["event"], line.get("why")) for line in told] == [
        ("photo_sent", None),
        ("photo_not_sent", "gone"),
        ("photo_not_sent", "refused"),
    ]
    assert all(line["orders"] == ["ord_1"] for line in told)
    assert photo_host.url not in str(logs)


@pytest.mark.usefixtures("delivered")
async def test_a_button_opens_the_photo_of_one_s_own_order_only(
    alice: Person, charlie: Person, shop: ShopBackend, link: Link, photo_host: PhotoHost
) -> None:
    await alice.receives(containing="has been delivered")
    await charlie.send("/help")
    await charlie.receives()
    await charlie.press_data(SHOW)
    await link(charlie, "customer-2")
    await charlie.press_data(SHOW)
    await charlie.receives(containing="I can't find that one")
    assert not any(message.photo for message in charlie.inbox)
    assert len(photo_host.asked) == 1


async def test_an_order_without_a_photo_offers_none(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await alice.send("/track 1001")
    await alice.receives(containing="Order #1001")
    assert BUTTON not in labels(alice)
    await alice.press_data(SHOW)
    await alice.receives(containing="I can't show you this photo")


@pytest.mark.usefixtures("delivered")
async def test_who_is_shown_an_order_by_a_link_never_sees_its_photo(
    alice: Person, charlie: Person, photo_host: PhotoHost
) -> None:
    await alice.receives(containing="has been delivered")
    payload = payload_of(await shares(alice))
    message = await opens(charlie, payload)
    assert message.photo is None
    assert BUTTON not in labels(charlie)
    await charlie.press_data(SHOW)
    assert not any(message.photo for message in charlie.inbox)
    assert len(photo_host.asked) == 1
