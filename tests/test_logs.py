"""What a log line holds, and what it never does."""

import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass

import pytest
import structlog

from bot import logs

TOKEN = "1234567890:AAE-canary_0123456789abcdefghijklmnop"
log = structlog.get_logger("shop")


pytestmark = pytest.mark.usefixtures("logging_as_it_was")


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The one line that was logged."""
    content = json.loads(capsys.readouterr().err)
    assert isinstance(content, dict)
    return content


def fail(text: str) -> None:
    raise ValueError(text) from KeyError(text)


def test_an_event_is_a_json_object_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    log.info("started", port=8080, ratio=0.5, ready=True, owner=None)
    content = line(capsys)
    assert str(content.pop("timestamp")).endswith("Z")
    assert content == {
        "event": "started",
        "level": "info",
        "logger": "shop",
        "port": 8080,
        "ratio": 0.5,
        "ready": True,
        "owner": None,
    }


def test_a_library_logs_through_the_same_chain(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with structlog.contextvars.bound_contextvars(update_id=7, event_id="msg_1"):
        logging.getLogger("aiohttp.access").info("GET %s", "/healthz")
    content = line(capsys)
    assert content["event"] == "GET /healthz"
    assert content["logger"] == "aiohttp.access"
    assert content["level"] == "info"
    assert (content["update_id"], content["event_id"]) == (7, "msg_1")


def test_what_is_bound_is_on_our_lines_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with structlog.contextvars.bound_contextvars(update_id=7):
        log.info("handled")
    assert line(capsys)["update_id"] == 7


def test_the_console_layout_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "console")
    try:
        fail(f"no such bot: {TOKEN}")
    except ValueError:
        log.exception("failed", order="1001")
    text = capsys.readouterr().err
    assert "failed" in text
    assert "order=1001" in text
    assert f"ValueError: no such bot: {logs.HIDDEN}" in text


def test_nothing_below_the_level_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("WARNING")
    log.info("started")
    logging.getLogger("aiohttp.access").info("GET /")
    logging.getLogger("elsewhere").info("hello")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "telegram.Bot", "pymongo.command"])
def test_libraries_that_tell_of_people_stay_quiet_even_at_debug(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    logs.configure("DEBUG")
    logging.getLogger(name).debug("sendMessage with text …")
    logging.getLogger("httpx").info("HTTP Request: POST …")
    log.debug("shown")
    assert line(capsys)["event"] == "shown"


@dataclass
class Credentials:
    key: str


SECRETS = {
    "a bot's token": (TOKEN, TOKEN),
    "a token in a URL": (f"POST https://api.example/bot{TOKEN}/sendMessage", TOKEN),
    "a short token in a URL": ("https://api.example/bot42:canary/getMe", "canary"),
    "an escaped token in a URL": ("/bot42%3Acanary/getMe", "canary"),
    "a webhook secret": ("secrets: whsec_Canary+/canary=,b", "anary"),
    "an API key": ("Authorization: Bearer canary.key~1", "canary"),
    "an API key in lower case": ("{'authorization': 'bearer   canary'}", "canary"),
    "a database password": ("mongodb://shop:canary@db.example:27017/?w=1", "canary"),
    "a password with an at sign": ("mongodb://shop:can@ry@db.example/", "can@ry"),
    "a deep link": ("https://t.me/bot?start=canary-123_x", "canary"),
    "a start command": ("text='/start canary-123_x'", "canary"),
    "a start command in a group": ("/start@shop_bot   canary", "canary"),
    "a typed code": ("/link canary-42", "canary"),
    "a phone number": ("call +4915112345678 now", "4915112345678"),
    "a contact": ("Contact(first_name='A', phone_number='4915112345678')", "4915112345678"),
    "a contact in JSON": ('{"phone_number": "+49 151 1234-5678"}', "1234"),
}


@pytest.mark.parametrize(("text", "canary"), SECRETS.values(), ids=SECRETS)
def test_a_secret_is_hidden_wherever_it_stands(
    capsys: pytest.CaptureFixture[str], text: str, canary: str
) -> None:
    logs.configure()
    with structlog.contextvars.bound_contextvars(bound=text):
        try:
            fail(text)
        except ValueError as error:
            log.exception(text, value=text, error=error, raw=text.encode(), **{text: text})
            log.info("deep", items=[{"a": (text, {text})}, Credentials(text)], **{"x": {text: 1}})
            logging.getLogger("telegram.ext").exception("failed with %s", text)
    lines = capsys.readouterr().err
    assert len(lines.splitlines()) == 3
    assert logs.HIDDEN in lines
    assert canary not in lines


def test_a_value_named_as_a_secret_is_hidden() -> None:
    event = {"link_code": "AB12", "contact": {"phone_number": 4915112345678}, "token": None}
    assert logs.redact(None, "info", event) == {
        "link_code": logs.HIDDEN,
        "contact": {"phone_number": logs.HIDDEN},
        "token": None,
    }


@pytest.mark.parametrize(
    "text",
    [
        "/track 1001",
        "2026-11-23T02:22:47.123456+00:00",
        "listening on http://127.0.0.1:8080/healthz",
        "order 1234567: delivered",
        "mongodb://db.example:27017/shop",
        "/start",
        "Traceback (most recent call last):\n  File 'a.py', line 1",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert logs.redact(None, "info", {"event": text}) == {"event": text}


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1:",
        "://:",
        ":",
        "://a:",
        "bot1",
        "bearer ",
        "/start ",
        "+1",
        "phone_number: ",
        "whsec_",
    ],
)
def test_a_long_text_takes_no_longer_than_its_length_asks_for(piece: str) -> None:
    text = f"mongodb://{piece * (200_000 // len(piece))}"
    began = time.process_time()
    logs.redact(None, "info", {"event": text})
    assert time.process_time() - began < 1


def test_a_person_s_id_is_logged_as_an_alias_wherever_it_stands(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure()
    logs.name_people(lambda name, id_: f"{name}-{len(str(id_))}")
    with structlog.contextvars.bound_contextvars(chat=7004242424):
        log.info("sent", customer="customer-1", deep={"chat": -1002}, about=[{"customer": "c"}])
    content = line(capsys)
    assert content["chat"] == "chat-10"
    assert content["customer"] == "customer-10"
    assert content["deep"] == {"chat": "chat-5"}
    assert content["about"] == [{"customer": "customer-1"}]


def test_until_the_key_is_known_people_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    logs.name_people(logs.hidden)
    logs.configure()
    log.info("sent", chat=7004242424)
    assert line(capsys)["chat"] == logs.HIDDEN


def test_a_log_that_nobody_reads_any_more_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with open(writing, "w", buffering=1) as stderr, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", stderr)
        logs.configure()
        os.close(reading)
        log.info("started")
        with suppress(OSError):
            stderr.close()


def test_what_looks_plain_and_says_that_it_is_a_secret_is_hidden() -> None:
    for text in ("whsec_Canary", "WHSEC_canary", "a-phone_number.49151123456"):
        cleaned = logs.redact(None, "info", {"event": text})["event"]
        assert logs.HIDDEN in cleaned
