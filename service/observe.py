"""What an operator asks and reads: health, readiness, metrics, and log lines without any text."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote

from apiflask import APIBlueprint
from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST

from service.access import needs
from service.answers import Health, Ready
from service.current import desk
from service.openapi import failures

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
EXPOSITION: Final[dict[str, Any]] = {
    "description": "Prometheus text.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}

log = logging.getLogger("slantwise.access")
bp = APIBlueprint("observe", __name__, tag="Operation")


@bp.get("/healthz")
@bp.doc(responses=failures())
@bp.output(Health)
def healthz() -> Health:
    """Say that the process answers."""
    return Health()


@bp.get("/readyz")
@bp.doc(responses=failures())
@bp.output(Ready)
def readyz() -> Ready:
    """Say which bundle answers, and whether another one is wanted.

    A process whose first bundle fails its self-test never gets here; a later one that fails is refused,
    and the one before goes on answering.
    """
    here = desk().bundle
    bundle = here.scorer.bundle
    return Ready(bundle=bundle.version, sha256=bundle.sha256, reload=here.reload)


@bp.get("/metrics")
@needs("read")
@bp.doc(responses=failures(success=EXPOSITION))
def metrics() -> Response:
    """Count requests, texts and abstentions, summed over all workers."""
    return Response(desk().metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def watch(app: Flask) -> None:
    """Time, count and log every request once, when its last byte has left."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    note = _Note(response)
    if response.is_streamed and not response.direct_passthrough:
        response.response = note.counting(response.response)
        response.call_on_close(note.write)
    else:
        note.size = response.content_length or response.calculate_content_length() or 0
        note.write()
    return response


class _Note:
    """One request's line: what was asked, what came of it, and how long it took."""

    def __init__(self, response: Response) -> None:
        self.size = 0
        self._started = g.started
        self._method = request.method if request.method in METHODS else "OTHER"
        self._path = quote(request.path)
        self._route = request.url_rule.rule if request.url_rule else "none"
        self._status = response.status_code
        self._metrics = desk().metrics

    def counting(self, pieces: Iterable[Any]) -> Iterator[Any]:
        """Pass the pieces on and count their bytes."""
        for piece in pieces:
            self.size += len(piece)
            yield piece

    def write(self) -> None:
        """Count the request and write its line."""
        seconds = time.perf_counter() - self._started
        self._metrics.answered(self._method, self._route, str(self._status), seconds)
        log.info(
            "method=%s path=%s status=%d ms=%.1f bytes=%d",
            self._method, self._path, self._status, seconds * 1000, self.size,
        )  # fmt: skip
