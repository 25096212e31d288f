"""The client."""

import json
from typing import cast

from trackline_client.operations import Operations, PostedEvent, Taken
from trackline_client.signatures import signed


class Trackline(Operations):
    """Everything a shop asks Trackline, and tells it."""

    def post_order_event(self, event_id: str, event: PostedEvent) -> Taken:
        """Tell an order event, signed. POST /webhooks/orders

        ``event_id``: the event's own. Store it with the event, and repeat it with each try: the
        same event is recorded once. Raises `TracklineError`, `TracklineUnreachable`.
        """
        if self._webhook_secret is None:
            raise TypeError("webhook_secret is needed for this")
        body = json.dumps(event).encode()
        headers = signed(self._webhook_secret, event_id, body)
        return cast(Taken, self.sent("POST", "/webhooks/orders", body, headers))
