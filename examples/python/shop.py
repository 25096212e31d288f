"""A small shop whose customers follow their orders in Telegram. See README.md."""

import base64
import hashlib
import hmac
import json
import logging
import os
import random
import sqlite3
import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from html import escape
from typing import Annotated, Literal

import httpx
import segno
from fastapi import FastAPI, Path, status
from fastapi.responses import HTMLResponse, RedirectResponse

TRACKLINE_URL = os.environ["TRACKLINE_URL"]
WEBHOOK_SECRET = os.environ["WEBHOOK_SECRET"]
API_KEY = os.environ["API_KEY"]
DATABASE = os.environ.get("DATABASE", "shop.db")

STEPS = ["Order placed", "Packed", "Shipped", "Out for delivery", "Delivered"]
GOODS = ["Sipi Falls, 250 g", "Rwenzori, 500 g", "Kisoro dark roast, 1 kg", "Paper filters"]
# A real shop has accounts and a sign-in. Here anybody can choose any account.
Customer = Literal["alice", "bob"]
CUSTOMERS: dict[Customer, tuple[str, str]] = {
    "alice": ("cus_alice", "a•••@example.com"),
    "bob": ("cus_bob", "b•••@example.com"),
}

log = logging.getLogger("uvicorn.error")


# Trackline: two requests. Copy these.


def post_event(webhook_id: str, body: str) -> httpx.Response:
    """Post one event, signed as Standard Webhooks 1.0. A 2xx means: Trackline has stored it."""
    timestamp = str(int(time.time()))
    key = base64.b64decode(WEBHOOK_SECRET.removeprefix("whsec_"))
    signature = hmac.digest(key, f"{webhook_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(signature).decode(),
    }
    return httpx.post(
        f"{TRACKLINE_URL}/webhooks/orders", content=body.encode(), headers=headers, timeout=10
    )


def connect_link(customer_id: str, account_hint: str) -> dict[str, str]:
    """A one-time link for the customer who is signed in: `{url, code, expires_at}`."""
    answer = httpx.post(
        f"{TRACKLINE_URL}/api/v1/links",
        json={"customer_id": customer_id, "account_hint": account_hint},
        headers={"Authorization": f"Bearer {API_KEY}"},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json()


# Orders and their outbox: in one transaction, so that no event is lost if the process dies.

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT NOT NULL, items TEXT NOT NULL,
    step INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS steps (number INTEGER NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, webhook_id TEXT NOT NULL,
    body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, send_after REAL NOT NULL DEFAULT 0,
    refused TEXT);
INSERT INTO sqlite_sequence (name, seq) SELECT 'orders', 2000
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orders');
"""


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(DATABASE, timeout=10)
    connection.row_factory = sqlite3.Row
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def place_order(customer: Customer, items: list[str]) -> None:
    with transaction() as db:
        inserted = db.execute(
            "INSERT INTO orders (customer, items) VALUES (?, ?)", (customer, ", ".join(items))
        )
        happened(db, inserted.lastrowid, customer, step=0)


def move_on(number: int, step: int) -> None:
    with transaction() as db:
        moved = db.execute(
            "UPDATE orders SET step = ? WHERE number = ? AND step = ? RETURNING customer",
            (step, number, step - 1),
        ).fetchall()
        if moved:  # otherwise somebody else has moved it already
            happened(db, number, moved[0]["customer"], step)


def happened(db: sqlite3.Connection, number: int, customer: Customer, step: int) -> None:
    """Write the step and its event. The event's id and body are made only once."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    data = {
        "order_id": f"python_{number}",
        "customer_id": CUSTOMERS[customer][0],
        "order_number": str(number),
    }
    kind = "order.created"
    if step:
        kind, data["status"] = "order.status_changed", STEPS[step]
    body = json.dumps({"type": kind, "timestamp": now, "data": data})
    db.execute("INSERT INTO steps VALUES (?, ?, ?)", (number, STEPS[step], now))
    db.execute(
        "INSERT INTO outbox (number, webhook_id, body) VALUES (?, ?, ?)",
        (number, f"msg_{uuid.uuid4().hex}", body),
    )


# The sender: at least once, and in order for each order.

DUE = """
SELECT * FROM outbox WHERE send_after <= ?
AND seq IN (SELECT min(seq) FROM outbox WHERE refused IS NULL GROUP BY number)
ORDER BY send_after, seq LIMIT 100
"""


def keep_sending(stop: threading.Event) -> None:
    while not stop.wait(0.25):
        try:
            while send_what_is_due():
                pass
        except sqlite3.Error:
            log.exception("The outbox was not read")


def send_what_is_due() -> bool:
    """One round. Returns whether there may be more. It ends at the first error."""
    with transaction() as db:
        due = db.execute(DUE, (time.time(),)).fetchall()
    return bool(due) and all(send(event) for event in due)


