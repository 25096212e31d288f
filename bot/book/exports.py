"""Reads orders in exports of Shopify and WooCommerce as records of a shop's database."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.services.orders.booked import FieldMap, WrongRecord, value_at

Record = Mapping[str, Any]

ITEMS = "line_items"
"""The field with an order's items in JSON, each with a ``name`` and a ``quantity``."""
_OURS = FieldMap()
_ROUNDED = re.compile(r"\d[.,]\d+e\+?\d+", re.IGNORECASE)
"""A long number after a spreadsheet has rounded it: ``5.41332E+12``."""


@dataclass(frozen=True)
class Export:
    """``system``: its name. ``names``: each of our fields → its names there, likeliest first.

    ``state``: our fields → the order's state in the system's words.
    """

    system: str
    names: Mapping[str, Sequence[str]]
    state: Callable[[Mapping[str, str]], str]

    def named(self, names: Mapping[str, str]) -> "Export":
        """The same with the operator's own names of fields, which come first."""
        found = {field: (name, *self.names.get(field, ())) for field, name in names.items()}
        return Export(self.system, {**self.names, **found}, self.state)

    def warns_of(self, columns: Collection[str]) -> Iterator[str]:
        if not {*columns} & {*self.names["customer_id"]}:
            yield (
                f"It has no customers' ids, by which {self.system} calls them in its webhooks, and "
                "an e-mail is none: all its orders come in as guests', each until a webhook says "
                "whose it is. If a column has the id, name it with --map customer_id=…"
            )

    def read(self, record: Record) -> Record:
        """The record in a shop's usual schema. Empty: it is only one more item of an order.

        Raises `WrongRecord`.
        """
        given = {field: self._value(record, field) for field in self.names}
        if not (given["order_id"] or given["created_at"]):
            return {}
        if any(_ROUNDED.fullmatch(given[field]) for field in ("order_id", "customer_id")):
            raise WrongRecord("a spreadsheet has rounded an id of it: export it once more")
        if is_mail(given["customer_id"]):
            raise WrongRecord(f"the customer's id is an e-mail: {self.system} calls them otherwise")
        made_at, shipped_at = given["created_at"], given["shipped_at"]
        now_at = given["ended_at"] or given["updated_at"] or shipped_at or made_at
        dated = {"placed": made_at, "shipped": shipped_at} if now_at != made_at else {}
        return {
            _OURS.order_id: given["order_id"],
            _OURS.customer_id: "" if given["customer_id"] == "0" else given["customer_id"],
            _OURS.order_number: given["order_number"],
            _OURS.status: self.state(given),
            _OURS.updated_at: now_at,
            _OURS.email: given["email"],
            _OURS.phone: given["phone"],
            _OURS.steps: [{"status": word, "timestamp": at} for word, at in dated.items() if at],
        }

    def items(self, record: Record) -> list[Record]:
        """The items in the record: all of the order's, or the single one of a row."""
        lines = value_at(record, ITEMS)
        name, quantity = (self._value(record, field) for field in ("item_name", "item_quantity"))
        if not isinstance(lines, list):
            return [{_OURS.item_name: name, _OURS.item_quantity: quantity}] if name else []
        return [line for line in lines if isinstance(line, Mapping)]

    def with_items(self, order: Record, items: Sequence[Record]) -> Record:
        return {**order, _OURS.items: items}

    def _value(self, record: Record, field: str) -> str:
        """The first value that is there.

        An id may be in an address, or after a spreadsheet's ``'``.
        """
        found = (value_at(record, name) for name in self.names[field])
        value = next((str(value).strip() for value in found if value is not None), "")
        return value.lstrip("'").rpartition("/")[2] if field.endswith("_id") else value


def is_mail(customer_id: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+", customer_id) is not None


def _shopify(given: Mapping[str, str]) -> str:
    if given["cancelled_at"]:
        return "cancelled"
    paid, sent = given["payment"].casefold(), given["status"].casefold()
    if paid == "refunded":
        return paid
    if sent in {"fulfilled", "partial"}:
        return "fulfilled" if sent == "fulfilled" else "open"
    return "pending" if paid == "pending" else "unfulfilled"


def _woocommerce(given: Mapping[str, str]) -> str:
    return given["status"].casefold().removeprefix("wc-")


SHOPIFY = Export(
    "shopify",
    {
        "order_id": ("Id", "id"),
        "customer_id": ("Customer ID", "Customer Id", "customer.id", "customer_id"),
        "order_number": ("Name", "name"),
        "status": ("Fulfillment Status", "fulfillment_status"),
        "payment": ("Financial Status", "financial_status"),
        "created_at": ("Created at", "created_at"),
        "shipped_at": ("Fulfilled at",),
        "cancelled_at": ("Cancelled at", "cancelled_at"),
        "ended_at": ("Cancelled at", "cancelled_at"),
        "updated_at": ("Updated at", "updated_at"),
        "email": ("Email", "email"),
        "phone": ("Phone", "phone", "Shipping Phone", "Billing Phone"),
        "item_name": ("Lineitem name",),
        "item_quantity": ("Lineitem quantity",),
    },
    _shopify,
)
WOOCOMMERCE = Export(
    "woocommerce",
    {
        "order_id": ("order_id", "Order ID", "id", "ID", "Order Number", "Order #"),
        "customer_id": ("customer_id", "Customer ID", "customer_user", "Customer User ID"),
        "order_number": ("order_number", "Order Number", "number", "Order #"),
        "status": ("status", "order_status", "Order Status", "Status"),
        "created_at": (
            *("date_created_gmt", "date_created", "order_date", "Order Date", "date", "Date"),
        ),
        "shipped_at": (),
        "ended_at": ("date_completed_gmt", "date_completed", "completed_date", "Completed Date"),
        "updated_at": ("date_modified_gmt", "date_modified", "modified_date"),
        "email": ("billing_email", "Email (Billing)", "customer_email", "billing.email"),
        "phone": ("billing_phone", "Phone (Billing)", "billing.phone"),
        "item_name": ("item_name", "Item Name", "product_name", "Product Name"),
        "item_quantity": ("item_quantity", "Item Quantity", "quantity", "Quantity"),
    },
    _woocommerce,
)
EXPORTS = {export.system: export for export in (SHOPIFY, WOOCOMMERCE)}
