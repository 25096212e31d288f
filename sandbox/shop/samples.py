"""The sample shop's data at the start: two accounts, and what happened before."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sandbox.shop.data import CATALOGUE, ROUTES, Customer, Order, opaque_id
from sandbox.shop.estimates import daytime


class Past(NamedTuple):
    """One thing that happened before the demo began, at a time of the shop's day."""

    days_ago: int
    clock: str
    status: str
    parcel: str | None = None

    def at(self, now: datetime) -> datetime:
        hour, minute = map(int, self.clock.split(":"))
        return daytime(now, days=-self.days_ago, hour=hour) + timedelta(minutes=minute)


def sample_customers() -> tuple[Customer, ...]:
    """Alice and bob share an account, charlie has his own. The ids are new in every run."""
    return (
        Customer(
            opaque_id("cus"), "alice@example.com", frozenset({"alice", "bob"}), "+256700000001"
        ),
        Customer(opaque_id("cus"), "charlie@example.com", frozenset({"charlie"}), "+256700000003"),
    )


def sample_orders(
    customers: tuple[Customer, ...],
) -> list[tuple[Order, tuple[Past, ...]]]:
    """Orders with their history, oldest event first, for the two accounts of `sample_customers`."""
    household, charlie = (customer.id for customer in customers[:2])
    return [
        (
            Order("1001", household, (f"2 × {CATALOGUE[0]}", f"1 × {CATALOGUE[5]}"), ROUTES[0]),
            (
                Past(9, "08:12", "placed"),
                Past(9, "08:13", "confirmed"),
                Past(8, "16:40", "packed"),
                Past(7, "10:05", "shipped", "1"),
                Past(7, "17:30", "shipped", "2"),
                Past(6, "14:21", "delivered", "1"),
                Past(5, "11:02", "delivered", "2"),
            ),
        ),
        (
            Order(
                "1002",
                household,
                (
                    f"2 × {CATALOGUE[1]}",
                    f"1 × {CATALOGUE[5]}",
                    f"1 × {CATALOGUE[6]}",
                    f"3 × {CATALOGUE[4]}",
                ),
                ROUTES[1],
                parcels={"1": (f"2 × {CATALOGUE[1]}", f"1 × {CATALOGUE[6]}")},
            ),
            (
                Past(6, "18:20", "placed"),
                Past(6, "18:21", "confirmed"),
                Past(1, "12:30", "shipped", "1"),
            ),
        ),
        (
            Order("1004", household, (f"1 × {CATALOGUE[2]}",), ROUTES[1]),
            (
                Past(3, "19:26", "placed"),
                Past(3, "19:27", "confirmed"),
                Past(2, "11:15", "packed"),
                Past(1, "09:40", "shipped"),
                Past(1, "18:05", "in_transit"),
            ),
        ),
        (
            Order("1003", charlie, (f"3 × {CATALOGUE[3]}", f"1 × {CATALOGUE[4]}"), ROUTES[2]),
            (
                Past(4, "13:50", "placed"),
                Past(4, "13:51", "confirmed"),
                Past(3, "09:30", "packed"),
                Past(2, "15:10", "shipped"),
                Past(1, "17:45", "delayed"),
            ),
        ),
        (
            Order("1005", household, (f"1 × {CATALOGUE[6]}",), ROUTES[0]),
            (
                Past(4, "12:10", "placed"),
                Past(4, "12:11", "confirmed"),
                Past(3, "10:20", "packed"),
                Past(1, "08:45", "ready_for_pickup"),
            ),
        ),
        (
            Order(
                "1006",
                household,
                (f"4 × {CATALOGUE[0]}", f"1 × {CATALOGUE[3]}"),
                ROUTES[2],
                parcels={
                    "1": (f"3 × {CATALOGUE[0]}",),
                    "2": (f"1 × {CATALOGUE[0]}", f"1 × {CATALOGUE[3]}"),
                },
            ),
            (
                Past(3, "21:02", "placed"),
                Past(3, "21:03", "confirmed"),
                Past(2, "14:00", "shipped", "1"),
                Past(2, "16:30", "shipped", "2"),
                Past(1, "10:15", "delivered", "1"),
                Past(1, "11:40", "in_transit", "2"),
            ),
        ),
        (
            Order("1007", household, (f"1 × {CATALOGUE[7]}", f"2 × {CATALOGUE[1]}"), ROUTES[0]),
            (
                Past(1, "20:31", "placed"),
                Past(1, "20:32", "confirmed"),
            ),
        ),
    ]
