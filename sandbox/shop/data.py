"""What the sample shop sells, to whom, and how its parcels travel. Pure data and rules, no I/O."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sandbox.shop.estimates import Window, estimate, to_come
from sandbox.shop.offers import ELSEWHERE, kept_until, offered

SHOP_NAME = "Nile Coffee & Tea"

NEXT_STATUS = {
    "payment_due": "placed",
    "placed": "confirmed",
    "confirmed": "packed",
    "processing": "packed",
    "packed": "shipped",
    "shipped": "in_transit",
    "in_transit": "out_for_delivery",
    "out_for_delivery": "delivered",
    "ready_for_pickup": "delivered",
    "attempt_failed": "ready_for_pickup",
    "delayed": "out_for_delivery",
    "on_hold": "processing",
    "problem": "processing",
    "returned": "refunded",
    "cancelled": "refunded",
}
"""The state that usually follows. `delivered` and `refunded` have no next one."""


class Step(NamedTuple):
    """What the shop says about a status: a note, and a place (index on the route) or none.

    ``{until}`` in a note: the last day on which the kiosk keeps the parcel.
    """

    note: str | None
    place: int | None


STEPS = {
    "payment_due": Step("Waiting for the mobile money payment", None),
    "placed": Step(None, None),
    "confirmed": Step("Thank you, we are on it", None),
    "processing": Step("Roasting your beans today", 0),
    "packed": Step("Packed and sealed", 0),
    "shipped": Step("Handed over to the carrier", 0),
    "in_transit": Step("Arrived at the sorting centre", 1),
    "out_for_delivery": Step("The rider is on the way", 2),
    "ready_for_pickup": Step("Kept for you until {until}", 2),
    "attempt_failed": Step("Nobody opened the door; we try again tomorrow", 2),
    "delayed": Step("Heavy rain on the road, one day later than planned", 1),
    "on_hold": Step("We are checking the address with you", 0),
    "problem": Step("The label was damaged in the rain; we are printing a new one", 1),
    "delivered": Step("Handed over, thank you", 2),
    "returned": Step("Back in our shop", 0),
    "refunded": Step("Paid back the way you paid", None),
    "cancelled": Step("Cancelled as you asked", None),
}
"""All statuses of the contract, in the order in which a menu shows them."""

UNKNOWN_STATE, ITS_STAGE = "being_gift_wrapped", "processing"
"""A state that the shop posts without having mapped it, and the contract's state in its place."""

UNDER_WAY = {
    *("shipped", "in_transit", "out_for_delivery", "ready_for_pickup"),
    *("attempt_failed", "delayed", "delivered"),
}
"""The states of a parcel, if an order is sent in several parcels."""

CATALOGUE = (
    "Mount Elgon AA, whole beans 500 g",
    "Rwenzori Drugar, filter roast 250 g",
    "Bugisu espresso blend 1 kg",
    "Kabarole black tea, loose 200 g",
    "Hibiscus & lemongrass infusion",
    "Gooseneck kettle 0.9 l",
    "Ceramic dripper with 100 filters",
    "Hand grinder, steel burrs",
)
ROUTES = (
    ("Kampala", "Ntinda depot", "Bukoto, Kampala"),
    ("Kampala", "Mukono", "Jinja"),
    ("Kampala", "Masaka", "Mbarara"),
)
GUEST_MAIL = "guest@example.com"
CARRIERS = (("Pearl Parcels", "PP"), ("Crane Courier", "CC"))


@dataclass(frozen=True)
class Customer:
    """A shop account; everyone in `people` (first names, lower case) signs in to it."""

    id: str
    email: str
    people: frozenset[str]
    phone: str | None = None

    @property
    def account_hint(self) -> str:
        """Enough for the owner to recognise the account, and too little for anybody else."""
        name, _, domain = self.email.partition("@")
        return f"{name[:1]}•••@{domain}"


class Carrier(NamedTuple):
    name: str
    tracking_number: str
    tracking_url: str


