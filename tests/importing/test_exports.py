"""What Shopify and WooCommerce export is brought in as their webhooks will tell of it."""

import json
from pathlib import Path

import pytest

from bot.errors import CommandFailed
from bot.services.orders.timeline import timeline
from bot.services.people.contacts import is_among, normalised
from storage.mongo import Mongo
from storage.orders import Orders
from storage.staff import StaffNotes
from storage.whose import account
from tests.importing.conftest import Import

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Created at,"
    "Lineitem quantity,Lineitem name,Cancelled at,Id,Customer ID\n"
)
WOOCOMMERCE = "order_id,order_number,order_date,status,customer_id,billing_email,completed_date\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def write(file: Path, content: str) -> None:
    file.write_text(content)


async def states(orders: Orders, order_id: str) -> list[tuple[str | None, str]]:
    order = await orders.get(order_id)
    assert order is not None
    return [(event.status, f"{event.occurred_at:%m-%dT%H:%M}") for event in order.events]


async def test_shopify_s_own_columns_and_words(bring: Import, file: Path, orders: Orders) -> None:
    write(
        file,
        SHOPIFY + "#1001,a@b.example,paid,,fulfilled,2026-11-17 11:00:00 +0300,"
        "2026-11-16 09:30:00 +0300,1,Beans,,5413320294692,'77\n"
        "#1001,a@b.example,,,,,,2,Cups,,,\n"
        "#1002,a@b.example,pending,,,,2026-11-16 09:30:00 UTC,1,Beans,,5413320294693,77\n"
        "#1003,g@b.example,paid,,unfulfilled,,2026-11-16 09:30:00 +0300,1,Beans,,5413320294694,\n"
        "#1004,a@b.example,paid,,partial,,2026-11-16 09:30:00 +0300,1,Beans,,5413320294695,77\n"
        "#1005,a@b.example,refunded,,,,2026-11-16 09:30:00 +0300,1,Beans,2026-11-18 09:00:00 +0000,"
        "5413320294696,77\n",
    )
    told = await bring(file, system="shopify")
    assert (told.code, told.err) == (0, [])
    assert told.out[0].startswith("Orders: 5 read, 5 new, 0 lacked something, 1 guests'.")
    sent = await orders.get("5413320294692")
    assert sent is not None
    assert sent.customer_id == "77"
    assert {"1001", "5413320294692"} <= {*sent.keys}
    assert await states(orders, "5413320294692") == [
        ("placed", "11-16T06:30"),
        ("shipped", "11-17T08:00"),
    ]
    assert await states(orders, "5413320294693") == [("payment_due", "11-16T09:30")]
    assert await states(orders, "5413320294695") == [("processing", "11-16T06:30")]
    assert [s for s, _ in await states(orders, "5413320294696")] == ["placed", "cancelled"]
    guest_s = await orders.get("5413320294694")
    assert guest_s is not None
    assert guest_s.customer_id is None


async def goods_of(orders: Orders, order_id: str) -> list[tuple[str, int]]:
    order = await orders.get(order_id)
    assert order is not None
    return [(good.name, good.quantity) for good in timeline(order).contents.all]


async def test_what_was_ordered_is_a_row_for_each_thing(
    bring: Import, file: Path, orders: Orders
) -> None:
    at = "2026-11-16 09:30:00 +0300"
    write(
        file,
        SHOPIFY + f"#1,a@b.example,paid,,fulfilled,{at},{at},1,Beans,,1,7\n"
        "#1,a@b.example,,,,,,2,Cups,,,\n"
        f"#2,a@b.example,pending,,,,{at},x,Beans,,2,7\n"
        f"#3,a@b.example,paid,,,,no day,1,Beans,,3,7\n"
        "#3,a@b.example,,,,,,2,Cups,,,\n"
        f"#4,a@b.example,paid,,,,{at},1,Tea,,4,7\n"
        f"#4,a@b.example,paid,,,,{at},3,Mug,,4,7\n",
    )
    await bring(file, system="shopify")
    assert await goods_of(orders, "1") == [("Beans", 1), ("Cups", 2)]
    assert await goods_of(orders, "2") == []
    assert await goods_of(orders, "4") == [("Tea", 1), ("Mug", 3)]
    again = await bring(file, system="shopify")
    assert again.out[1].startswith("Events: 0 recorded")


async def test_woocommerce_s_exporters_have_a_row_for_each_thing_too(
    bring: Import, file: Path, orders: Orders
) -> None:
    head = WOOCOMMERCE.strip() + ",Item Name,Quantity\n"
    row = "7,1007,2026-11-16 09:30:00,processing,55,a@b.example,"
    write(file, f"{head}{row},Beans,1\n{row},Cups,2\n")
    await bring(file, system="woocommerce")
    assert await goods_of(orders, "7") == [("Beans", 1), ("Cups", 2)]


