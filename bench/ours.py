"""All that the benches import of the product; they start the rest of it and speak HTTP to it."""

from bot.telegram.transport import AiohttpRequest
from storage.embedded import EmbeddedMongo

__all__ = ["AiohttpRequest", "EmbeddedMongo"]
