"""Shopify's requests about people's data: three topics, which we recognise by their bodies.

The topic is in a header that is not signed. If we relied on it, any signed body could be replayed
as a request to erase. No other body from Shopify has the fields that we look for here.
"""

from typing import Any

from pydantic import Field

from bot.services.people.privacy_requests import PrivacyDemand
from handlers.web.shops.reading import Id, Many, Payload, Word

TOPICS = frozenset({"customers/redact", "customers/data_request", "shop/redact"})


class _Customer(Payload):
    """``id``: None if Shopify only knows the person's email address."""

    id: Id | None = None


class _Request(Payload):
    id: Id


class _Redaction(Payload):
    shop_domain: Word
    customer: _Customer
    orders_to_redact: Many[Id]


class _DataRequest(Payload):
    shop_domain: Word
    customer: _Customer
    orders_requested: Many[Id] = Field([])
    data_request: _Request


class _ShopRedaction(Payload):
    shop_id: Id
    shop_domain: Word


def asked(payload: Any) -> PrivacyDemand | None:
    """The request. None: the body is not one. Raises pydantic's `ValidationError`."""
    fields = set(payload) if isinstance(payload, dict) else set()
    if "orders_to_redact" in fields:
        redaction = _Redaction.model_validate(payload)
        return PrivacyDemand("erase", redaction.customer.id, redaction.orders_to_redact)
    if "data_request" in fields:
        wanted = _DataRequest.model_validate(payload)
        orders, reference = wanted.orders_requested, wanted.data_request.id
        return PrivacyDemand("copy", wanted.customer.id, orders, reference)
    if fields == {"shop_id", "shop_domain"}:
        return PrivacyDemand("erase_all", reference=_ShopRedaction.model_validate(payload).shop_id)
    return None
