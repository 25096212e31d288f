"""Addresses and methods that there are not."""

from tests.support.shop import ShopBackend

NOWHERE = [
    ("GET", "/"),
    ("POST", "/webhooks"),
    ("POST", "/webhooks/orders/"),
    ("GET", "/api/v1/orders//tracking"),
    ("GET", "/api/v1/orders/a/b/tracking"),
    ("GET", "/%00"),
    ("GET", "/" + "x" * 4000),
]

OTHERWISE = [
    ("GET", "/webhooks/orders", "POST"),
    ("DELETE", "/api/v1/links", "POST"),
    ("POST", "/api/v1/orders/ord_1/tracking", "GET,HEAD"),
    ("POST", "/healthz", "GET,HEAD"),
    ("PUT", "/readyz", "GET,HEAD"),
    ("PATCH", "/metrics", "GET,HEAD"),
]


async def test_an_unknown_address_is_not_found(shop: ShopBackend) -> None:
    for method, path in NOWHERE:
        answer = await shop.api(method, path)
        assert (path, answer.status) == (path, 404)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.body == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "There is nothing at this address.",
        }


async def test_a_method_that_an_address_does_not_take_is_told_which_it_does(
    shop: ShopBackend,
) -> None:
    for method, path, allowed in OTHERWISE:
        answer = await shop.api(method, path)
        assert (path, answer.status, answer.headers["Allow"]) == (path, 405, allowed)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert answer.body["detail"] == "This address does not take that method."


async def test_updates_are_not_taken_over_http_while_the_bot_polls(shop: ShopBackend) -> None:
    answer = await shop.request(
        "POST", "/telegram", json={}, headers={"X-Telegram-Bot-Api-Secret-Token": ""}
    )
    assert answer.status == 404
