"""The demo's sample shop, which stands beside the chats on the page."""

from sandbox.shop.shop import Shop

__all__ = ["Shop"]