async def test_shopify_s_orders_as_its_api_writes_them(
    bring: Import, tmp_path: Path, orders: Orders
) -> None:
    order = {
        "id": 5413320294692,
        "name": "#1001",
        "customer": {"id": 77, "email": "a@b.example"},
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "created_at": "2026-11-16T09:30:00+03:00",
        "updated_at": "2026-11-18T09:30:00+03:00",
        "cancelled_at": None,
        "line_items": [{"name": "Beans", "quantity": 1, "price": "3.00"}],
    }
    guest = {**order, "id": 1, "customer": None}
    file = tmp_path / "orders.jsonl"
    write(file, "\n".join(json.dumps(each) for each in (order, guest)))
    told = await bring(file, system="shopify")
    assert told.out[0].startswith("Orders: 2 read, 2 new, 0 lacked something, 1 guests'.")
    assert [s for s, _ in await states(orders, "5413320294692")] == ["placed", "shipped"]
    assert await goods_of(orders, "5413320294692") == [("Beans", 1)]


async def test_without_customers_ids_all_come_in_as_guests_which_is_warned_of(
    bring: Import, file: Path, orders: Orders
) -> None:
    """As Shopify exports orders by itself."""
    write(
        file,
        SHOPIFY.replace(",Customer ID", "")
        + "#1001,a@b.example,paid,,,,2026-11-16 09:30:00 +0300,1,Beans,,5413320294692\n",
    )
    told = await bring(file, system="shopify")
    assert told.err[0].startswith("Warning: It has no customers' ids")
    assert "an e-mail is none" in told.err[0]
    order = await orders.get("5413320294692")
    assert order is not None
    assert order.customer_id is None


@pytest.mark.parametrize("system", ["shopify", "woocommerce"])
async def test_a_guest_s_e_mail_leads_to_the_order_and_stands_nowhere(
    bring: Import, file: Path, orders: Orders, mongo: Mongo, system: str
) -> None:
    rows = {
        "shopify": SHOPIFY + "#7,a@b.example,paid,,,,2026-11-16 09:30:00 +0300,1,Beans,,7,\n",
        "woocommerce": WOOCOMMERCE + "7,7,2026-11-16 09:30:00,processing,0,a@b.example,\n",
    }
    write(file, rows[system])
    await bring(file, system=system)
    order = await orders.get("7")
    assert order is not None
    assert is_among(orders.seal, "7", order.contacts, str(normalised("A@B.example")))
    assert "b.example" not in str(await mongo.database["orders"].find_one({}))
    again = await bring(file, system=system)
    assert again.out[1].startswith("Events: 0 recorded")


async def test_a_guest_s_order_comes_to_the_account_that_is_named_later(
    bring: Import, file: Path, orders: Orders
) -> None:
    row = "#1001,a@b.example,paid,,,,2026-11-16 09:30:00 +0300,1,Beans,,5413320294692,"
    write(file, f"{SHOPIFY}{row}\n")
    await bring(file, system="shopify")
    write(file, f"{SHOPIFY}{row}77\n")
    told = await bring(file, system="shopify")
    assert told.out[1] == "Events: 0 recorded, 1 known before."
    order = await orders.get("5413320294692")
    assert order is not None
    assert order.customer_id == "77"
    assert [known.id for known in await orders.of([account("77")], 5)] == [order.id]


async def test_what_woocommerce_s_analytics_download_is_read(
    bring: Import, file: Path, orders: Orders
) -> None:
    head = (
        'Date,"Order #","N. Revenue (formatted)",Status,Customer,"Customer type","Product(s)",'
        '"Items sold","Coupon(s)","N. Revenue",Attribution\n'
    )
    write(
        file,
        head + '"2026-11-16 09:30:00",1007,USh84000,processing,"Amina N",returning,'
        '"2× Bugisu AA",2,,84000,Direct\n',
    )
    told = await bring(file, system="woocommerce")
    assert told.out[0] == "Orders: 1 read, 1 new, 0 lacked something, 1 guests'."
    assert await states(orders, "1007") == [("processing", "11-16T09:30")]


async def test_an_e_mail_never_becomes_a_customer(
    bring: Import, file: Path, orders: Orders
) -> None:
    write(file, WOOCOMMERCE + "7,7,2026-11-16 09:30:00,processing,a@b.example,a@b.example,\n")
    told = await bring(file, system="woocommerce")
    assert told.code == 1
    assert "line 2: the customer's id is an e-mail" in told.err[0]
    assert "a@b.example" not in told.err[0]
    assert await orders.get("7") is None


