"""A client for Trackline: post order events, and use its API.

``Trackline(url, api_key=…, webhook_secret=…)`` has a method for each operation of the API, and
`post_order_event` for signed events. `verified` reads what Trackline posts to the shop.
"""

from trackline_client.client import Trackline
from trackline_client.signatures import InvalidSignature, verified
from trackline_client.transport import TracklineError, TracklineUnreachable

__all__ = ["InvalidSignature", "Trackline", "TracklineError", "TracklineUnreachable", "verified"]
