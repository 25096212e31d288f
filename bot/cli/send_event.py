"""`send-event`: signs and posts an order event, as a shop's backend does."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from standardwebhooks import Webhook

from bot.cli.calling import Url, access_or_refusal, address, first_of, post
from bot.cli.running import run_to_end
from bot.services.orders.noticed import MEND, is_unknown
from bot.services.orders.statuses import canonical
from bot.settings import Settings


@dataclass(frozen=True)
class NewEvent:
    """The event to post. ``kind``: its type; None: the usual one for the given fields."""

    order_id: str
    status: str | None = None
    kind: str | None = None
    customer: str | None = None
    number: str | None = None
    note: str | None = None
    parcel: str | None = None
    notify: bool = True

    def body(self, now: datetime) -> bytes:
        data = {
            "order_id": self.order_id,
            "status": self.status,
            "customer_id": self.customer,
            "order_number": self.number,
            "note": self.note,
            "parcel": self.parcel,
            "notify": self.notify,
        }
        event = {
            "type": self.type,
            "timestamp": now.isoformat(),
            "data": {name: value for name, value in data.items() if value is not None},
        }
        return json.dumps(event).encode()

    @property
    def type(self) -> str:
        if self.kind:
            return self.kind
        if self.customer:
            return "order.created"
        return "order.status_changed" if self.status else "order.updated"


def send(  # noqa: PLR0913, PLR0917 - typer's way of options
    order_id: str,
    status: Annotated[str | None, typer.Argument(show_default=False)] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's id.")] = None,
    number: Annotated[str | None, typer.Option(help="The order number that customers see.")] = None,
    note: str | None = None,
    parcel: str | None = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Default: order.created with --customer, …")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Record it without notifying anybody.")
    ] = False,
    url: Url = None,
    secret: Annotated[
        str | None,
        typer.Option(envvar="WEBHOOK_SECRET", help="Default: the first of WEBHOOK_SECRETS."),
    ] = None,
) -> None:
    """Post an order event to a running service, signed as a shop does it."""
    settings = access_or_refusal()
    secret = secret or first_of("WEBHOOK_SECRETS", settings.webhook_secrets)
    new_event = NewEvent(
        order_id, status, kind, customer, number=number, note=note, parcel=parcel, notify=not quiet
    )
    run_to_end(send_event(new_event, url=url or address(settings), secret=secret))
    if status and (word := _unknown(status, settings)):
        typer.echo(
            f"{word} is no state that is known: customers read it as it is. {MEND}.", err=True
        )


def _unknown(status: str, settings: Settings) -> str | None:
    """The state as it is recorded, if the settings of this machine do not name it."""
    word = canonical(status, settings.words_for_states)
    return word if is_unknown(word, settings.named_states) else None


async def send_event(new_event: NewEvent, *, url: str, secret: str) -> None:
    """Prints the answer. Raises `CommandFailed`, and `typer.Exit` with 1 if it is a refusal."""
    now = datetime.now(UTC)
    body, event_id = new_event.body(now), f"msg_{uuid.uuid4().hex}"
    try:
        signature = Webhook(secret).sign(event_id, now, body.decode())
    except ValueError:
        raise typer.BadParameter("the secret is not whsec_ and base64") from None
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    answer = await post(url, "/webhooks/orders", body, headers)
    if not answer.is_success:
        typer.echo(answer.refusal, err=True)
        raise typer.Exit(1)
    typer.echo(f"{answer.status}: {answer.body.get('result')}, as {event_id}")