@dataclass
class Order:
    """An order as the shop keeps it. `move` changes it and returns what to post about it.

    `items`: lines like `2 × Ceramic dripper`. `parcels`: which items are in which parcel.
    `carriers`: by parcel; the key None is the whole order. `arrived`: the delivered parcels.
    `stage`: the contract's state: `status`, or the state in whose place the shop's own state is.
    `site`: the base address of the links in its events; empty: there are none.
    `is_guest_s`: bought without signing in; shown in the window of `customer_id`.
    """

    number: str
    customer_id: str
    items: tuple[str, ...]
    route: tuple[str, str, str]
    is_guest_s: bool = False
    site: str = ""
    parcels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    id: str = field(default_factory=lambda: opaque_id("ord"))
    status: str = ""
    stage: str = ""
    carriers: dict[str | None, Carrier] = field(default_factory=dict)
    arrived: set[str] = field(default_factory=set)
    estimated_delivery: Window | None = None

    @property
    def next_status(self) -> str | None:
        """The next status of the order or, if it is sent in several parcels, of the next parcel."""
        if self.stage == "delivered" and self.rest:
            return "shipped"
        return NEXT_STATUS.get(self.stage)

    @property
    def rest(self) -> tuple[str, ...]:
        """The items still to be sent, once a part of the order is in a parcel."""
        sent = {_name(line) for lines in self.parcels.values() for line in lines}
        return tuple(line for line in self.items if _name(line) not in sent) if sent else ()

    def parcel_for(self, status: str) -> str | None:
        """The parcel that gets this status: the one on its way, or a new one with the rest of the
        items. None: the whole order."""
        if status not in UNDER_WAY:
            return None
        if status == "shipped" and self.rest:
            return str(len(self.parcels) + 1)
        on_its_way = [parcel for parcel in self.carriers if parcel and parcel not in self.arrived]
        return on_its_way[-1] if on_its_way else None

    @property
    def waits_at_the_kiosk(self) -> bool:
        return self.stage == "ready_for_pickup"

    @property
    def carrier(self) -> Carrier | None:
        """The carrier that was booked last."""
        return next(reversed(self.carriers.values()), None)

    def listed(self, parcel: str | None) -> list[dict[str, Any]] | None:
        """The items in the parcel. For the order itself: all items if it was just placed."""
        if parcel:
            return [_item(line) for line in self.parcels.get(parcel, ())] or None
        is_new = self.status in {"payment_due", "placed"}
        return [_item(line) for line in self.items] if is_new else None

    def move(
        self,
        status: str,
        at: datetime,
        parcel: str | None = None,
        *,
        stage: str | None = None,
        now: datetime | None = None,
    ) -> dict[str, Any]:
        """Take the order to `status` at the aware time `at`; return the webhook's `data`.

        `stage`: for a status of the shop's own, the contract's state in its place; no more is said
        about it. `now`: a later time than `at`, after which the delivery is expected.
        """
        step = STEPS.get(status, Step(None, None))
        if parcel and status == "shipped" and self.rest:
            self.parcels.setdefault(parcel, self.rest)
        if parcel and (stage or status) == "delivered":
            self.arrived.add(parcel)
        self.status = status
        self.stage = stage or status
        if status == "shipped":
            self.carriers[parcel] = _book_carrier(self.site or ELSEWHERE)
        carrier = self.carriers.get(parcel)
        window = estimate(self.stage, self.estimated_delivery, at)
        self.estimated_delivery = to_come(window, now) if window and now else window
        data = {
            "order_id": self.id,
            "customer_id": None if self.is_guest_s else self.customer_id,
            "contact": {"email": GUEST_MAIL} if self.is_guest_s else None,
            "order_number": self.number,
            "status": status,
            "occurred_at": iso(at),
            "parcel": parcel,
            "note": step.note and step.note.format(until=kept_until(at)),
            "location": None if step.place is None else self.route[step.place],
            "carrier": carrier and carrier._asdict(),
            "estimated_delivery": self.estimate_as_dict(),
            "items": self.listed(parcel),
            **offered(self, status, at),
        }
        return {name: value for name, value in data.items() if value is not None}

    def estimate_as_dict(self) -> dict[str, str] | None:
        if self.estimated_delivery is None:
            return None
        earliest, latest = self.estimated_delivery
        return {"earliest": iso(earliest), "latest": iso(latest)}


def _name(line: str) -> str:
    return line.split(" × ", 1)[1]


def _item(line: str) -> dict[str, Any]:
    quantity, name = line.split(" × ", 1)
    return {"name": name, "quantity": int(quantity)}


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def opaque_id(prefix: str) -> str:
    """An id that reveals nothing and cannot be guessed, such as `ord_8f3k2m9x4c7d`."""
    alphabet = "23456789abcdefghjkmnpqrstuvwxyz"
    return f"{prefix}_" + "".join(secrets.choice(alphabet) for _ in range(12))


def _book_carrier(site: str) -> Carrier:
    name, code = secrets.choice(CARRIERS)
    number = f"{code}{secrets.randbelow(10**8):08d}UG"
    return Carrier(name, number, f"{site}/carrier/{number}")


def random_order(
    number: str, customer_id: str, *, is_guest_s: bool = False, site: str = ""
) -> Order:
    items = {secrets.choice(CATALOGUE) for _ in range(2)}
    counted = tuple(f"{1 + secrets.randbelow(3)} × {item}" for item in sorted(items))
    return Order(number, customer_id, counted, secrets.choice(ROUTES), is_guest_s, site)
