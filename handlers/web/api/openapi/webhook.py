"""`POST /webhooks/orders`, which is signed, and so not an operation of the REST API."""

from pydantic import BaseModel, ConfigDict

from bot.services.orders.moves import PostedEvent
from handlers.web.api.openapi.answers import common, problem, success
from handlers.web.api.openapi.schemas import Schema, Schemas
from handlers.web.orders import Result

TAG = "Webhooks"
WORDS = (
    "Order events, signed by the shop's backend. Shop systems with webhooks of their own use other "
    "addresses, which the documentation lists."
)


class Taken(BaseModel):
    """The result for an event."""

    model_config = ConfigDict(
        use_attribute_docstrings=True, json_schema_extra={"examples": [{"result": "recorded"}]}
    )

    result: Result
    """`ignored`: a courier's place that is outdated, or whose order is not out for delivery."""


HEADERS = {
    "webhook-id": (
        "The event's own id. Create it once, and send each repeat with it.",
        {"type": "string", "pattern": "^[!-~]{1,256}$", "examples": ["msg_ord_1_created"]},
    ),
    "webhook-timestamp": (
        "When it is sent, in seconds since 1970. It may be off by at most five minutes.",
        {"type": "string", "pattern": "^[0-9]{1,12}$", "examples": ["1795426200"]},
    ),
    "webhook-signature": (
        "`v1,` and the base64 of the HMAC-SHA-256 of id, timestamp and body, joined by dots, with "
        "a secret of `WEBHOOK_SECRETS` as the key.",
        {
            "type": "string",
            "pattern": "(^| )v1,[A-Za-z0-9+/]{43}=",
            "examples": ["v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="],
        },
    ),
}


def signed_headers() -> list[Schema]:
    return [
        {"name": name, "in": "header", "required": True, "description": words, "schema": schema}
        for name, (words, schema) in HEADERS.items()
    ]


def webhook(schemas: Schemas) -> Schema:
    return {
        "operationId": "post_order_event",
        "tags": [TAG],
        "summary": "Send a signed order event",
        "description": "A 2xx means that it is stored durably. A repeat with the same `webhook-id` "
        "and body changes nothing. Only the last place of a courier is kept. The signature follows "
        "Standard Webhooks 1.0, for which most languages have a library.",
        "security": [],
        "parameters": signed_headers(),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schemas.taken(PostedEvent)}},
        },
        "responses": {
            "200": success("It was recorded before, or is ignored.", schemas.answered(Taken)),
            "202": success("It is recorded.", schemas.answered(Taken)),
            "404": problem(
                404, "The order is unknown, and there is no `customer_id` to create it."
            ),
            "409": problem(409, "This `webhook-id` came before with another body."),
            **common(400, 401, 408, 413, 415, 422, 429, 503),
        },
    }
