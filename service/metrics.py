"""Counters of requests, texts and abstentions that add up over several workers."""

import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from models.scorecard import AdvocacyScore, Scorecard, SourceTypeScore, StanceScore
from service.drift.gauges import DriftCollector

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

Judgement = AdvocacyScore | SourceTypeScore | StanceScore


class Metrics:
    """The counters of one app; in several workers they meet in ``PROMETHEUS_MULTIPROC_DIR``."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        own.register(DriftCollector())
        where = ["method", "route", "status"]
        self.requests = Counter("slantwise_requests", "Requests answered.", where, registry=own)
        self.seconds = Histogram(
            "slantwise_request_seconds", "Time to answer.", where[1:], buckets=BUCKETS, registry=own
        )
        self.texts = Counter("slantwise_texts", "Texts scored.", ["profile"], registry=own)
        self.abstentions = Counter(
            "slantwise_abstentions", "Heads that gave no label.", ["head", "reason"], registry=own
        )
        self.scoring = Gauge(
            "slantwise_scoring", "Texts being scored now.", registry=own, multiprocess_mode="livesum"
        )
        self._bundle = Gauge(
            "slantwise_bundle_info", "Workers that answer with this bundle.", ["version", "sha256"],
            registry=own, multiprocess_mode="livesum",
        )  # fmt: skip
        self._serving: tuple[str, str] | None = None
        self.reload_refused = Gauge(
            "slantwise_reload_refused", "Workers that keep a bundle because the wanted one is refused.",
            registry=own, multiprocess_mode="livesum",
        )  # fmt: skip
        self.reload_failures = Counter(
            "slantwise_reload_failures", "Bundles that a worker did not take.", registry=own
        )

    def serves(self, version: str, sha256: str) -> None:
        """Say which bundle this worker answers with from now on."""
        if self._serving:
            self._bundle.labels(*self._serving).set(0)
        self._serving = (version, sha256)
        self._bundle.labels(version, sha256).set(1)

    def answered(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count one request, once."""
        self.requests.labels(method, route, status).inc()
        self.seconds.labels(route, status).observe(seconds)

    def count(self, card: Scorecard) -> None:
        """Count one scored text and the heads that abstained on it."""
        self.texts.labels(card.model.profile).inc()
        for head, reason in _abstentions(card):
            self.abstentions.labels(head, reason).inc()

    def exposition(self) -> bytes:
        """Return the text that Prometheus reads, summed over all workers."""
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if not folder:
            return generate_latest(self.registry)
        _forget_the_dead(Path(folder))
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody, path=folder)  # type: ignore[no-untyped-call]
        everybody.register(DriftCollector())
        return generate_latest(everybody)


def _abstentions(card: Scorecard) -> Iterator[tuple[str, str]]:
    judged: list[tuple[str, Judgement]] = [("advocacy", card.advocacy), ("source_type", card.source_type)]
    for head, answer in [*judged, *(("stance", stance) for stance in card.stance)]:
        if answer.abstained:
            yield head, answer.reason or "unknown"
    for kind in ("policy", "story"):
        frames = [frame for frame in card.frames if frame.kind == kind]
        if frames and all(frame.present is None for frame in frames):
            yield f"{kind}_frames", card.advocacy.reason or "unknown"


def _forget_the_dead(folder: Path) -> None:
    """Drop the live gauges of processes that are gone; the server has no hook that would."""
    for pid in {path.stem.rpartition("_")[2] for path in folder.glob("gauge_live*.db")}:
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
