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
