"""The bundle that answers: a thread in each worker follows the CURRENT pointer and swaps one reference."""

import logging
import threading
import time
from collections.abc import Hashable
from pathlib import Path
from typing import Final

from service.answers import Reload
from service.loading import BundleUnusable, TextScorer, load_scorer, spare_collector
from service.metrics import Metrics
from service.problems import log_failure
from service.settings import Settings

#: A refused bundle is tried again when its files change, and after this time: memory may have been short.
RETRY_SECONDS: Final = 60.0
#: No thread can wait for longer than some centuries, and no operator wants to.
LONGEST_SECONDS: Final = 3_600.0

log = logging.getLogger("slantwise.bundle")


class CurrentBundle:
    """The scorer that answers now, and what became of the bundle that is wanted in its place.

    Whoever needs more than one thing of a scorer takes it once: the next look may give another one.
    """

    def __init__(self, settings: Settings, scorer: TextScorer, metrics: Metrics) -> None:
        self.scorer = scorer
        #: What is wanted and not in use yet, or why it never will be; None when all is well.
        self.reload: Reload | None = None
        self._settings = settings
        self._metrics = metrics
        self._seen: Hashable = None
        self._refused_at: float | None = None
        self._stop = threading.Event()
        metrics.serves(scorer.bundle.version, scorer.bundle.sha256)

    def follow(self) -> None:
        """Look every ``reload_seconds`` from now on, in a thread that ends with the process."""
        threading.Thread(target=self._run, name="bundle", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()

    def look(self) -> None:
        """Take the bundle that is wanted now, if it is another one and sound; else keep what there is."""
        seen = marks()
        again = self._refused_at is not None and time.monotonic() - self._refused_at > RETRY_SECONDS
        if seen == self._seen and not again:
            return
        self._seen = seen
        wanted = _wanted()
        if wanted != self.scorer.bundle.version:
            self.reload = Reload(wanted=wanted, refused=None)
        try:
            self._take(load_scorer(self._settings, self.scorer))
        except BundleUnusable as error:
            self._refuse(wanted, str(error))
        except Exception as error:
            log_failure(error)
            self._refuse(wanted, f"it cannot be loaded: {type(error).__name__}")

    def _run(self) -> None:
        while not self._stop.wait(min(self._settings.reload_seconds, LONGEST_SECONDS)):
            try:
                self.look()
            except Exception as error:  # the thread outlives whatever a disk may do
                log_failure(error)

    def _take(self, scorer: TextScorer) -> None:
        before, self.scorer = self.scorer, scorer
        self.reload = self._refused_at = None
        self._metrics.reload_refused.set(0)
        if scorer is not before:
            self._metrics.serves(scorer.bundle.version, scorer.bundle.sha256)
            log.info("bundle=%s before=%s", scorer.bundle.version, before.bundle.version)
            del before
            spare_collector()

    def _refuse(self, wanted: str | None, reason: str) -> None:
        refused = Reload(wanted=wanted, refused=reason)
        if refused != self.reload:
            log.error("bundle=%s kept, wanted=%s: %s", self.scorer.bundle.version, wanted, reason)
        self.reload = refused
        self._refused_at = time.monotonic()
        self._metrics.reload_refused.set(1)
        self._metrics.reload_failures.inc()


def marks() -> Hashable:
    """Return what changes when another bundle is wanted, or a file of the wanted one is replaced."""
    from models.bundle_files import BundleRejected
    from models.encoder import local_encoders
    from models.home import slantwise_home
    from models.pointer import POINTER, current_bundle_path

    seen = (_mark(slantwise_home() / POINTER), _mark(local_encoders()))
    try:
        folder = current_bundle_path()
        return seen, tuple((path.name, _mark(path)) for path in sorted(folder.iterdir()))
    except (BundleRejected, OSError) as error:
        return seen, str(error)


def _mark(path: Path) -> Hashable:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size


def _wanted() -> str | None:
    from models.bundle_files import BundleRejected
    from models.pointer import current_bundle_path, read_pointer

    try:
        return read_pointer() or current_bundle_path().name
    except BundleRejected:
        return None
