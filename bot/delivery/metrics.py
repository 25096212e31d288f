"""Prometheus metrics of messages. docs/monitor.md explains all metrics."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter(
    "trackline_messages_total",
    "Messages by what became of them: sent, retried (it will be tried again), blocked (the chat "
    "waits until its person is back), gone (the chat was unlinked) or dead (given up).",
    ["outcome"],
)
SENT, RETRIED, BLOCKED, GONE, DEAD = (
    MESSAGES.labels(outcome) for outcome in ("sent", "retried", "blocked", "gone", "dead")
)
UNCERTAIN = Counter(
    "trackline_messages_uncertain_total",
    "Sends with an unknowable outcome, each of which may have become a duplicate",
)
TO_PHONE = Histogram(
    "trackline_event_to_phone_seconds",
    "From an event's being recorded to Telegram's having its message, where nobody chose to hear "
    "of it later",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
)
WAITING = Gauge(
    "trackline_messages_waiting",
    "Messages that are due and have not left, all replicas together; 1000 stands for more",
)
OLDEST = Gauge(
    "trackline_oldest_waiting_seconds", "How long the oldest of them has waited; 0: there is none"
)
DATABASE = Gauge("trackline_database_up", "1: the database has answered this scrape; 0: it has not")
EXPIRED = Counter("trackline_leases_expired_total", "Leases whose holder did not complete them")
HELD = Counter(
    "trackline_news_held_total",
    "News that waits for the end of somebody's quiet hours or their digest",
)
EDITED = Counter(
    "trackline_cards_edited_total", "Live messages that were brought up to date in place"
)
MAPS_SHOWN = Counter(
    "trackline_maps_shown_total", "Couriers that somebody asked to see and Telegram shows"
)
MAPS_MOVED = Counter("trackline_maps_moved_total", "Moves of couriers on the map")
REMINDED = Counter(
    "trackline_reminders_sent_total", "Reminders of a delivery's day that Telegram accepted"
)
SHOP_TOLD = Counter("trackline_shop_events_told_total", "Events that the shop took")
SHOP_RETRIED = Counter("trackline_shop_events_retried_total", "Events that the shop did not take")
SHOP_DROPPED = Counter("trackline_shop_events_dropped_total", "Events that the shop never took")
TALKED = Counter(
    "trackline_conversation_messages_total",
    "What customers and the shop's staff say to each other: brought to the shop or to a customer, "
    "or lost (whoever said it was told)",
    ["outcome"],
)
