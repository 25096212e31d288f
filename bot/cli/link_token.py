"""`link-token`: asks for a customer's one-time link, as a shop's backend does."""

import json
import sys
from typing import Annotated

import segno
import typer

from bot.cli.calling import Url, access_or_refusal, address, bearer, first_that_may, post
from bot.cli.running import run_to_end
from bot.services.shop.keys import Scope


def link(
    customer_id: str,
    hint: Annotated[
        str | None, typer.Option(help="The account as the customer knows it: a•••@example.com")
    ] = None,
    url: Url = None,
    key: Annotated[
        str | None,
        typer.Option(envvar="API_KEY", help="Default: the first of API_KEYS that may link."),
    ] = None,
) -> None:
    """Ask a running service for a customer's one-time link; on a terminal, to scan as well."""
    settings = access_or_refusal()
    key = key or first_that_may(Scope.LINK, settings.api_keys)
    run_to_end(link_token(customer_id, hint, url=url or address(settings), key=key))


async def link_token(customer_id: str, hint: str | None, *, url: str, key: str) -> None:
    """Prints the link, its code and, on a terminal, a QR code of the link.

    Raises `CommandFailed`, and `typer.Exit` with 1 if it is refused.
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
