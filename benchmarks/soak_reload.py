"""Reload under load: real workers, constant traffic, another bundle again and again.

``python benchmarks/soak_reload.py --reloads 50`` serves the shipped bundle with two workers, sends single
texts and batches over kept connections from several threads, and publishes two bundles in turn. Every
answer is compared with what the bundle that it names makes of its text. ``make soak`` runs it.
"""

import argparse
import dataclasses
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import requests
from traffic import PROFILES, Answers, Traffic, plain, texts

from models.bundle import Bundle, load_bundle, save_bundle
from models.heads import Head
from models.pointer import newest_shipped
from models.publishing import Act, publish
from models.request import ScoreRequest
from models.scorer import Scorer, reference_scores
from models.sparse import Linear

HERE = Path(__file__).parent
#: What the figures must reach; all of them are upper limits.
LIMITS = {
    "reload.failed_requests": 0, "reload.mixed_answers": 0, "reload.wrong_answers": 0, "reload.s_max": 10,
}  # fmt: skip


def variant(folder: Path, version: str, shift: float) -> Path:
    """Save the shipped bundle with the stacks of its document heads moved, so that its answers differ."""
    shipped = load_bundle(newest_shipped())
    heads = {name: _moved(head, shift) for name, head in shipped.heads.items()}
    added = ("format", "spaces", "heads", "files")
    manifest = {**{k: v for k, v in shipped.manifest.items() if k not in added}, "version": version}
    trial = _save(folder / "trial" / version, manifest, shipped, heads, [])
    scorer = Scorer(load_bundle(trial))
    reference = []
    for entry in shipped.reference:
        card = scorer.score(ScoreRequest(text=entry["text"], profile=entry["profile"]))
        reference.append({**entry, "scores": reference_scores(card)})
    return _save(folder / version, manifest, shipped, heads, reference)


def _moved(head: Head, shift: float) -> Head:
    if head.space not in ("document", "signals"):
        return head
    calibrations = {
        profile: dataclasses.replace(
            c, stack=Linear(c.stack.coef, c.stack.bias + np.float32(shift) * _ramp(c))
        )
        for profile, c in head.calibrations.items()
    }
    return dataclasses.replace(head, calibrations=calibrations)


def _ramp(calibration: Any) -> Any:
    return np.arange(1, len(calibration.stack.bias) + 1, dtype=np.float32)


def _save(
    path: Path, manifest: Mapping[str, Any], like: Bundle, heads: Mapping[str, Head],
    reference: list[dict[str, Any]],
) -> Path:  # fmt: skip
    return save_bundle(path, manifest, like.spaces, heads, like.centroids, reference, {})


def expected(bundles: list[Path]) -> Answers:
    """Return what each bundle makes of each text, by version, then text and profile."""
    made: Answers = {}
    for path in bundles:
        scorer = Scorer(load_bundle(path))
        made[scorer.bundle.version] = {
            (text, profile): plain(scorer.score(ScoreRequest(text=text, profile=profile)).to_json())
            for text in texts()
            for profile in PROFILES
        }
    return made


@contextmanager
def server(home: Path, workers: int) -> Iterator[tuple[str, int]]:
    """Serve a home with several workers; gives the address and the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    settings = {
        "SLANTWISE_PORT": address.rpartition(":")[2], "SLANTWISE_WORKERS": str(workers),
        "SLANTWISE_MAX_CONCURRENT": "16", "SLANTWISE_RATE_LIMIT": "",
    }  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if name != "SLANTWISE_BUNDLE"}
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "slantwise", "serve"], env={**environment, **settings},
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(process, address)
            yield address, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    while process.poll() is None:
        try:
            if requests.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise SystemExit("the server ended before it was ready")


def workers_with(address: str, version: str) -> int:
    """Return how many workers answer with a bundle."""
    text = requests.get(f"{address}/metrics", timeout=30).text
    found = re.search(
        rf'^slantwise_bundle_info{{[^}}]*version="{re.escape(version)}"[^}}]*}} (\S+)$', text, re.M
    )
    return int(float(found[1])) if found else 0


def switch(address: str, version: str, workers: int) -> float:
    """Publish a bundle; return the seconds until every worker answers with it."""
    publish(version, Act("soak", force="a measurement"))
    began = time.perf_counter()
    while workers_with(address, version) < workers:
        if time.perf_counter() - began > 60:
            return math.inf
        time.sleep(0.05)
    return time.perf_counter() - began


def soak(reloads: int, workers: int, threads: int, pause: float) -> tuple[dict[str, Any], list[str]]:
    """Publish two bundles in turn under traffic; return the figures and the first faults."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ["SLANTWISE_HOME"] = str(home)
        os.environ.pop("SLANTWISE_BUNDLE", None)
        made = [variant(home / "bundles", f"soak.{n}", n / 2) for n in (1, 2)]
        traffic_answers = expected([newest_shipped(), *made])
        with server(home, workers) as (address, pid):
            traffic = Traffic(address, traffic_answers, threads)
            with traffic.flowing():
                seconds, mib = [], []
                for number in range(reloads):
                    time.sleep(pause)
                    seconds.append(switch(address, made[number % 2].name, workers))
                    mib.append(largest_mib(pid))
                time.sleep(pause)
    figures = _figures(traffic, seconds)
    figures["reload.worker.mib_after_1"] = {"value": mib[0], "n": 1}
    figures["reload.worker.mib_after_all"] = {"value": mib[-1], "n": reloads}
    return figures, traffic.faults[:10]


def largest_mib(pid: int) -> float:
    """Return the memory that the largest worker of a server shares with nobody, in MiB."""
    lists = [path.read_text("utf-8") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    sizes = [
        Path(f"/proc/{child}/smaps_rollup").read_text("utf-8") for text in lists for child in text.split()
    ]
    private = [sum(map(int, re.findall(r"^Private_\w+: +(\d+) kB$", one, re.M))) for one in sizes]
    return round(max(private) / 1024, 1)


def _figures(traffic: Traffic, seconds: list[float]) -> dict[str, Any]:
    counts, reloads = traffic.counts, len(seconds)
    values = {
        "reload.failed_requests": counts["failed"], "reload.mixed_answers": counts["mixed"],
        "reload.wrong_answers": counts["wrong"], "reload.s_max": round(max(seconds), 2),
    }  # fmt: skip
    figures = {name: {"value": value, "n": reloads} for name, value in values.items()}
    p95 = float(np.quantile(traffic.seconds, 0.95)) * 1000
    figures["reload.request.ms_p95"] = {"value": round(p95, 1), "n": counts["requests"]}
    return figures


def main() -> int:
    """Soak, write, print; the exit status is 1 where a limit is missed."""
    parser = argparse.ArgumentParser(description="Publish bundles under constant traffic.")
    parser.add_argument("--reloads", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds of traffic before each reload")
    parser.add_argument("--out", type=Path, default=HERE / "soak_reload.json")
    asked = parser.parse_args()
    load = round(os.getloadavg()[0], 2)
    figures, faults = soak(asked.reloads, asked.workers, asked.threads, asked.pause)
    facts = {"cores": len(os.sched_getaffinity(0)), "load_before": load, "workers": asked.workers}
    asked.out.write_text(json.dumps({"machine": facts, "figures": figures}, indent=1) + "\n", "utf-8")
    missed = [name for name, limit in LIMITS.items() if figures[name]["value"] > limit]
    for name, figure in figures.items():
        print(f"{name:28}{figure['value']:10}   n {figure['n']}{'   MISSED' if name in missed else ''}")
    for fault in faults:
        print(fault)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
