"""`run`: the service, until it is told to stop."""

import structlog

from bot import logs
from bot.app import Trackline
from bot.cli.running import read_settings, run_to_end, stop_signal
from bot.settings import Settings, is_open_to_others

log = structlog.get_logger()


def run() -> None:
    """Run the bot: settings from the environment and .env."""
    settings = read_settings()
    logs.configure(settings.log_level, settings.log_format)
    if is_open_to_others():
        log.warning("others_may_read_the_secrets", file=".env", mend="chmod 600 .env")
    run_to_end(_serve(settings))


async def _serve(settings: Settings) -> None:
    async with Trackline(settings) as service:
        await stop_signal(service)
