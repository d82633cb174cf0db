"""Real workers that change bundles while they answer."""

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import requests
from made_published import TEXT, publish_all
from test_server import free_port, wait

from models.publishing import Act, publish
from service.app import create_app
from service.batch import score_lines
from service.loading import load_scorer
from service.settings import Settings

pytestmark = pytest.mark.slow

SOAK = Path(__file__).parents[1] / "benchmarks" / "soak_reload.py"
BODY = {"text": TEXT, "profile": "fast"}


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the soak's traffic, which is in no package."""
    monkeypatch.syspath_prepend(SOAK.parent)
    return importlib.import_module("traffic")


@pytest.mark.slow
def test_reload_under_load(tmp_path: Path) -> None:
    """Five bundles under constant traffic: no request fails, none is mixed, each is what its bundle says."""
    out = tmp_path / "figures.json"
    command = [
        sys.executable,
        str(SOAK),
        "--reloads",
        "5",
        "--threads",
        "3",
        "--pause",
        "0.5",
        "--out",
        str(out),
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=500)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    figures = json.loads(out.read_text())["figures"]
    counted = {name: figure["value"] for name, figure in figures.items() if "_ms_" not in name}
    assert counted["reload.s_max"] <= 10
    assert figures["reload.request.ms_p95"]["n"] > 50
    assert [counted[f"reload.{name}"] for name in ("failed_requests", "mixed_answers", "wrong_answers")] == [
        0
    ] * 3


def card(version: str, score: float) -> dict[str, Any]:
    """Return as much of an answer as is compared."""
    return {"id": "x", "created_at": "now", "model": {"bundle": version, "sha256": version}, "score": score}


@pytest.mark.parametrize(
    ("status", "cards", "found"),
    [
        (200, [card("a", 1)] * 8, {}),
        (200, [card("a", 2)] * 8, {"wrong": 8}),
        (200, [card("z", 1)] * 8, {"wrong": 8}),
        (200, [card("a", 1)] * 5 + [card("b", 1)] * 3, {"mixed": 1, "wrong": 3}),
        (200, [card("a", 1)] * 7, {"failed": 1}),
        (200, [card("a", 1)] * 7 + [{"status": 503}], {"failed": 1}),
        (503, [], {"failed": 1}),
    ],
)
def test_the_soak_sees_what_goes_wrong(
    traffic: ModuleType, status: int, cards: list[dict[str, Any]], found: dict[str, int]
) -> None:
    """A batch that failed, is short, mixes bundles, or is not what its bundle answers, is counted as such."""
    asked = {(text, profile): {"model": card("a", 1)["model"], "score": 1}
             for text in traffic.texts() for profile in traffic.PROFILES}  # fmt: skip
    other = {key: {**value, "model": card("b", 1)["model"], "score": 2} for key, value in asked.items()}
    flow = traffic.Traffic("", {"a": asked, "b": other}, 0)
    answer = SimpleNamespace(status_code=status, text="\n".join(map(json.dumps, cards)))
    flow._batch(SimpleNamespace(post=lambda *a, **k: answer), Random(1))
    assert {name: flow.counts[name] for name in ("failed", "mixed", "wrong") if flow.counts[name]} == found


@pytest.fixture
def address(bundles: Path, home: Path) -> Iterator[str]:
    """Serve a.1 with two workers that look often; TERM ends them cleanly, and the log has no traceback."""
    publish_all(bundles, "a.1")
    port = free_port()
    settings = {"PORT": str(port), "WORKERS": "2", "RELOAD_SECONDS": "0.2", "STORE": "none"}
    environment = {**os.environ, **{f"SLANTWISE_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "slantwise", "serve"]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        wait(address)
        yield address
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert "Traceback" not in (home / "log").read_text()


def gauge(address: str, name: str) -> float:
    """Return the sum of a metric over its labels."""
    text = requests.get(f"{address}/metrics", timeout=10).text
    return sum(map(float, re.findall(rf"^{name} (\S+)$", text, re.M)))


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true, at most as long as a reload may take."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "not within 10 s"
        time.sleep(0.1)


def ready(address: str) -> list[Any]:
    """Ask often enough for every worker to be heard; return the different answers."""
    answers = [requests.get(f"{address}/readyz", timeout=10).json() for _ in range(20)]
    return [one for number, one in enumerate(answers) if one not in answers[:number]]


@pytest.mark.slow
def test_a_bad_bundle_while_serving(address: str, bundles: Path, home: Path) -> None:
    """Both workers keep the old bundle, say why, and take the next good one."""
    (home / "CURRENT").write_text("../../etc")
    until(lambda: gauge(address, "slantwise_reload_refused") == 2)
    reload = {"wanted": None, "refused": "CURRENT holds no version of a bundle"}
    assert [one | {"sha256": ""} for one in ready(address)] == [
        {"status": "ready", "bundle": "a.1", "sha256": "", "self_test": "passed", "reload": reload}
    ]
    answers = [requests.post(f"{address}/v1/score", json=BODY, timeout=10) for _ in range(6)]
    assert {(one.status_code, one.json()["model"]["bundle"]) for one in answers} == {(200, "a.1")}
    assert gauge(address, "slantwise_reload_failures_total") == 2
    publish(str(bundles / "b.1"), Act("me", force="mend"))
    until(lambda: gauge(address, r'slantwise_bundle_info\{.*version="b\.1"\}') == 2)
    assert gauge(address, r'slantwise_bundle_info\{.*version="a\.1"\}') == 0
    assert [(one["bundle"], one["reload"]) for one in ready(address)] == [("b.1", None)]
    assert gauge(address, "slantwise_reload_refused") == 0


@pytest.mark.parametrize("command", [["serve"], ["score", "-"]])
@pytest.mark.slow
def test_a_broken_pointer_at_start(home: Path, command: list[str]) -> None:
    """Nothing starts over a broken CURRENT: the file is named, and the shipped bundle does not step in."""
    home.mkdir()
    (home / "CURRENT").write_text("../../x")
    environment = {**os.environ, "SLANTWISE_PORT": str(free_port())}
    environment.pop("SLANTWISE_BUNDLE", None)
    whole = [sys.executable, "-m", "slantwise", *command]
    run = subprocess.run(whole, env=environment, text=True, capture_output=True, input="A text.", timeout=30)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "Error: CURRENT holds no version of a bundle\n"


def test_a_batch_has_one_bundle(bundles: Path) -> None:
    """A batch that began before the swap ends on its bundle; the next request has the new one."""
    publish_all(bundles, "a.1")
    settings = Settings(store="none")
    desk = create_app(settings, load_scorer(settings)).extensions["slantwise"]
    lines = score_lines(desk, [json.dumps(BODY).encode()] * 3, ExitStack())
    answers = [next(lines)]
    publish_all(bundles, "b.1")
    desk.bundle.look()
    answers += [*lines, *score_lines(desk, [json.dumps(BODY).encode()], ExitStack())]
    assert [json.loads(line)["model"]["bundle"] for line in answers] == ["a.1", "a.1", "a.1", "b.1"]


def followers() -> int:
    """Count the threads that follow CURRENT."""
    return sum(thread.name == "bundle" for thread in threading.enumerate())


def test_a_pinned_bundle_is_never_left(bundles: Path) -> None:
    """An app follows CURRENT, unless the operator named a bundle."""
    publish_all(bundles, "a.1")
    before = followers()
    create_app(Settings(store="none", bundle=str(bundles / "b.1")))
    assert followers() == before
    desk = create_app(Settings(store="none")).extensions["slantwise"]
    assert followers() == before + 1
    desk.bundle.stop()
