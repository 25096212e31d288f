"""The signature of Shopify's app proxy, and what must not get by it."""

from urllib.parse import parse_qsl

import pytest

from handlers.web.shops.shopify.proxy import Query, signature, visit
from handlers.web.signature import TOLERANCE, BadSignature

SECRET = "hush"
NOW = 1_317_327_555
PUBLISHED = (
    "extra=1&extra=2&shop=shop-name.myshopify.com&logged_in_customer_id={customer}"
    "&path_prefix=%2Fapps%2Fawesome_reviews&timestamp=1317327555"
)


def signed(query: str, *, secret: str = SECRET) -> Query:
    """As Shopify forwards it."""
    given = parse_qsl(query, keep_blank_values=True)
    return [*given, ("signature", signature(given, secret))]


def of(customer: str = "1", more: str = "", **changes: str) -> str:
    usual = {
        "shop": "shop-name.myshopify.com",
        "logged_in_customer_id": customer,
        "path_prefix": "/apps/telegram",
        "timestamp": str(NOW),
    }
    given = "&".join(f"{name}={value}" for name, value in (usual | changes).items())
    return f"{more}&{given}" if more else given


@pytest.mark.parametrize(
    ("customer", "published"),
    [
        ("1", "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
        ("", "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"),
    ],
)
def test_the_examples_of_shopify_s_documentation_come_out(customer: str, published: str) -> None:
    """shopify.dev, "Authenticate app proxies"; a repeated name has its values in one place."""
    query = parse_qsl(PUBLISHED.format(customer=customer), keep_blank_values=True)
    assert signature(query, SECRET) == published


def test_a_visit_is_who_is_logged_in_and_where() -> None:
    found = visit(signed(of("7200000000000000021")), ["older-secret-of-it", SECRET], NOW)
    assert (found.customer_id, found.order) == ("7200000000000000021", None)
    assert (found.path, found.by) == ("/apps/telegram", 1)
    token = "a" * 32
    guest = visit(signed(of("", f"order={token}&utm_source=mail")), [SECRET], NOW)
    assert (guest.customer_id, guest.order) == (None, token)
    assert visit(signed(of("", "order=")), [SECRET], NOW).order is None


@pytest.mark.parametrize("seconds", [-TOLERANCE, 0, TOLERANCE])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    assert visit(signed(of()), [SECRET], NOW + seconds)


@pytest.mark.parametrize(
    "query",
    [
        of(shop="evil.example"),
        of("1x"),
        of("-1"),
        of(path_prefix="//evil.example"),
        of(path_prefix="https://evil.example"),
        of(timestamp=str(NOW - TOLERANCE - 1)),
        of(timestamp=str(NOW + TOLERANCE + 1)),
        of(timestamp="now"),
        of(timestamp="9" * 400),
        of("1", "order=short"),
        of("1", "utm_source=a%3Db"),
        of("1", "extra=1"),
        of("1", "logged_in_customer_id=2"),
        of("1", "shop=shop-name.myshopify.com"),
        of("1", "timestamp=1"),
        of("1", "signature=" + "0" * 64),
        of().replace("logged_in_customer_id=1&", ""),
        of().replace("shop=shop-name.myshopify.com&", ""),
        "",
    ],
)
def test_what_is_not_as_shopify_sends_it_is_refused_though_it_is_signed(query: str) -> None:
    with pytest.raises(BadSignature):
        visit(signed(query), [SECRET], NOW)


@pytest.mark.parametrize("given", ["", "0" * 64, "é" * 64, "4c68", None])
def test_what_is_signed_by_nobody_whom_we_know_is_refused(given: str | None) -> None:
    query = [*parse_qsl(of(), keep_blank_values=True)]
    with pytest.raises(BadSignature):
        visit([*query, ("signature", given)] if given is not None else query, [SECRET], NOW)
    with pytest.raises(BadSignature):
        visit(signed(of(), secret="another"), [SECRET], NOW)


@pytest.mark.parametrize(
    "moved",
    [
        "a=x&logged_in_customer_id=7&m=logged_in_customer_id%3D",
        "a=x&logged_in_customer_id=7&m=l&ogged_in_customer_id=",
    ],
)
def test_a_piece_of_a_value_that_is_moved_makes_nobody_else(moved: str) -> None:
    """Shopify signs what charlie asks for, as nobody; the same signature fits another query."""
    asked_for = signed(of("", "a=xlogged_in_customer_id%3D7m%3D"))
    rest = of("").replace("logged_in_customer_id=&", "")
    forged = signed(f"{moved}&{rest}")
    assert dict(forged)["signature"] == dict(asked_for)["signature"]
    with pytest.raises(BadSignature):
        visit(forged, [SECRET], NOW)
