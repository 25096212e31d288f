"""Logging: one chain for our own lines and those of libraries, which hides secrets and people.

An id that is logged under one of the names in `PEOPLE` becomes an alias, which `python -m bot who`
resolves.

What is bound in `structlog.contextvars` (`update_id`, `webhook_id`) is added to every line that is
logged meanwhile, also to those of libraries.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, Literal

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from storage.errors import quotes_documents

HIDDEN = "[hidden]"
SHORT = 64
"""Characters of a text whose cleaned form is cached: it is likely to be logged again."""

PEOPLE = frozenset({"chat", "customer"})
"""Names under which a person's id is logged."""

# Below these levels libraries log personal data, or each request with its URL.
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
_HIDDEN_NAMES = _SECRET_NAMES | PEOPLE
_PLAIN = re.compile(r"[\w.-]*\Z", re.ASCII)
# Each begins with a fixed text before it, so that the time is linear in the length of the line.
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


Alias = Callable[[str, object], str]
"""Name and id → what is logged in place of the id."""


def hidden(_name: str, _id: object) -> str:
    """The alias until the key is known."""
    return HIDDEN


_alias: Alias = hidden


def configure(
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO",
    layout: Literal["json", "console"] = "json",
) -> None:
    """Log to stderr from `level` up: one JSON object a line, or `console` for people to read.

    Ids of people are hidden until `name_people` is called.
    """
    number = logging.getLevelNamesMapping()[level]
    names, *chain = _chain(layout)
    handler = logging.StreamHandler()
    theirs = [names, ProcessorFormatter.remove_processors_meta, *chain]
    handler.setFormatter(ProcessorFormatter(processors=theirs))
    handler.addFilter(_without_updates)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(number)
    for name, lowest in LIBRARIES.items():
        logging.getLogger(name).setLevel(max(lowest, number))
    structlog.configure(
        processors=[names, *chain],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=partial(_Lines, sys.stderr.write),
    )


def name_people(alias: Alias) -> None:
    """Replaces ids of people by ``alias`` from now on."""
    global _alias  # noqa: PLW0603 - there is one log
    _alias = alias


Watch = Callable[[Mapping[str, object]], None]
_watch: Watch | None = None


def watch(take: Watch | None) -> None:
    """Passes each of our lines to ``take`` as well. None: to nobody any more."""
    global _watch  # noqa: PLW0603 - there is one log
    _watch = take


def _watched(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if _watch:
        _watch(event)
    return event


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide secrets and people in all values; a `structlog` processor."""
    return _clean_dict(event)


_named = structlog.stdlib.LoggerFactory(ignore_frame_names=[__name__])
"""Finds the module that logs, unless it gives its name."""


class _Lines:
    """Writes our own lines. With `logging`, each would take half as much time again."""

    def __init__(self, write: Callable[[str], object], *names: object) -> None:
        self.name = _named(*names).name
        self._write = write

    def info(self, line: str) -> None:
        try:
            self._write(f"{line}\n")
        except (OSError, ValueError):
            return  # nobody reads the log: that must not end the work it is about

    debug = warning = error = critical = exception = info


def _chain(layout: str) -> list[Processor]:
    """The processors. The first needs the record of a library's line, which is removed after it."""
    render: Processor = structlog.processors.JSONRenderer(_as_json)
    if layout == "console":
        render = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return [
        structlog.stdlib.add_logger_name,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.ExceptionRenderer(_traceback),
        redact,
        _watched,
        structlog.processors.TimeStamper(fmt="iso"),
        render,
    ]


def _without_updates(record: logging.LogRecord) -> bool:
    """Drops the values from python-telegram-bot's lines: they may be whole updates."""
    if record.name.partition(".")[0] == "telegram":
        record.args = None
    return True


def _traceback(exc_info: ExcInfo) -> str:
    """Python's traceback, without the texts of errors that may quote a document."""
    text = "".join(traceback.format_exception(*exc_info)).rstrip("\n")
    for error in _behind(exc_info[1]):
        if quotes_documents(error) and str(error):
            text = text.replace(str(error), HIDDEN)
    return text


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and all others in its traceback."""
    if error is None:
        return
    yield error
    yield from _behind(error.__cause__ or error.__context__)
    for one in getattr(error, "exceptions", ()):
        yield from _behind(one)


_encode = json.JSONEncoder().encode


def _as_json(event: EventDict, **_: object) -> str:
    return _encode(event)


def _clean(value: object, name: object = None) -> object:
    """The value without secrets. What is not plain data becomes its `repr`, without secrets."""
    if value and name in _HIDDEN_NAMES:
        return _alias(str(name), value) if name in PEOPLE else HIDDEN
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
    """Cleans short texts by the cache: they are on many lines, as names are."""
    return _clean_short(text) if len(text) <= SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    if _is_plain(text):
        return text  # most texts are, and what follows costs more than the rest of a line
    text = _COMMANDS_TO_US.sub(r"\1", text)
    return _SECRETS.sub(HIDDEN, _PHONE_NUMBERS.sub(rf"\1{HIDDEN}", text))


def _is_plain(text: str) -> bool:
    """Whether no secret can be in it:

    each has a character that is not here, or begins with a word.
    """
    lower = text.lower()
    return bool(_PLAIN.match(lower)) and "whsec_" not in lower and "phone_number" not in lower


_clean_short = lru_cache(maxsize=1024)(_cleaned)
