"""The alert rules and the dashboard, judged by Prometheus itself, and held to our own metrics."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bench.alerts.prometheus import RULES, names, quicker
from tests.support.programs import need
from tests.support.shop import ShopBackend

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = DEPLOY / "grafana" / "dashboard.json"
PAGE = DEPLOY.parent / "docs" / "alerts.md"

DURATION = re.compile(r"(?<![\w.])(\d+[smh])\b")

Series = dict[str, str]
FIRES: dict[str, Series] = {
    "TracklineDown": {"up": "0x60"},
    "TracklineDatabaseAway": {"trackline_database_up": "0x60"},
    "TracklineTelegramAway": {"trackline_telegram_in_touch": "0x60"},
    "TracklineMessagesWait": {"trackline_oldest_waiting_seconds": "61x60"},
    "TracklineUnavailable": {'trackline_requests_refused_total{status="503"}': "0+1x60"},
    "TracklineSlow": {
        'trackline_event_to_phone_seconds_bucket{le="30"}': "0+1x60",
        'trackline_event_to_phone_seconds_bucket{le="60"}': "0+9x60",
        'trackline_event_to_phone_seconds_bucket{le="+Inf"}': "0+9x60",
    },
    "TracklineEventsRefused": {'trackline_events_total{result="refused"}': "0x50 1x10"},
    "TracklineSignaturesWrong": {'trackline_requests_refused_total{status="401"}': "0+1x60"},
    "TracklineMessagesDead": {'trackline_messages_total{outcome="dead"}': "0x50 1x10"},
    "TracklinePostsUnread": {
        'trackline_posts_unread_total{system="shopify",reason="x"}': "_x50 1x10"
    },
    "TracklineUnknownState": {'trackline_unknown_states_total{word="gone"}': "_x50 1x10"},
    "TracklineShopNotTold": {"trackline_shop_events_dropped_total": "0x30 1x30"},
    "TracklineSendersDie": {"trackline_leases_expired_total": "0+1x60"},
}
"""With which series, of an hour, each alert fires at its end."""
WELL: Series = {
    "up": "1x60",
    "trackline_database_up": "1x60",
    "trackline_telegram_in_touch": "1x60",
    "trackline_oldest_waiting_seconds": "0x20 90x3 0x40",
    'trackline_requests_refused_total{status="503"}': "0x20 5x40",
    'trackline_requests_refused_total{status="401"}': "0+1x5 5x60",
    'trackline_event_to_phone_seconds_bucket{le="1"}': "0+9x60",
    'trackline_event_to_phone_seconds_bucket{le="+Inf"}': "0+9x60",
    'trackline_events_total{result="refused"}': "3x60",
    'trackline_events_total{result="recorded"}': "0+9x60",
    'trackline_messages_total{outcome="dead"}': "2x60",
    "trackline_leases_expired_total": "0x50 2x10",
}


def firing(series: Series, expected: Any, at: str = "1h") -> dict[str, Any]:
    """A test in Prometheus' form: which alerts fire, each with how often."""
    job = 'job="trackline",instance="a:8080"'
    named = [
        f"{name[:-1]},{job}}}" if name.endswith("}") else f"{name}{{{job}}}" for name in series
    ]
    return {
        "interval": "1m",
        "input_series": [
            {"series": name, "values": values}
            for name, values in zip(named, series.values(), strict=True)
        ],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": at,
                "exp_samples": expected,
            }
        ],
    }


def judged(tmp_path: Path, *tests: dict[str, Any]) -> None:
    file = tmp_path / "test.yml"  # JSON is YAML
    file.write_text(json.dumps({"rule_files": [str(RULES)], "tests": tests}))
    done = subprocess.run(
        ["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_its_trouble_here_its_row_on_the_page_and_was_tried() -> None:
    runbook, tried = PAGE.read_text().split("## How they were tried")
    for page in (runbook, tried):
        assert re.findall(r"^\| `(\w+)`", page, re.MULTILINE) == list(names()) == list(FIRES)


def test_in_a_trial_the_rules_are_the_same_with_shorter_durations() -> None:
    text = RULES.read_text()
    rules, trial = DURATION.split(text), DURATION.split(quicker(text))
    assert trial[::2] == rules[::2]
    pairs = list(zip(trial[1::2], rules[1::2], strict=True))
    assert pairs
    assert all(0 < seconds(short) < seconds(long) for short, long in pairs)


def seconds(duration: str) -> int:
    return int(duration[:-1]) * {"s": 1, "m": 60, "h": 3600}[duration[-1]]


@pytest.mark.parametrize("alert", FIRES)
def test_an_alert_fires_by_its_trouble_and_no_other_does(alert: str, tmp_path: Path) -> None:
    need("promtool")
    labels = f'{{alertname="{alert}"}}'
    judged(tmp_path, firing(FIRES[alert], [{"labels": labels, "value": 1}]))


def test_nothing_fires_while_all_is_well_or_was_not_for_long(tmp_path: Path) -> None:
    need("promtool")
    judged(tmp_path, *(firing(WELL, [], at=f"{minute}m") for minute in (10, 22, 30, 45, 60)))


async def test_rules_and_dashboard_ask_for_metrics_that_there_are(shop: ShopBackend) -> None:
    """With labels that they have: a name that is wrong is a rule that never fires."""
    text = (await shop.request("GET", "/metrics")).body
    told = set(re.findall(r"^# TYPE (trackline_\w+)", text, re.MULTILINE))
    asked = set(re.findall(r"trackline_\w+", RULES.read_text() + DASHBOARD.read_text()))
    assert {name.removesuffix("_bucket") for name in asked} <= told


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    board = json.loads(DASHBOARD.read_text())
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"]) > 6
    for panel in board["panels"]:
        assert panel["title"]
        assert all(target["expr"] for target in panel["targets"])
