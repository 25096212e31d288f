"""Logging: one chain for our own events and for the libraries', and no secret leaves through it.

Correlation comes from `structlog.contextvars`: what is bound there (`update_id`, `event_id`) is on
every line that is logged meanwhile, a library's too.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"

# Below these levels the libraries tell of people, or of every request and its URL.
LIBRARIES = {
    "aiohttp.access": logging.INFO,
    "apscheduler": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "pymongo": logging.INFO,
    "telegram": logging.INFO,
}
_SECRET_NAMES = frozenset(
    {"api_key", "authorization", "link_code", "password", "phone_number", "secret", "token"}
)
# Where a secret can begin is plain from what stands before it: nothing is looked at again from each
# of its characters, and twice the text takes twice the time.
_SECRETS = re.compile(
    r"""
      (?<=bot)\d+(?::|%3A)[\w-]+                       # a bot's token in a URL
    | (?<!\d)\d{6,}:[\w-]{30,}                         # a bot's token
    | whsec_[\w+/=-]+                                  # a webhook's secret
    | (?<=bearer\ )\s*[^\s'",]+                        # an API key
    | (?<=://)[^\s/@:'"]*:[^\s/'"]*(?=@)               # user:password in a URI
    | (?<=/start\ )\s*[\w-]+ | (?<=[?&]start=)[\w-]+   # a deep link's token
    | (?<=/link\ )\s*[\w-]+                            # the same as a typed code
    | \+\d{7,15}\b                                     # a phone number
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMANDS_TO_US = re.compile(r"(/(?:start|link))@\w+", re.IGNORECASE)
_PHONE_NUMBERS = re.compile(r"(phone_number\W{1,6})\+?\d[\d ()-]*", re.IGNORECASE)


def configure(
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO",
    layout: Literal["json", "console"] = "json",
) -> None:
    """Log to stderr from `level` up: one JSON object a line, or `console` for people to read."""
    number = logging.getLevelNamesMapping()[level]
    handler = logging.StreamHandler()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=_chain(layout)))
    handler.addFilter(_without_updates)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(number)
    for name, lowest in LIBRARIES.items():
        logging.getLogger(name).setLevel(max(lowest, number))
    structlog.configure(
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide secrets and phone numbers wherever they stand; a `structlog` processor."""
    return _clean_dict(event)


def _chain(layout: str) -> list[Processor]:
    render: Processor = structlog.processors.JSONRenderer()
    if layout == "console":
        render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
        render,
    ]


def _without_updates(record: logging.LogRecord) -> bool:
    """python-telegram-bot's own lines may hold whole updates: what they say stays, values go."""
    if record.name.partition(".")[0] == "telegram":
        record.args = None
    return True


def _clean(value: object, name: object = None) -> object:
    """The same value without secrets; what is no plain data becomes its `repr` without them."""
    if name in _SECRET_NAMES and value:
        return HIDDEN
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _clean_text(value)
        case dict():
            return _clean_dict(value)
        case list() | tuple() | set() | frozenset():
            return [_clean(item) for item in value]
        case _:
            return _clean_text(repr(value))


def _clean_dict(values: Mapping[Any, object]) -> dict[str, object]:
    return {_clean_text(str(name)): _clean(value, name) for name, value in values.items()}


def _clean_text(text: str) -> str:
    text = _COMMANDS_TO_US.sub(r"\1", text)
    return _SECRETS.sub(HIDDEN, _PHONE_NUMBERS.sub(rf"\1{HIDDEN}", text))
