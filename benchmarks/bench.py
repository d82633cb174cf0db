"""Measure speed and memory on this machine and write benchmarks/results.json; ``make bench`` runs it."""

import json
import os
import platform
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from models.bundle import current_bundle_path, load_bundle
from models.request import Profile, ScoreRequest
from models.scorer import Scorer

HERE = Path(__file__).parent
TARGETS = ("Marta Elvin", "Tomas Reyk", "Ines Halloran")
#: What the figures must reach; all of them are upper limits.
LIMITS = {
    "serve.ready.s": 4.0,
    "accurate.article_600w.ms_p50": 250.0,
    "fast.article_600w.ms_p50": 5.0,
    "worker.private.mib": 400.0,
    "store.added.ms_p50": 3.0,
}
Figures = dict[str, dict[str, float]]


def article() -> str:
    """Return the invented article of about 600 words that every figure is measured on."""
    return (HERE / "article.txt").read_text("utf-8")


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": names[0] if names else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def timings(work: Callable[[], object], n: int) -> list[float]:
    """Return the milliseconds of ``n`` calls, after a few that warm up."""
    times = []
    for number in range(n + 3):
        began = time.perf_counter()
        work()
        if number >= 3:
            times.append((time.perf_counter() - began) * 1000)
    return times


def in_process(scorer: Scorer) -> Figures:
    """Time one article in this process: both profiles, with and without given targets, and a batch."""
    figures: Figures = {}
    profiles: tuple[tuple[Profile, int], ...] = (("accurate", 30), ("fast", 200))
    for profile, n in profiles:
        for suffix, targets in (("", None), ("_3_targets", TARGETS)):
            request = ScoreRequest(text=article(), profile=profile, targets=targets)
            times = timings(lambda request=request: scorer.score(request), n)  # type: ignore[misc]
            name = f"{profile}.article_600w{suffix}.ms_p50"
            figures[name] = {"value": round(statistics.median(times), 2), "n": n}
        batch = [ScoreRequest(text=f"Number {i}. {article()}", profile=profile) for i in range(n)]
        began = time.perf_counter()
        for _ in scorer.score_many(batch):
            pass
        figures[f"{profile}.batch.articles_per_s"] = {
            "value": round(n / (time.perf_counter() - began), 2), "n": n,
        }  # fmt: skip
    return figures


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the server answers that it is ready."""
    while process.poll() is None:
        try:
            if requests.get(f"{address}/readyz", timeout=1).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.02)
    raise SystemExit("the server ended before it was ready")


@contextmanager
def server() -> Iterator[tuple[str, int, float]]:
    """Serve with one worker; gives the address, the process and the seconds until it was ready."""
    port = free_port()
    command = [sys.executable, "-m", "slantwise", "serve", "--workers", "1", "--port", str(port)]
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        settings = {"SLANTWISE_HOME": home, "SLANTWISE_BUNDLE": str(current_bundle_path())}
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait(process, address)
            yield address, process.pid, time.perf_counter() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def private_mib(pid: int) -> float:
    """Return the memory of a process that it shares with no other, in MiB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) / 1024


def children(pid: int) -> list[int]:
    """Return the processes that a process started, theirs included."""
    lists = [path.read_text("utf-8") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    direct = [int(child) for text in lists for child in text.split()]
    return direct + [further for child in direct for further in children(child)]


def served(starts: int = 3) -> Figures:
    """Measure the real server: time until ready, and a worker's memory after 20 texts of both profiles."""
    seconds, mib = [], 0.0
    for _ in range(starts):
        with server() as (address, pid, ready):
            seconds.append(ready)
            for number in range(20):
                body = {"text": article(), "profile": "fast" if number % 2 else "accurate"}
                requests.post(f"{address}/v1/score", json=body, timeout=30).raise_for_status()
            mib = max(mib, *(private_mib(child) for child in children(pid)))
    return {
        "serve.ready.s": {"value": round(statistics.median(seconds), 2), "n": starts},
        "worker.private.mib": {"value": round(mib, 1), "n": starts},
    }


def stored(pairs: int = 300) -> Figures:
    """Measure what keeping its scores adds to a request: each new text with and without, in turn."""
    added = []
    with server() as (address, _, _), requests.Session() as session:
        for number in range(pairs + 10):
            times, words = {}, article().split()
            random.Random(number).shuffle(words)
            for mode in ("none", "scores") if number % 2 else ("scores", "none"):
                body = {"text": " ".join(words), "publisher": f"{number % 20}.example", "store": mode}
                body["profile"] = "fast"
                began = time.perf_counter()
                session.post(f"{address}/v1/score", json=body, timeout=30).raise_for_status()
                times[mode] = (time.perf_counter() - began) * 1000
            added.append(times["scores"] - times["none"])
    return {"store.added.ms_p50": {"value": round(statistics.median(added[10:]), 2), "n": pairs}}


def main() -> int:
    """Measure, write, print; the exit status is 1 where a limit is missed."""
    bundle = load_bundle(current_bundle_path())
    facts = machine()
    figures = served() | stored() | in_process(Scorer(bundle, threads=2))
    result = {"bundle": bundle.version, "machine": facts, "figures": dict(sorted(figures.items()))}
    (HERE / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    missed = 0
    for name, figure in sorted(figures.items()):
        limit = LIMITS.get(name)
        late = limit is not None and figure["value"] > limit
        missed += late
        told = "" if limit is None else f"at most {limit:g}{'  MISSED' if late else ''}"
        print(f"{name:42}{figure['value']:10.2f}   {told}".rstrip())
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
