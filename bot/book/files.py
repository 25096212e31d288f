"""The book as a file: an order is a line of JSON, or one or more rows of CSV."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from bot.book.exports import Export
from bot.services.orders.booked import FieldMap, WrongRecord

_SEPARATORS = ",;\t|"

Record = Mapping[str, Any] | str
"""The record; or, as text, why there is none."""
EMPTY: Mapping[str, Any] = {}


class CannotRead(Exception):
    """Its text is one line: why the book cannot be read, and what would be right."""


def records_of(
    path: Path, fields: FieldMap, export: Export | None = None
) -> Iterator[tuple[str, Record]]:
    """(place, record), in the file's order. ``export``: of the system that wrote the file, if one
    did. Raises `CannotRead`.
    """
    with _explained(path):
        if export:
            yield from _exported(path, export)
        elif path.suffix == ".csv":
            yield from _orders_of_csv(path, fields)
        else:
            yield from _lines_of_json(path)


def columns_of(path: Path) -> list[str]:
    """The names of a CSV file's columns. Raises `CannotRead`."""
    with _explained(path), path.open(encoding="utf-8-sig", newline="") as file:
        return _head(file)[1]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotRead(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CannotRead(f"{path.name} is not UTF-8: export it as that") from None


def _exported(path: Path, export: Export) -> Iterator[tuple[str, Record]]:
    """An order may be a row for each of its items, with all of it in each, or in the first only."""
    is_table = path.suffix == ".csv"
    began, order, items = "", EMPTY, []
    for place, record in _rows_of(path) if is_table else _lines_of_json(path):
        read = _read(record, export)
        if order and read in (EMPTY, order):
            items += _items(record, export)
            continue
        if order:
            yield began, export.with_items(order, items)
        began, order, items = place, EMPTY, []
        if isinstance(read, str):
            yield place, read
        elif read:
            order, items = read, _items(record, export)
    if order:
        yield began, export.with_items(order, items)


def _read(record: Record, export: Export) -> Record:
    if isinstance(record, str):
        return record
    try:
        return export.read(record)
    except WrongRecord as wrong:
        return str(wrong)


def _items(record: Record, export: Export) -> list[Mapping[str, Any]]:
    return [] if isinstance(record, str) else export.items(record)


def _rows_of(path: Path) -> Iterator[tuple[str, Record]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        separator, columns = _head(file)
        for line, row in _rows(file, path.name, columns, separator):
            yield f"line {line}", {column: cell for column, cell in row.items() if column}


def _lines_of_json(path: Path) -> Iterator[tuple[str, Record]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if text := line.removeprefix(b"\xef\xbb\xbf").strip():
                yield f"line {number}", _json(text)


def _json(text: bytes) -> Record:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else "it should be an object in JSON, on a line"


def _orders_of_csv(path: Path, fields: FieldMap) -> Iterator[tuple[str, Record]]:
    """Rows of the same order are its steps, anywhere in the file. All are held in memory."""
    orders: dict[object, list[dict[str, str]]] = {}
    places: dict[object, str] = {}
    wrong: dict[object, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        separator, columns = _head(file)
        for needed in (fields.order_id, fields.customer_id):
            if needed not in columns:
                raise CannotRead(
                    f"{path.name} has no column {needed}: "
                    "say which it is with --map order_id=…,customer_id=…"
                )
        for line, row in _rows(file, path.name, columns, separator):
            order = row.get(fields.order_id, "").strip() or line
            if isinstance(row.pop("", None), list):
                wrong[order] = f"line {line} has more cells than there are columns"
            orders.setdefault(order, []).append(row)
            places.setdefault(order, f"line {line}")
    for order, rows in orders.items():
        yield places[order], wrong.get(order) or _as_one(rows, fields)


def _head(file: IO[str]) -> tuple[str, list[str]]:
    """(the separator, the columns' names)"""
    header = file.readline()
    separator = max(_SEPARATORS, key=header.count)
    return separator, [c.strip() for c in next(csv.reader([header], delimiter=separator), [])]


def _rows(
    file: IO[str], name: str, columns: Sequence[str], separator: str
) -> Iterator[tuple[int, dict[str, Any]]]:
    """(first line, row). Surplus cells are a list under an empty name."""
    rows = csv.DictReader(file, columns, restkey="", restval="", delimiter=separator)
    line = 2
    try:
        for row in rows:
            yield line, row
            line = rows.line_num + 2
    except csv.Error as error:
        raise CannotRead(f"{name}, line {line} is not CSV: {error}") from None


def _as_one(rows: list[dict[str, str]], fields: FieldMap) -> Record:
    """The record as in a shop's database. Each row with the time of a step is a step."""
    order: dict[str, Any] = {}
    for row in rows:
        order |= {column: cell for column, cell in row.items() if not order.get(column)}
    steps = [row for row in rows if row.get(fields.step_at, "").strip()]
    if steps and fields.status == fields.step_status:
        del order[fields.status]
    return order | {fields.steps: steps}
