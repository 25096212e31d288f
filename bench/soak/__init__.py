"""A soak test: minutes of events and faults against two replicas, then a check of every promise.

    python -m bench.soak --minutes 10

It uses real parts: two `python -m bot run`, an embedded database behind a cable that can be cut,
and a sandbox of Telegram. It needs the development extra, and runs from a checkout.
"""
