"""Health, readiness, metrics and the access log: what an operator sees, and what nobody must."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import FakeScorer
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

TEXT = "A secret text about the docks."


def samples(exposition: str) -> dict[str, float]:
    """Read an exposition into one number for each sample, its labels sorted."""
    found = {}
    for family in text_string_to_metric_families(exposition):
        for one in family.samples:
            if not one.name.endswith(("_created", "_bucket", "_sum")):
                labels = ",".join(f"{key}={value}" for key, value in sorted(one.labels.items()))
                found[f"{one.name}{{{labels}}}"] = one.value
    return found


def test_health_and_readiness(client: FlaskClient, scorer: FakeScorer) -> None:
    """The process is healthy, and ready with the bundle whose self-test ran once at start."""
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {
        "status": "ready",
        "bundle": "fake.1",
        "sha256": "0" * 64,
        "self_test": "passed",
        "reload": None,
    }
    assert scorer.tested == 1


def test_a_failed_self_test_stops_the_start() -> None:
    """An app is never made over a bundle that does not score as it should."""
    from service.app import create_app
    from service.settings import Settings

    class Broken(FakeScorer):
        def self_test(self) -> None:
            raise ValueError("bundle fake.1: reference text 2 scores 0.7, not 0.2")

    with pytest.raises(ValueError, match=r"bundle fake\.1: reference text 2"):
        create_app(Settings(), Broken())


def test_each_request_is_counted_once(client: FlaskClient) -> None:
    """Successes, refusals, unknown paths and batches are each one request, by route and status."""
    client.post("/v1/score", json={"text": TEXT})
    client.post("/v1/score", json={"text": ""})
    client.post("/v1/score", json={"text": "Too short."})
    with client.post(
        "/v1/score/batch",
        data=b'{"text": "One text of the batch."}\n{"text": "Another text of the batch."}\n',
        content_type="application/x-ndjson",
    ) as response:
        response.get_data()
    client.get("/nowhere/else")
    client.get("/static/page.css").close()
    client.get("/healthz", headers={"Host": "evil.example"})
    found = samples(client.get("/metrics").get_data(as_text=True))
    assert found == {
        "slantwise_requests_total{method=POST,route=/v1/score,status=200}": 2,
        "slantwise_requests_total{method=POST,route=/v1/score,status=422}": 1,
        "slantwise_requests_total{method=POST,route=/v1/score/batch,status=200}": 1,
        "slantwise_requests_total{method=GET,route=none,status=404}": 1,
        "slantwise_requests_total{method=GET,route=/static/<path:filename>,status=200}": 1,
        "slantwise_requests_total{method=GET,route=/healthz,status=400}": 1,
        "slantwise_request_seconds_count{route=/v1/score,status=200}": 2,
        "slantwise_request_seconds_count{route=/v1/score,status=422}": 1,
        "slantwise_request_seconds_count{route=/v1/score/batch,status=200}": 1,
        "slantwise_request_seconds_count{route=none,status=404}": 1,
        "slantwise_request_seconds_count{route=/static/<path:filename>,status=200}": 1,
        "slantwise_request_seconds_count{route=/healthz,status=400}": 1,
        "slantwise_texts_total{profile=accurate}": 4,
        "slantwise_abstentions_total{head=advocacy,reason=too_short}": 1,
        "slantwise_abstentions_total{head=source_type,reason=too_short}": 1,
        "slantwise_abstentions_total{head=policy_frames,reason=too_short}": 1,
        "slantwise_abstentions_total{head=story_frames,reason=too_short}": 1,
        "slantwise_scoring{}": 0,
        f"slantwise_bundle_info{{sha256={'0' * 64},version=fake.1}}": 1,
        "slantwise_reload_refused{}": 0,
        "slantwise_reload_failures_total{}": 0,
    }


def test_log_lines_hold_no_text(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """A line says method, path, status, time and size; never a body, a query or a raw line break."""
    caplog.set_level(logging.INFO, "slantwise")
    client.post("/v1/score?q=secret", json={"text": TEXT})
    client.get("/secret%0Aline")
    first, second = caplog.messages
    assert first.startswith("method=POST path=/v1/score status=200 ms=")
    assert second.startswith("method=GET path=/secret%0Aline status=404 ms=")
    assert "docks" not in caplog.text
    assert "?q=" not in caplog.text


WORKER = """
import sys
sys.path.insert(0, sys.argv[1])
from fakes import FakeScorer
from service.app import create_app
from service.settings import Settings
client = create_app(Settings(), FakeScorer()).test_client()
client.post("/v1/score", json={"text": "One text in each of the workers."})
print(client.get("/metrics").get_data(as_text=True))
"""


@pytest.mark.slow
def test_workers_add_up(tmp_path: Path) -> None:
    """Counters of all workers are summed at every scrape, gone ones too; their live gauges are dropped."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", WORKER, str(Path(__file__).parent)]
    run = [subprocess.run(command, env=environment, check=True, capture_output=True, text=True) for _ in "ab"]
    first, second = (samples(one.stdout) for one in run)
    scored = "slantwise_requests_total{method=POST,route=/v1/score,status=200}"
    assert (first[scored], second[scored]) == (1, 2)
    assert second[f"slantwise_bundle_info{{sha256={'0' * 64},version=fake.1}}"] == 1
    assert len([*tmp_path.glob("gauge_live*")]) == 1