async def test_woocommerce_s_guests_and_words(bring: Import, file: Path, orders: Orders) -> None:
    write(
        file,
        WOOCOMMERCE + "7,1007,2026-11-16 09:30:00,Completed,55,a@b.example,2026-11-17 10:00:00\n"
        "8,1008,2026-11-16 09:30:00,wc-on-hold,55,a@b.example,\n"
        "9,1009,2026-11-16 09:30:00,processing,0,g@b.example,\n",
    )
    told = await bring(file, system="woocommerce")
    assert (told.code, told.err) == (0, [])
    assert told.out[0].startswith("Orders: 3 read, 3 new, 0 lacked something, 1 guests'.")
    assert await states(orders, "7") == [("placed", "11-16T09:30"), ("shipped", "11-17T10:00")]
    assert await states(orders, "8") == [("on_hold", "11-16T09:30")]
    guest_s = await orders.get("9")
    assert guest_s is not None
    assert guest_s.customer_id is None


async def test_an_order_that_is_a_row_for_each_item_is_one_order(
    bring: Import, file: Path, orders: Orders
) -> None:
    """As Advanced Order Export fills in the order's columns."""
    head = "Order Number,Order Status,Order Date,Customer User ID,Item #,Item Name,Quantity\n"
    rows = [
        f"{n},Processing,2026-11-16 09:30,55,{item},Beans,1\n" for n in (7, 8) for item in (1, 2, 3)
    ]
    write(file, head + "".join(rows))
    told = await bring(file, system="woocommerce")
    assert told.out[0] == "Orders: 2 read, 2 new, 0 lacked something."
    assert await states(orders, "7") == [("processing", "11-16T09:30")]


async def test_ids_that_a_spreadsheet_has_rounded_are_refused(bring: Import, file: Path) -> None:
    row = "#1001,a@b.example,paid,,,,2026-11-16 09:30:00 +0300,1,Beans,,{},77\n"
    write(file, SHOPIFY + row.format("5.41332E+12") + row.format("5413320294692"))
    told = await bring(file, system="shopify")
    assert told.out[0].startswith("Orders: 2 read, 1 new, 0 lacked something, 1 refused")
    assert "a spreadsheet has rounded an id" in told.err[0]


async def test_the_operator_s_words_for_the_system_and_names_of_columns_come_first(
    bring: Import, file: Path, orders: Orders
) -> None:
    head = WOOCOMMERCE.replace("customer_id", "Client No")
    write(file, head + "7,1007,2026-11-16 09:30:00,completed,55,,\n")
    names, words = "customer_id=Client No", "woocommerce.completed=delivered"
    await bring(file, system="woocommerce", reconcile_map=names, status_words=words)
    order = await orders.get("7")
    assert order is not None
    assert (order.customer_id, order.closed) == ("55", True)


async def test_a_database_is_no_export(bring: Import) -> None:
    with pytest.raises(CommandFailed, match=r"an export of shopify is a \.csv"):
        await bring("mongodb://127.0.0.1:9/shop", system="shopify")


# What is said before anything is written

PLAIN = "_id,user,status,timestamp\n"


async def test_unknown_words_are_listed_with_their_counts_and_nothing_is_written(
    bring: Import, file: Path, mongo: Mongo
) -> None:
    rows = [f"o{n},cus_7,{'livré' if n else 'engraving'},2026-11-16T09:30:00Z\n" for n in range(3)]
    write(file, PLAIN + "".join(rows))
    told = await bring(file, dry=True)
    assert told.err[0].startswith(
        "Warning: States that nobody knows, and how often: livré (2), engraving (1). "
    )
    assert "STATUS_WORDS" in told.err[0]
    assert await mongo.database["orders"].count_documents({}) == 0
    said = await bring(
        file, dry=True, status_words="livré=delivered", status_names="engraving.en=E"
    )
    assert said.err == []


async def test_those_that_were_brought_in_are_left_for_the_staff_to_be_told(
    bring: Import, file: Path, mongo: Mongo
) -> None:
    write(file, PLAIN + "o1,cus_7,livré,2026-11-16T09:30:00Z\n")
    assert "livré (1)" in (await bring(file)).err[0]
    assert await StaffNotes(mongo).take_words() == {"livré": 1}


async def test_customers_who_are_called_by_an_e_mail_are_warned_of(
    bring: Import, file: Path
) -> None:
    write(file, PLAIN + "o1,a@b.example,placed,2026-11-16T09:30:00Z\n")
    told = await bring(file, dry=True)
    assert told.err[0].startswith("Warning: Customers that are called by an e-mail: 1. ")
    assert "a@b.example" not in "".join(told.err + told.out)
