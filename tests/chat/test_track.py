"""`/track` and `/orders`: where an order is, and the buttons that ask for it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.services.people.people import People
from sandbox import Fault, Person, Sandbox
from storage.chats import Chats
from storage.models import Chat, Preferences
from tests.conftest import Link
from tests.support.shop import ShopBackend

NOT_FOUND = "I can't find that one"


@pytest.fixture
async def customer(alice: Person, link: Link) -> Person:
    """Alice, linked before there is any order."""
    await link(alice, "customer-1")
    return alice


def labels(person: Person) -> list[str]:
    """The buttons under the newest message."""
    return [button.text for row in person.inbox[-1].buttons for button in row]


@pytest.mark.parametrize(
    "typed",
    ["1001", "#1001", "  #1001  ", "# 1001", "10 01", "# 10 01 ", "ord_1", "ORD_1", "oRd _1"],
)
async def test_an_order_is_found_by_number_or_id_however_it_is_typed(
    shop: ShopBackend, customer: Person, typed: str
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await shop.create("ord_2", "customer-1", order_number="1002", notify=False)
    await customer.send(f"/track {typed}")
    answer = await customer.receives(containing="Order #1001")
    assert "Order placed" in answer.text


@pytest.mark.parametrize("typed", ["AB-77", "ab-77", "Ab-7 7"])
async def test_letters_are_taken_in_either_case(
    shop: ShopBackend, customer: Person, typed: str
) -> None:
    await shop.create("ord_1", "customer-1", order_number="Ab-77", notify=False)
    await customer.send(f"/track {typed}")
    await customer.receives(containing="Order Ab-77")


async def test_the_end_of_a_long_id_is_enough_when_it_fits_one_order(
    shop: ShopBackend, customer: Person
) -> None:
    await shop.create("order-2026-77f3", "customer-1", notify=False)
    await shop.create("order-2026-88a0", "customer-1", notify=False)
    await customer.send("/track 77F3")
    await customer.receives(containing="order-2026-77f3")


@pytest.mark.parametrize("typed", ["7f3", "77f", "9999"])
async def test_what_is_too_short_or_no_end_of_an_id_finds_nothing(
    shop: ShopBackend, customer: Person, typed: str
) -> None:
    await shop.create("order-2026-77f3", "customer-1", notify=False)
    await customer.send(f"/track {typed}")
    await customer.receives(containing=NOT_FOUND)


async def test_an_end_that_fits_several_orders_is_asked_about(
    shop: ShopBackend, customer: Person
) -> None:
    await shop.create("order-a-2026", "customer-1", notify=False)
    await shop.create("order-b-2026", "customer-1", notify=False)
    await shop.create("order-c-2027", "customer-1", notify=False)
    await customer.send("/track 2026")
    await customer.receives(containing="More than one of your orders")
    assert labels(customer) == ["📝 order-a-2026 · Order placed", "📝 order-b-2026 · Order placed"]

    await customer.press("📝 order-b-2026 · Order placed")
    await customer.receives(containing="Order order-b-2026")


async def test_two_orders_of_one_number_are_asked_about(
    shop: ShopBackend, customer: Person
) -> None:
    for order_id in ("ord_1", "ord_2"):
        await shop.create(order_id, "customer-1", order_number="1001", notify=False)
    await customer.send("/track 1001")
    await customer.receives(containing="More than one of your orders")
    assert len(labels(customer)) == 2


@pytest.mark.parametrize(
    "command", ["/track", "/orders", "/track@trackline_bot", "📦 My orders", "my orders"]
)
async def test_without_an_order_the_latest_ones_are_offered_open_ones_first(
    shop: ShopBackend, customer: Person, command: str
) -> None:
    now = datetime.now(UTC)
    states = ("shipped", "delivered", "processing", "delayed")
    for n, status in enumerate(states):
        at = now - timedelta(days=len(states) - n)
        await shop.create(
            f"ord_{n}", "customer-1", order_number=f"100{n}", status=status, at=at, notify=False
        )
    await customer.send(command)
    await customer.receives(containing="Your latest orders")
    assert [label.rsplit(" · ", 1)[0] for label in labels(customer)] == [
        "⏳ #1003 · Delayed",
        "🛠️ #1002 · Being prepared",
        "🚚 #1000 · Shipped",
        "✅ #1001 · Delivered",
    ]


async def test_the_list_says_on_which_day_an_order_is_expected(
    shop: ShopBackend, customer: Person
) -> None:
    day = datetime.now(UTC).replace(hour=12, minute=0) + timedelta(days=3)
    await shop.create(
        "ord_1",
        "customer-1",
        order_number="1001",
        estimated_delivery={"latest": day.isoformat()},
        notify=False,
    )
    await customer.send("/orders")
    await customer.receives(containing="Your latest orders")
    assert labels(customer) == [f"📝 #1001 · Order placed · → {day:%a} {day.day} {day:%b}"]


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/New_York"])
async def test_a_day_that_is_expected_is_that_day_on_the_list_in_every_zone(
    shop: ShopBackend, customer: Person, chats: Chats, zone: str
) -> None:
    await chats.prefer(customer.id, Preferences(timezone=zone))
    day = datetime.now(UTC).date() + timedelta(days=4)
    for window in (
        {"earliest": day.isoformat()},
        {"earliest": f"{day}T00:00:00Z", "latest": f"{day}T23:59:00Z"},
    ):
        at = datetime.now(UTC)
        await shop.tell(
            "ord_1", "shipped", customer_id="customer-1", at=at, estimated_delivery=window
        )
        await customer.send("/orders")
        await customer.receives(containing="Your latest orders")
        assert labels(customer) == [f"🚚 ord_1 · Shipped · → {day:%a} {day.day} {day:%b}"]


async def test_a_long_list_is_turned_in_its_place(shop: ShopBackend, customer: Person) -> None:
    start = datetime.now(UTC) - timedelta(days=20)
    for n in range(14):
        at = start + timedelta(days=n)
        await shop.create(f"ord_{n}", "customer-1", order_number=f"{n}", at=at, notify=False)
    await customer.send("/orders")
    first = await customer.receives(containing="Your latest orders")

    def numbers() -> list[str]:
        return [label.split(" · ")[0].removeprefix("📝 ") for label in labels(customer)]

    assert numbers() == ["#13", "#12", "#11", "#10", "#9", "#8", "Older"]
    for label, shown in (
        ("Older", ["#7", "#6", "#5", "#4", "#3", "#2", "Newer", "Older"]),
        ("Older", ["#1", "#0", "Newer"]),
        ("Newer", ["#7", "#6", "#5", "#4", "#3", "#2", "Newer", "Older"]),
    ):
        await customer.press(label)
        turned = await customer.receives(containing="Your earlier orders")
        assert turned.id == first.id
        assert numbers() == shown


@pytest.mark.parametrize("number", [50, 999_999_999])
async def test_a_page_that_nobody_can_turn_to_is_the_last_that_one_can(
    shop: ShopBackend, customer: Person, number: int
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await customer.press_data(f"orders:{number}")
    await customer.receives(containing="There are no more")
    assert [button.data for button in customer.inbox[-1].buttons[0]] == ["orders:48"]
    await customer.press("Newer")
    await customer.receives(containing="There are no more")


async def test_charlie_turns_only_his_own_pages(
    shop: ShopBackend, charlie: Person, link: Link
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await link(charlie, "customer-2")
    await charlie.press_data("orders:0")
    assert "No orders here yet" in (await charlie.receives()).text


@pytest.mark.parametrize("command", ["/track", "/orders"])
async def test_who_has_no_orders_yet_is_told_so(customer: Person, command: str) -> None:
    await customer.send(command)
    await customer.receives(containing="No orders here yet")


async def test_the_button_of_a_push_sends_the_timeline(shop: ShopBackend, customer: Person) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001")
    push = await customer.receives(containing="#1001")
    await shop.tell("ord_1", "shipped", location="Kampala", notify=False)
    await customer.press("Show timeline", push)
    timeline = await customer.receives(containing="Kampala")
    assert timeline.id != push.id
    assert timeline.text.index("Shipped") < timeline.text.index("Order placed")


async def test_refresh_changes_the_timeline_in_its_place(
    shop: ShopBackend, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await customer.send("/track 1001")
    before = await customer.receives(containing="Order placed")
    await shop.tell("ord_1", "shipped", notify=False)

    answer = await customer.press("🔄 Refresh")
    after = await customer.receives(containing="Shipped")
    assert answer.text == "This is how it stands now."
    assert (after.id, after.edited_at is not None) == (before.id, True)
    assert len(customer.inbox) == 3  # the link, the keyboard, and the timeline


async def test_refresh_with_nothing_new_is_no_error(
    shop: ShopBackend, sandbox: Sandbox, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await customer.send("/track 1001")
    await customer.receives(containing="Order placed")
    for _ in range(2):
        assert (await customer.press("🔄 Refresh")).text == "Nothing new yet."
    edits = [call.status for call in sandbox.calls_of("editMessageText", chat_id=customer.id)]
    assert edits[1:] == [400, 400]  # after the link's: "message is not modified"
    assert len(customer.inbox) == 3


async def test_my_orders_leads_back_to_the_list(shop: ShopBackend, customer: Person) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await customer.send("/track 1002")
    await customer.receives(containing="can't find")
    await customer.press("My orders")
    await customer.receives(containing="Your latest orders")


async def test_every_button_that_is_pressed_is_answered_once(
    shop: ShopBackend, sandbox: Sandbox, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001")
    await customer.receives(containing="#1001")
    before = len(sandbox.calls_of("answerCallbackQuery"))
    await customer.press("Show timeline")
    await customer.receives(containing="Order #1001")
    await customer.press("🔄 Refresh")
    await customer.press("⚙️ Options")
    forgeries = ("show:", "refresh:", "orders:", "orders:x", "x", "show:~", "link:", "nolink:")
    for forged in forgeries:
        await customer.press_data(forged)
    answered = list(sandbox.calls_of("answerCallbackQuery"))[before:]
    assert [call.status for call in answered] == [200] * (3 + len(forgeries))


@pytest.mark.parametrize("button", ["show:1001", "orders", "orders:1", "help", "whatever"])
async def test_a_button_is_answered_at_once_even_while_the_database_thinks(
    shop: ShopBackend, customer: Person, monkeypatch: pytest.MonkeyPatch, button: str
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001")
    push = await customer.receives(containing="#1001")
    thinking = asyncio.Event()

    async def slow(*_: object) -> Chat | None:
        await thinking.wait()
        return None

    monkeypatch.setattr(People, "find", slow)
    await customer.press_data(button, push)
    thinking.set()
    await customer.receives()


async def test_a_button_is_answered_even_if_its_message_cannot_be_changed(
    shop: ShopBackend, sandbox: Sandbox, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await customer.send("/track 1001")
    await customer.receives(containing="Order placed")
    sandbox.fail(
        Fault(
            method="editMessageText",
            status=400,
            description="Bad Request: message to edit not found",
        )
    )
    await customer.press("🔄 Refresh")
    await customer.send("/orders")
    await customer.receives(containing="Your latest orders")


async def test_a_button_whose_time_is_over_is_no_error(
    shop: ShopBackend, sandbox: Sandbox, customer: Person
) -> None:
    await shop.create("ord_1", "customer-1", order_number="1001", notify=False)
    await customer.send("/track 1001")
    await customer.receives(containing="Order placed")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    sandbox.fail(Fault(method="answerCallbackQuery", status=400, description=too_old))
    with capture_logs() as logs:
        pressed = await customer.pressed(customer.id, customer.inbox[-1].id, "orders", 0.2)
        assert pressed is None
        await customer.receives(containing="Your latest orders")
        await customer.send("/orders")  # the next update is handled once this one is
        await customer.receives(containing="Your latest orders")
    assert logs == []


async def test_a_shop_s_words_are_shown_and_nothing_in_them_works(
    shop: ShopBackend, customer: Person
) -> None:
    note = "<b>Bold</b> & <a href='https://evil.example'>link</a> \u202emirrored"
    await shop.create("ord_1", "customer-1", order_number="<i>7</i>", note=note)
    await customer.receives(containing="<b>Bold</b> & <a href='https://evil.example'>link</a>")
    await customer.send("/track <i>7</i>")
    timeline = await customer.receives(containing="Order <i>7</i>")
    assert "mirrored" in timeline.text
    assert "\u202e" not in timeline.text
    assert not any(entity["type"] == "text_link" for entity in timeline.entities)
