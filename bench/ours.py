"""All that the benches import from the product. Otherwise they start it and use HTTP."""

from bot.telegram.transport import AiohttpRequest
from storage.embedded import EmbeddedMongo

__all__ = ["AiohttpRequest", "EmbeddedMongo"]