def send(event: sqlite3.Row) -> bool:
    """Send an event. Returns whether it is finished: accepted, or refused for good."""
    try:
        answer = post_event(event["webhook_id"], event["body"])
    except httpx.HTTPError as error:
        return put_off(event, type(error).__name__)
    if answer.is_success:
        settle(event, "DELETE FROM outbox WHERE seq = ?")
        return True
    why = f"{answer.status_code} {answer.text}"
    if is_final(answer.status_code):
        log.error("Trackline refuses an event of order %s: %s", event["number"], why)
        settle(event, "UPDATE outbox SET refused = ? WHERE seq = ?", why)
        return True
    after = answer.headers.get("Retry-After", "")
    return put_off(event, why, at_least=int(after) if after.isdecimal() else 0)


def is_final(code: int) -> bool:
    """401 is not final: the event is right, and goes once the secret in the settings is."""
    return 400 <= code < 500 and code not in (401, 408, 429)


def put_off(event: sqlite3.Row, why: str, at_least: int = 0) -> bool:
    wait = max(at_least, min(0.25 * 2 ** min(event["attempts"], 8), 60))
    log.warning("Order %s is told of again in %s s: %s", event["number"], wait, why)
    sql = "UPDATE outbox SET attempts = attempts + 1, send_after = ? WHERE seq = ?"
    settle(event, sql, time.time() + wait)
    return False


def settle(event: sqlite3.Row, sql: str, *values: object) -> None:
    with transaction() as db:
        db.execute(sql, (*values, event["seq"]))


# The shop's page


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    with transaction() as db:
        db.executescript(SCHEMA)
    stop = threading.Event()
    sender = threading.Thread(target=keep_sending, args=(stop,), daemon=True)
    sender.start()
    yield
    stop.set()
    sender.join(timeout=15)


app = FastAPI(title="Nile Coffee", lifespan=lifespan)


@app.get("/", response_class=HTMLResponse)
def show(customer: Customer = "alice") -> str:
    return page(customer)


@app.post("/orders")
def order(customer: Customer) -> RedirectResponse:
    place_order(customer, random.sample(GOODS, 2))
    return back(customer)


@app.post("/orders/{number}/{step}")
def move(
    number: int, step: Annotated[int, Path(ge=1, lt=len(STEPS))], customer: Customer
) -> RedirectResponse:
    """In a real shop, the staff does this. The step is named, so a second click does nothing."""
    move_on(number, step)
    return back(customer)


@app.post("/connect", response_class=HTMLResponse)
def connect(customer: Customer) -> str:
    """The link is for the customer who is signed in, never for one that the browser names."""
    link = connect_link(*CUSTOMERS[customer])
    qr = segno.make(link["url"], micro=False).svg_data_uri(scale=4, light="#fff")
    return page(
        customer,
        f'<p><img src="{qr}" alt="QR code of the link"><br>Scan this with your phone, or '
        f'<a href="{escape(link["url"])}">open Telegram here</a>, '
        f"or send our bot: <code>/link {escape(link['code'])}</code></p>",
    )


def back(customer: Customer) -> RedirectResponse:
    return RedirectResponse(f"/?customer={customer}", status.HTTP_303_SEE_OTHER)


def page(customer: Customer, more: str = "") -> str:
    with transaction() as db:
        orders = db.execute(
            "SELECT *, (SELECT count(*) FROM outbox o WHERE o.number = orders.number"
            " AND refused IS NULL) AS waiting FROM orders WHERE customer = ? ORDER BY number DESC",
            (customer,),
        ).fetchall()
        steps = {
            order["number"]: db.execute(
                "SELECT * FROM steps WHERE number = ?", (order["number"],)
            ).fetchall()
            for order in orders
        }
    people = " · ".join(f'<a href="/?customer={name}">{name}</a>' for name in CUSTOMERS)
    return (
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>Nile Coffee</title><style>body{max-width:40rem;margin:2rem auto;padding:0 1rem;"
        "font:16px/1.5 system-ui}form{display:inline}article{border-top:1px solid #ccc}</style>"
        f"<h1>Nile Coffee</h1><p>You are <b>{escape(customer)}</b> ({people})</p>"
        + button(f"/orders?customer={customer}", "Order something")
        + button(f"/connect?customer={customer}", "Connect Telegram")
        + more
        + "".join(card(order, steps[order["number"]]) for order in orders)
    )


def card(order: sqlite3.Row, steps: list[sqlite3.Row]) -> str:
    number, next_step = order["number"], order["step"] + 1
    past = "".join(f"<li>{escape(step['status'])} <small>{step['at']}</small>" for step in steps)
    waiting = f"<p class=waiting>{order['waiting']} to tell Trackline</p>"
    move = f"/orders/{number}/{next_step}?customer={order['customer']}"
    return (
        f'<article data-order="{number}"><h3>#{number} {escape(order["items"])}</h3>'
        f"<ol>{past}</ol>{waiting if order['waiting'] else ''}"
        f"{button(move, f'→ {STEPS[next_step]}') if next_step < len(STEPS) else ''}</article>"
    )


def button(action: str, label: str) -> str:
    return f'<form method="post" action="{escape(action)}"><button>{escape(label)}</button></form> '
