"""`run`: runs the service until it is asked to stop."""

from contextlib import AbstractContextManager, nullcontext

import structlog

from bot import logs
from bot.app import Trackline
from bot.cli.running import read_settings, run_to_end, stop_signal
from bot.settings import Settings, SettingsError, is_open_to_others

log = structlog.get_logger()


def run() -> None:
    """Run the bot: settings from the environment and .env."""
    settings = read_settings()
    logs.configure(settings.log_level, settings.log_format)
    if is_open_to_others():
        log.warning("others_may_read_the_secrets", file=".env", mend="chmod 600 .env")
    run_to_end(_serve(settings))


async def _serve(settings: Settings) -> None:
    with _tracing(settings):
        async with Trackline(settings) as service:
            await stop_signal(service)


def _tracing(settings: Settings) -> AbstractContextManager[None]:
    """Raises `SettingsError` if the packages for it are missing."""
    endpoint = settings.otel_exporter_otlp_endpoint
    if endpoint is None:
        return nullcontext()
    try:
        from bot.spans import exporting  # noqa: PLC0415 - an extra
    except ImportError:
        raise SettingsError(
            "OTEL_EXPORTER_OTLP_ENDPOINT needs the extra `otel`: pip install 'trackline[otel]', or "
            "remove the setting"
        ) from None
    return exporting(settings, endpoint)
