"""The client."""

import json
from typing import cast

from trackline_client.operations import Operations, PostedEvent, Taken
from trackline_client.signatures import signed


class Trackline(Operations):
    """All of Trackline's API for shops."""

    def post_order_event(self, event_id: str, event: PostedEvent) -> Taken:
        """Post an order event, signed. POST /webhooks/orders

        ``event_id``: the event's own id. Store it with the event, and send it with each try, so
        that the event is recorded only once. Raises `TracklineError`, `TracklineUnreachable`.
        """
        if self._webhook_secret is None:
            raise TypeError("webhook_secret is required for this call")
        body = json.dumps(event).encode()
        headers = signed(self._webhook_secret, event_id, body)
        return cast(Taken, self.sent("POST", "/webhooks/orders", body, headers))
