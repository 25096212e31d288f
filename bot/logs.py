"""Logging: one chain for our own events and for the libraries', and no secret leaves through it.

Nor does a person's id: what is logged under one of the names in `PEOPLE` becomes an alias, which
`python -m bot who` resolves.

Correlation comes from `structlog.contextvars`: what is bound there (`update_id`, `webhook_id`) is
on every line that is logged meanwhile, a library's too.
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
"""Characters of a text that is likely to be logged again."""

PEOPLE = frozenset({"chat", "customer"})
"""Whose value, logged under this name, is a person's id."""

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
_HIDDEN_NAMES = _SECRET_NAMES | PEOPLE
_PLAIN = re.compile(r"[\w.-]*\Z", re.ASCII)
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


Alias = Callable[[str, object], str]
"""Makes of such a name and an id what is logged in its place."""


def hidden(_name: str, _id: object) -> str:
    """While the key is not known."""
    return HIDDEN


_alias: Alias = hidden


def configure(
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO",
    layout: Literal["json", "console"] = "json",
) -> None:
    """Log to stderr from `level` up: one JSON object a line, or `console` for people to read.

    People's ids are hidden until `name_people` says what they go by.
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
    """From now on people's ids are logged as the ``alias`` says."""
    global _alias  # noqa: PLW0603 - there is one log
    _alias = alias


Watch = Callable[[Mapping[str, object]], None]
_watch: Watch | None = None


def watch(take: Watch | None) -> None:
    """Gives each line of ours, as it is written, to ``take`` as well. None: no longer."""
    global _watch  # noqa: PLW0603 - there is one log
    _watch = take


def _watched(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if _watch:
        _watch(event)
    return event


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide secrets and people wherever they stand; a `structlog` processor."""
    return _clean_dict(event)


_named = structlog.stdlib.LoggerFactory(ignore_frame_names=[__name__])
"""Finds out who logs, unless they say so."""


class _Lines:
    """Writes our own lines. Through `logging` each would cost half as much again."""

    def __init__(self, write: Callable[[str], object], *names: object) -> None:
        self.name = _named(*names).name
        self._write = write

    def info(self, line: str) -> None:
        try:
            self._write(f"{line}\n")
        except (OSError, ValueError):
            return  # nobody reads it: no reason to fail at what it tells of

    debug = warning = error = critical = exception = info


def _chain(layout: str) -> list[Processor]:
    """The first looks at the record of a library's line, which is gone afterwards."""
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
    """python-telegram-bot's own lines may hold whole updates: what they say stays, values go."""
    if record.name.partition(".")[0] == "telegram":
        record.args = None
    return True


def _traceback(exc_info: ExcInfo) -> str:
    """As Python has it, but for texts of errors that may quote a document."""
    text = "".join(traceback.format_exception(*exc_info)).rstrip("\n")
    for error in _behind(exc_info[1]):
        if quotes_documents(error) and str(error):
            text = text.replace(str(error), HIDDEN)
    return text


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and all that its traceback tells of besides."""
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
    """The same value without secrets; what is no plain data becomes its `repr` without them."""
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
    """What is short stands on many lines, as names do, or twice on one."""
    return _clean_short(text) if len(text) <= SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    if _is_plain(text):
        return text  # most of it is, and what follows costs more than the rest of a line
    text = _COMMANDS_TO_US.sub(r"\1", text)
    return _SECRETS.sub(HIDDEN, _PHONE_NUMBERS.sub(rf"\1{HIDDEN}", text))


def _is_plain(text: str) -> bool:
    """There is no character in it without which no secret stands, and no word that begins one."""
    lower = text.lower()
    return bool(_PLAIN.match(lower)) and "whsec_" not in lower and "phone_number" not in lower


_clean_short = lru_cache(maxsize=1024)(_cleaned)
