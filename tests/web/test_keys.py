"""Keys of the REST API: each has a name, and may do what its scopes say."""

import pytest
from pydantic import SecretStr

from bot.services.shop.keys import ApiKey, Scope
from bot.settings import Settings
from tests.support.shop import Answer, ShopBackend

SECRETS = {
    "reader": "reader-0123456789abcdef",
    "writer": "writer-0123456789abcdef",
    "linker": "linker-0123456789abcdef",
    "both": "both-0123456789abcdef:+=",
    "key 5": "everything-0123456789",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    keys = [
        f"reader:read:{SECRETS['reader']}",
        f"writer:write:{SECRETS['writer']}",
        f"linker:link:{SECRETS['linker']}",
        f"both:read+write:{SECRETS['both']}",
        SECRETS["key 5"],
    ]
    return settings.model_copy(update={"api_keys": [SecretStr(key) for key in keys]})


async def asked(shop: ShopBackend, key: str, method: str, path: str, **request: object) -> Answer:
    shop.api_key = SECRETS[key]
    return await shop.api(method, path, **request)


async def test_a_key_may_do_what_its_scopes_say_and_no_more(shop: ShopBackend) -> None:
    may = {
        "reader": {"read"},
        "writer": {"write"},
        "linker": {"link"},
        "both": {"read", "write"},
        "key 5": {"read", "write", "link"},
    }
    link = {"json": {"customer_id": "customer-1"}}
    for key, scopes in may.items():
        answers = {
            "read": await asked(shop, key, "GET", "/api/v1/feedback"),
            "write": await asked(shop, key, "DELETE", "/api/v1/customers/nobody"),
            "link": await asked(shop, key, "POST", "/api/v1/links", **link),
        }
        for scope, answer in answers.items():
            assert (answer.status < 300) == (scope in scopes), (key, scope, answer)


async def test_a_refused_key_hears_which_scope_it_has_not(shop: ShopBackend) -> None:
    answer = await asked(shop, "reader", "POST", "/api/v1/links", json={})
    assert (answer.status, answer.body["detail"]) == (
        403,
        "This key does not have the scope link.",
    )


async def test_what_stands_before_a_secret_is_no_part_of_it(shop: ShopBackend) -> None:
    shop.api_key = f"reader:read:{SECRETS['reader']}"
    assert (await shop.api("GET", "/api/v1/feedback")).status == 401


def test_a_key_alone_may_do_everything_and_is_called_by_its_place() -> None:
    key = ApiKey.read("c" * 16, 2)
    assert key == ApiKey("key 2", frozenset(Scope), "c" * 16, is_named=False)


@pytest.mark.parametrize("key", ["site:read:short", "site:read:", "short", ""])
def test_a_named_key_is_as_long_as_any(key: str) -> None:
    with pytest.raises(ValueError, match="secret of key 3 should be at least 16"):
        ApiKey.read(key, 3)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("backoffice:raed:" + "k" * 16, "each scope of key 3 should be one of read, write, link"),
        ("backoffice:read+:" + "k" * 16, "each scope of key 3 should be"),
        ("backoffice:" + "k" * 16, "each scope of key 3 should be"),
        ("back office:read:" + "k" * 16, "key 3 should have a name before its colon"),
    ],
)
def test_what_looks_like_a_named_key_and_is_none_is_not_taken_for_one_that_may_do_everything(
    key: str, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        ApiKey.read(key, 3)


def test_a_key_is_not_in_what_it_looks_like() -> None:
    assert "CANARY" not in repr(ApiKey.read("CANARY" * 3, 1))
