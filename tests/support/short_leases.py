"""`tests.support.impatient`, with leases so short that a test can wait until they expire."""

from datetime import timedelta
from unittest.mock import patch

from bot.cli import main
from tests.support.impatient import ImpatientJobs

LEASE = timedelta(seconds=3)

if __name__ == "__main__":
    with (
        patch("bot.app.Jobs", ImpatientJobs),
        patch("bot.delivery.dispatcher.LEASE", LEASE),
        patch("bot.delivery.clerk.LEASE", LEASE),
    ):
        main()
