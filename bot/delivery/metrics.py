"""What the operator can count (Prometheus)."""

from prometheus_client import Counter

SENT = Counter("trackline_messages_sent_total", "Pushes that Telegram accepted")
UNCERTAIN = Counter(
    "trackline_messages_uncertain_total",
    "Sends with an unknowable outcome, each of which may have become a duplicate",
)
RETRIED = Counter("trackline_messages_retried_total", "Sends that will be tried again")
DEAD = Counter("trackline_messages_dead_total", "Pushes that were given up")
EXPIRED = Counter("trackline_leases_expired_total", "Leases whose holder did not complete them")
HELD = Counter(
    "trackline_news_held_total",
    "News that waits for the end of somebody's quiet hours or their digest",
)
EDITED = Counter(
    "trackline_cards_edited_total", "Live messages that were brought up to date in place"
)
REMINDED = Counter(
    "trackline_reminders_sent_total", "Reminders of a delivery's day that Telegram accepted"
)
SHOP_TOLD = Counter("trackline_shop_events_told_total", "Events that the shop took")
SHOP_RETRIED = Counter("trackline_shop_events_retried_total", "Events that the shop did not take")
SHOP_DROPPED = Counter("trackline_shop_events_dropped_total", "Events that the shop never took")
