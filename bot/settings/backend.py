"""The shop's backend: its secrets, its words for states, and its webhook."""

import base64
import binascii
import re
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode

from bot.services.orders.statuses import Status, canonical
from bot.services.shop.keys import ApiKey
from bot.settings.states import States, read_states
from bot.settings.values import File, hosts, pairs, places, words
from bot.texts.own import is_language
from bot.texts.own_states import StateWords


def _webhook_secret(secret: SecretStr) -> SecretStr:
    prefix, _, encoded = secret.get_secret_value().partition("_")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if prefix != "whsec" or len(key) < 16:
        raise ValueError("a secret is not whsec_ and the base64 of at least 16 bytes")
    return secret


def _distinct(keys: list[SecretStr]) -> list[SecretStr]:
    read = _api_keys(keys)
    for what in ("name", "secret"):
        if len({getattr(key, what) for key in read}) < len(read):
            raise ValueError(f"two keys have the same {what}")
    return keys


def _api_keys(keys: list[SecretStr]) -> list[ApiKey]:
    return [ApiKey.read(key.get_secret_value(), n) for n, key in enumerate(keys, 1)]


LEAST = 16
"""Least characters of a secret that others made. A shorter one could be guessed."""


def _shop_secret(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < LEAST:
        raise ValueError(f"a secret is shorter than {LEAST} characters")
    return secret


ShopSecrets = Annotated[
    list[Annotated[SecretStr, AfterValidator(_shop_secret)]], NoDecode, BeforeValidator(words)
]
"""Secrets that other systems, or their users, have made."""


def _stands_in_an_address(tokens: list[SecretStr]) -> list[SecretStr]:
    for token in tokens:
        if not re.fullmatch(r"[\w.~-]+", token.get_secret_value(), re.ASCII):
            raise ValueError("a token has other characters than letters, digits, -, _, . and ~")
    return tokens


AddressTokens = Annotated[ShopSecrets, AfterValidator(_stands_in_an_address)]
"""Only characters that every program leaves as they are in an address."""


def _secrets_of(whose: str) -> Any:
    description = f"{whose}, of at least {LEAST} characters, separated by commas; unset: none"
    return Field(default_factory=list, description=description)


def _webhook_url(url: SecretStr) -> SecretStr:
    """A secret, and not logged: there may be a key in it."""
    if not re.fullmatch(r"https?://[^\s/?#]+([/?][^\s#]*)?", url.get_secret_value()):
        raise ValueError("it is not an http or https address")
    return url


def _our_status(words: dict[str, str]) -> dict[str, str]:
    for ours in words.values():
        if canonical(ours, {}) not in list(Status):
            raise ValueError(f"a state is none of {', '.join(Status)}")
    return words


def _state_and_language(names: dict[str, str]) -> dict[str, str]:
    for name in names:
        state, _, language = name.rpartition(".")
        if not state or not is_language(language):
            raise ValueError("a name is not a state, a dot, and a language's two letters")
    return {name.casefold(): text for name, text in names.items()}


class BackendSettings(BaseSettings):
    webhook_secrets: Annotated[
        list[Annotated[SecretStr, AfterValidator(_webhook_secret)]],
        NoDecode,
        BeforeValidator(words),
    ] = Field(
        min_length=1,
        description="one or more whsec_… secrets, separated by commas, all valid at once",
    )
    shopify_secrets: ShopSecrets = _secrets_of("client secrets of Shopify apps")
    woocommerce_secrets: ShopSecrets = _secrets_of("secrets of WooCommerce webhooks")
    aftership_secrets: ShopSecrets = _secrets_of("webhook secrets of AfterShip")
    sendcloud_secrets: ShopSecrets = _secrets_of("webhook signature keys of Sendcloud")
    shippo_secrets: AddressTokens = _secrets_of("tokens in the addresses of Shippo's webhooks")
    easypost_secrets: ShopSecrets = _secrets_of("webhook secrets of EasyPost")
    api_keys: Annotated[
        list[SecretStr], NoDecode, BeforeValidator(words), AfterValidator(_distinct)
    ] = Field(
        min_length=1,
        description="one or more keys of at least 16 characters, separated by commas; a key "
        "with limited rights has a name and scopes before it, like website:read+link:KEY, with "
        "the scopes read, write and link",
    )
    photo_hosts: Annotated[list[str], NoDecode, BeforeValidator(words), AfterValidator(hosts)] = (
        Field(
            default_factory=list,
            description="hosts in your own network from which photos of orders may come, "
            "with :port if it is not 443, separated by commas; unset: only public hosts",
        )
    )
    shop_webhook_url: Annotated[SecretStr, AfterValidator(_webhook_url)] | None = Field(
        None,
        description="the shop's http or https address that receives events about what "
        "customers do; unset: none",
    )
    shop_webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        None,
        validate_default=True,
        description="the whsec_… secret that signs what goes to SHOP_WEBHOOK_URL",
    )
    order_lookup: Literal["off", "contact", "code"] = Field(
        "off",
        description="off, contact or code: whether an order's number with its e-mail address "
        "or phone number is enough to follow it (contact), or makes SHOP_WEBHOOK_URL e-mail a "
        "code (code)",
    )
    status_words: Annotated[
        dict[str, str], NoDecode, BeforeValidator(pairs), AfterValidator(_our_status)
    ] = Field(
        default_factory=dict,
        description="the shop's own words for states, like 'dispatched=shipped, "
        "gone=delivered'; with a shop system's name, for its webhooks only: "
        "'woocommerce.completed=shipped'",
    )
    status_names: Annotated[
        dict[str, str], NoDecode, BeforeValidator(pairs), AfterValidator(_state_and_language)
    ] = Field(
        default_factory=dict,
        description="what customers read for the shop's own states, one per language, like "
        "'engraving.en=Being engraved, engraving.fr=En gravure'",
    )

    states_file: File | None = Field(
        None,
        description="a TOML file with the shop's own states, their place in the progress and "
        "their emoji; unset: none",
    )

    @field_validator("shop_webhook_secret")
    @classmethod
    def _signed(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None and info.data.get("shop_webhook_url"):
            raise PydanticCustomError("missing", "SHOP_WEBHOOK_URL needs it")
        return secret

    @field_validator("order_lookup")
    @classmethod
    def _somebody_mails_codes(cls, lookup: str, info: ValidationInfo) -> str:
        if lookup == "code" and not info.data.get("shop_webhook_url"):
            raise PydanticCustomError("needs_webhook", "code needs SHOP_WEBHOOK_URL")
        return lookup

    @property
    def states(self) -> States:
        """Read from their file each time. Raises `WrongFile`."""
        return read_states(self.states_file)

    @property
    def words_of_states(self) -> StateWords:
        """`STATUS_NAMES` and the names of the file, which come first."""
        of_file = self.states.called
        return replace(of_file, names=self.status_names | dict(of_file.names))

    @property
    def photo_places(self) -> set[tuple[str, int]]:
        """Host and port of each of the ``photo_hosts``."""
        return {place for host in self.photo_hosts for place in places(host)}

    @property
    def named_states(self) -> frozenset[str]:
        """The shop's own states, in lower case, for which the operator gave names."""
        return frozenset(name.rpartition(".")[0] for name in self.words_of_states.names)

    @property
    def words_for_states(self) -> dict[str, str]:
        """`STATUS_WORDS`, and the shop's own states: a state with a name always means itself."""
        named = {name: name for name in self.named_states}
        return named | dict(self.states.words) | self.status_words

    @property
    def keys(self) -> list[ApiKey]:
        return _api_keys(self.api_keys)

    @property
    def shop_secrets(self) -> dict[str, list[str]]:
        """The secrets of each shop system that has any, by its name."""
        names = {name for name in BackendSettings.model_fields if name.endswith("_secrets")}
        given = {name: getattr(self, name) for name in names - {"webhook_secrets"}}
        return {
            name.removesuffix("_secrets"): [secret.get_secret_value() for secret in secrets]
            for name, secrets in given.items()
            if secrets
        }
