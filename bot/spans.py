"""Traces for OpenTelemetry, made from the log: an event's way from the webhook to the phone.

Lines that name events become spans, with what is on the line and nothing else. The trace's id is
computed from the event's id: spans of all replicas, at any time, are in one trace, and nothing has
to be stored for it.
"""

import hashlib
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bot import logs
from bot.settings import Settings

TRACED = frozenset(
    {"order_event", "message_sent", "send_failed", "news_held", "told_and_not_marked", "lease_lost"}
)
"""Lines that become spans: one in the trace of each event that the line names."""
NOT_SAID = frozenset({"event", "events", "level", "logger", "timestamp"})
DEADLINE = 5.0
"""Seconds that the collector may take to answer."""


@contextmanager
def exporting(settings: Settings, endpoint: str) -> Iterator[None]:
    """Sends spans to ``endpoint``, an OTLP collector's address, until the end of the block.

    While the collector is away, spans are lost, and nothing else happens.
    """
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=DEADLINE)
    sending = BatchSpanProcessor(exporter)
    resource = Resource.create({SERVICE_NAME: "trackline", "trackline.roles": settings.roles})

    def take(line: Mapping[str, object]) -> None:
        for span in _spans(line, resource):
            sending.on_end(span)

    logs.watch(take)
    try:
        yield
    finally:
        logs.watch(None)
        sending.shutdown()  # type: ignore[no-untyped-call]


def _spans(line: Mapping[str, object], resource: Resource) -> Iterator[ReadableSpan]:
    events = line.get("events")
    if line["event"] not in TRACED or not isinstance(events, Sequence):
        return
    now = time.time_ns()
    seconds = line.get("seconds") if not line.get("held") else None
    began = now - int(seconds * 1e9) if isinstance(seconds, float) else now
    for event in map(str, events):
        trace, root = _ids(event)
        is_root = line.get("result") == "recorded"
        context = _context(trace, root if is_root else random.getrandbits(64))
        yield ReadableSpan(
            name=str(line["event"]),
            context=context,
            parent=None if is_root else _context(trace, root),
            kind=SpanKind.CONSUMER if line["event"] == "order_event" else SpanKind.PRODUCER,
            resource=resource,
            attributes={"event": event, **_attributes(line)},
            status=Status(StatusCode.ERROR if line.get("level") == "warning" else StatusCode.UNSET),
            start_time=began,
            end_time=now,
        )


def _ids(event: str) -> tuple[int, int]:
    """The ids of the event's trace, and of the span in which it was recorded."""
    digest = hashlib.sha256(f"trackline {event}".encode()).digest()
    return int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:24], "big")


def _context(trace: int, span: int) -> SpanContext:
    return SpanContext(trace, span, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _attributes(line: Mapping[str, object]) -> dict[str, str | int | float | bool | list[str]]:
    return {
        name: value
        if isinstance(value, str | int | float)
        else list(map(str, value))
        if isinstance(value, list)
        else str(value)
        for name, value in line.items()
        if name not in NOT_SAID and value is not None
    }
