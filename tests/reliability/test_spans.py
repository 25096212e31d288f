"""OpenTelemetry: an event and its messages are one trace, whichever replica they come from."""

import signal
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.cli.run import _tracing
from bot.settings import Settings, SettingsError
from sandbox import Person
from tests.reliability.conftest import Linked, ShopOf, Starts
from tests.reliability.events import ShopEvent


class Collector:
    """Takes what an OTLP collector takes, over HTTP."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []
        self.services: set[str] = set()

    async def take(self, request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            said = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.services.add(said["service.name"])
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return web.Response()


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    collector.url = "http://{}:{}".format(*runner.addresses[0][:2])
    yield collector
    await runner.cleanup()


async def test_an_event_s_way_to_two_phones_is_one_trace(
    starts: Starts,
    shop_of: ShopOf,
    linked: Linked,
    collector: Collector,
    alice: Person,
    bob: Person,
) -> None:
    await linked(alice, bob)
    child = await starts(otel_exporter_otlp_endpoint=collector.url)
    for order_id, customer_id in (("ord_1", "customer-1"), ("ord_2", "customer-2")):
        await ShopEvent(order_id, customer_id).post(shop_of(child))
    for person in (alice, bob):
        await person.receives(containing="shipped")
    child.signal(signal.SIGTERM)
    assert await child.ended() == 0

    assert collector.services == {"trackline"}
    recorded = [span for span in collector.spans if span.name == "order_event"]
    sent = [span for span in collector.spans if span.name == "message_sent"]
    assert len(recorded) == len(sent) == 2
    assert {span.trace_id for span in recorded} == {span.trace_id for span in sent}
    assert {span.parent_span_id for span in sent} == {span.span_id for span in recorded}
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in sent)
    said = {each.key: each.value.string_value for span in sent for each in span.attributes}
    assert said["kind"] in {"news", "card"}
    assert said["chat"] not in {str(alice.id), str(bob.id)}


async def test_a_collector_that_is_away_costs_nothing_but_spans(
    starts: Starts, shop_of: ShopOf, linked: Linked, alice: Person
) -> None:
    await linked(alice)
    child = await starts(otel_exporter_otlp_endpoint="http://127.0.0.1:9")
    await ShopEvent("ord_1").post(shop_of(child))
    await alice.receives(containing="shipped")
    child.signal(signal.SIGTERM)
    assert await child.ended() == 0


def test_without_the_extra_the_start_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bot.spans", None)
    traced = settings.model_copy(update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:9"})
    with pytest.raises(SettingsError, match=r"trackline\[otel\]"):
        _tracing(traced)
