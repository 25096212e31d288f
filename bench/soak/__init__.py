"""A soak: minutes of events and faults against two replicas, then a reckoning of every promise.

    python -m bench.soak --minutes 10

What it starts is real: two `python -m bot run`, one embedded database behind a cable that can be
cut, one sandbox of Telegram. It needs the development extra and runs from the checkout.
"""
