"""Orders are brought in from files: CSV as spreadsheets and databases write it, and JSON lines."""

import json
from pathlib import Path

import pytest

from bot.errors import CommandFailed
from storage.orders import Orders
from tests.importing.conftest import Import

HEAD = "_id,user,orderNumber,status,timestamp\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def write(file: Path, content: str | bytes) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


async def states(orders: Orders, order_id: str) -> list[str | None]:
    order = await orders.get(order_id)
    assert order is not None
    return [event.status for event in order.events]


async def test_a_row_may_be_an_order(bring: Import, file: Path, orders: Orders) -> None:
    write(
        file,
        "_id,user,status,createdAt,updatedAt\n"
        "ord_1,cus_7,shipped,2026-11-16T09:30:00Z,2026-11-17T09:30:00Z\n"
        "ord_2,cus_7,,2026-11-16T09:30:00Z,\n",
    )
    assert (await bring(file)).code == 0
    assert await states(orders, "ord_1") == ["shipped"]
    made = await orders.get("ord_2")
    assert made is not None
    assert [event.implies for event in made.events] == ["placed"]


async def test_a_row_may_be_a_step_wherever_it_stands(
    bring: Import, file: Path, orders: Orders
) -> None:
    write(
        file,
        HEAD + "ord_1,cus_7,1001,out_for_delivery,2026-11-18T08:00:00Z\n"
        "ord_2,cus_8,1002,placed,2026-11-16T09:30:00Z\n"
        "ord_1,,,attempt_failed,2026-11-18T11:00:00Z\n"
        "ord_1,,,out_for_delivery,2026-11-18T14:00:00Z\n"
        "ord_1,cus_7,1001,placed,2026-11-16T09:30:00Z\n",
    )
    told = await bring(file)
    assert told.out[0] == "Orders: 2 read, 2 new, 0 lacked something."
    assert await states(orders, "ord_1") == [
        "placed", "out_for_delivery", "attempt_failed", "out_for_delivery",
    ]  # fmt: skip


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
async def test_a_spreadsheet_s_separators_mark_and_quotes_are_understood(
    bring: Import, file: Path, orders: Orders, separator: str
) -> None:
    header = separator.join(["_id", '"user"', "note; with, all|of\tthem", "status", "timestamp"])
    header = header.replace("note; with, all|of\tthem", "note")
    row = separator.join(
        ["ord_1", "cus_7", f'"one{separator} ""two""\r\nthree"', '"placed"', "2026-11-16T09:30:00Z"]
    )
    write(file, b"\xef\xbb\xbf" + f"{header}\r\n{row}\r\n".encode())
    assert (await bring(file)).code == 0
    assert await states(orders, "ord_1") == ["placed"]


async def test_wrong_rows_are_told_by_the_line_they_begin_on(
    bring: Import, file: Path, orders: Orders, tmp_path: Path
) -> None:
    write(
        file,
        HEAD + 'ord_1,cus_7,"10\n01",placed,2026-11-16T09:30:00Z\n'
        "ord_2,cus_7,1002,placed,CANARY\n"
        ",cus_7,1003,placed,2026-11-16T09:30:00Z\n"
        "ord_4,cus_7,1004,placed,2026-11-16T09:30:00Z,CANARY\n"
        "ord_5,cus 7,1005,placed,2026-11-16T09:30:00Z\n",
    )
    kept = tmp_path / "refused.jsonl"
    told = await bring(file, refused=kept)
    assert told.code == 1
    refused = [json.loads(line) for line in lines_of(kept)]
    assert [f"Refused: {one['place']}: {one['problem']}" for one in refused] == told.err
    assert {one["place"]: one["problem"] for one in refused} == {
        "line 4": "timestamp of step 1: it should be a date and time, like 2026-11-23T09:30:00Z",
        "line 5": "_id: it is missing",
        "line 6": "line 6 has more cells than there are columns",
        "line 7": "user: it should hold only A-Z, a-z, 0-9 and . _ : / @ # + = ~ -, "
        "a letter or digit first",
    }
    assert await states(orders, "ord_1") == ["placed"]


async def test_a_row_without_a_customer_is_a_guest_s(
    bring: Import, file: Path, orders: Orders
) -> None:
    write(file, HEAD + "ord_5,,1005,placed,2026-11-16T09:30:00Z\n")
    told = await bring(file)
    assert told.out[0] == "Orders: 1 read, 1 new, 0 lacked something, 1 guests'."
    order = await orders.get("ord_5")
    assert order is not None
    assert order.customer_id is None


async def test_columns_go_by_the_shop_s_names(bring: Import, file: Path, orders: Orders) -> None:
    write(file, "Order,Client,State,When\nord_1,cus_7,placed,2026-11-16T09:30:00Z\n")
    names = "order_id=Order, customer_id=Client, step_status=State, step_at=When"
    assert (await bring(file, reconcile_map=names)).code == 0
    assert await states(orders, "ord_1") == ["placed"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Order,Client\n1,2\n", "orders.csv has no column _id: say which it is with --map"),
        (b"", "orders.csv has no column _id"),
        (HEAD.encode() + b"ord_1,cus_7,\xe9,placed,x\n", "orders.csv is not UTF-8"),
        (HEAD.encode() + b'ord_1,cus_7,"' + b"x" * 200_000, "orders.csv, line 2 is not CSV"),
        (None, "orders.csv cannot be read: No such file"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    bring: Import, file: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        write(file, content)
    with pytest.raises(CommandFailed, match=says):
        await bring(file)


async def test_lines_of_json_are_orders_as_mongoexport_writes_them(
    bring: Import, tmp_path: Path, orders: Orders
) -> None:
    file = tmp_path / "orders.jsonl"
    exported = {
        "_id": {"$oid": "64f0" * 6},
        "user": {"$oid": "64f1" * 6},
        "trackingInfo": [{"status": "placed", "timestamp": {"$date": "2026-11-16T09:30:00Z"}}],
    }
    lines = [json.dumps(exported), "", "CANARY", '["CANARY"]', '{"_id": "\\ud800CANARY"}']
    write(file, b"\xef\xbb\xbf" + "\n".join(lines).encode() + b"\n\xff\n")
    told = await bring(file)
    assert await states(orders, "64f0" * 6) == ["placed"]
    wants = "it should be an object in JSON, on a line"
    assert [line for line in told.err if wants in line] == [
        f"Refused: line {n}: {wants}" for n in (3, 4, 6)
    ]
    assert told.out[0] == "Orders: 5 read, 1 new, 0 lacked something, 4 refused."
    assert "CANARY" not in "".join(told.err)


async def test_an_order_on_two_lines_is_one_order(
    bring: Import, tmp_path: Path, orders: Orders
) -> None:
    file = tmp_path / "orders.jsonl"
    placed = {"status": "placed", "timestamp": "2026-11-16T09:30:00Z"}
    packed = {"status": "packed", "timestamp": "2026-11-16T10:30:00Z"}
    logs = [[placed], [placed, packed]]
    write(
        file,
        "\n".join(
            json.dumps({"_id": "ord_1", "user": "cus_7", "trackingInfo": log}) for log in logs
        ),
    )
    told = await bring(file)
    assert told.out[1] == "Events: 2 recorded, 1 known before."
    assert await states(orders, "ord_1") == ["placed", "packed"]
