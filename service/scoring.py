"""The way of one request through the core: a place, a deadline, a scorecard, a count."""

import threading
import time
from contextlib import ExitStack
from typing import Any

from service.current_bundle import CurrentBundle
from service.loading import TextScorer
from service.metrics import Metrics
from service.problems import Refusal
from service.schemas import ScoreBody, check_length
from service.settings import Settings
from service.store.database import Database
from service.store.keeping import Store
from service.storing import kept, store_mode


class Gate:
    """A fixed number of places; whoever finds none free is turned away at once, single or batch alike."""

    def __init__(self, places: int, retry_seconds: int) -> None:
        self._free = threading.BoundedSemaphore(places)
        self._retry = str(retry_seconds)

    def enter(self) -> ExitStack:
        """Take a place; closing what is returned, once or more, gives it back.

        Raises:
            Refusal: 503 with Retry-After, when none is free.

        """
        if not self._free.acquire(blocking=False):
            raise Refusal(503, "The server is busy; try again shortly.", {"Retry-After": self._retry})
        place = ExitStack()
        place.callback(self._free.release)
        return place


class Desk:
    """What every view works with: the settings, the scorer, the store, the gate and the counters.

    ``store`` is None where the operator wants nothing to be kept.
    """

    def __init__(self, settings: Settings, scorer: TextScorer, database: Database) -> None:
        self.settings = settings
        self.store = None if settings.store == "none" else Store(database, settings.text_retention_days)
        self.gate = Gate(settings.max_concurrent, settings.retry_seconds)
        self.metrics = Metrics()
        self.bundle = CurrentBundle(settings, scorer, self.metrics)

    @property
    def scorer(self) -> TextScorer:
        """The scorer in use now; take it once for all that has to fit together."""
        return self.bundle.scorer

    def answer(self, body: ScoreBody, scorer: TextScorer | None = None) -> dict[str, Any]:
        """Score one body within the limits and the deadline of this server, by the scorer in use or given.

        Raises:
            UnscorableInput: too long (``TextTooLong``), or nothing in it that can be scored.
            DeadlineExceeded: it took too long.
            ValidationError: it asks to be kept, beyond what the operator allows.
            StoreUnavailable: it should have been kept and could not.

        """
        mode = store_mode(body, self.settings)
        check_length(body)
        deadline = time.monotonic() + self.settings.deadline_seconds
        with self.metrics.scoring.track_inprogress():
            card = (scorer or self.scorer).score(body.to_request(deadline))
        self.metrics.count(card)
        return kept(self.store, card, body, mode).to_json()
