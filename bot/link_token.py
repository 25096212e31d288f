"""`link-token`: a one-time link for a customer, as a shop's backend asks for it."""

import json
import sys

import segno
import typer

from bot.calling import bearer, post


async def link_token(customer_id: str, hint: str | None, *, url: str, key: str) -> None:
    """Prints the link, its code and, on a terminal, the link to scan.

    Raises `CannotStart`; `typer.Exit` with 1 if it is refused.
    """
    body = json.dumps({"customer_id": customer_id, "account_hint": hint}).encode()
    headers = {"Authorization": f"Bearer {bearer(key)}"}
    answer = await post(url, "/api/v1/links", body, headers)
    if not answer.is_success:
        typer.echo(answer.refusal, err=True)
        raise typer.Exit(1)
    offer = answer.body
    typer.echo(f"{offer['url']}\nor typed: /link {offer['code']}\nuntil {offer['expires_at']}")
    if sys.stdout.isatty():
        segno.make_qr(offer["url"]).terminal(compact=True)
