"""What the service asks of the core, and how it gets it."""

import gc
import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Protocol

from models.request import ScoreRequest
from models.scorecard import Scorecard
from service.settings import Settings

#: Niceness, of 19: with more, a busy machine would leave a new bundle waiting for minutes.
LOW_PRIORITY: Final = 3


class BundleFacts(Protocol):
    """What the service asks of a bundle."""

    @property
    def version(self) -> str:
        """Its name."""

    @property
    def sha256(self) -> str:
        """The digest of its manifest."""

    def card(self) -> Mapping[str, Any]:
        """Say what it is: labels, thresholds, corpora, figures."""


class TextScorer(Protocol):
    """What the service asks of the core; ``models.scorer.Scorer`` is one."""

    @property
    def bundle(self) -> BundleFacts:
        """The bundle that answers."""

    def score(self, request: ScoreRequest) -> Scorecard:
        """Score one text; safe to call from several threads."""

    def self_test(self) -> None:
        """Score the reference texts and compare; raises ``BundleRejected``."""


class BundleUnusable(RuntimeError):
    """There is no bundle to score with; the message names the file and the fact."""


def check_bundle(settings: Settings) -> str:
    """Verify every file of the bundle that the settings name, and return its version.

    Raises:
        BundleUnusable: a file of it is missing, altered or not allowed.

    """
    from models.bundle import BundleRejected, load_bundle

    try:
        return str(load_bundle(_path(settings)).version)
    except BundleRejected as error:
        raise BundleUnusable(str(error)) from None


def load_scorer(settings: Settings, before: TextScorer | None = None) -> TextScorer:
    """Load the bundle that the settings name, and let it score its reference texts.

    ``before`` is the scorer that answers meanwhile: it is returned where the bundle is the same, and
    its encoder is shared where that is the same; the new one is tested at low priority.

    Raises:
        BundleUnusable: a file of it is missing, altered or not allowed, or its scores are not as they were.

    """
    from models.bundle import BundleRejected, load_bundle
    from models.scorer import Scorer

    try:
        bundle = load_bundle(_path(settings))
        if before is not None and bundle.sha256 == before.bundle.sha256:
            return before
        # ONNX Runtime's threads take over the priority of the one that opens the encoder: not in quietly().
        scorer = Scorer(bundle, settings.threads, before.encoder if isinstance(before, Scorer) else None)
        scorer.self_test() if before is None else quietly(scorer.self_test)
    except BundleRejected as error:
        raise BundleUnusable(str(error)) from None
    except OSError as error:
        raise BundleUnusable(f"{Path(error.filename or '').name}: {error.strerror}") from None
    return scorer


def quietly(work: Callable[[], None]) -> None:
    """Run something in a thread that leaves the processor to others, where threads have priorities."""
    with ThreadPoolExecutor(1, initializer=_give_way) as pool:
        pool.submit(work).result()


def spare_collector() -> None:
    """Let the collector never look again through what is loaded now: that would hold up a request by 0.1 s.

    What was spared before and is gone meanwhile is collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _give_way() -> None:
    if sys.platform == "linux":
        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, max(now, LOW_PRIORITY))


def _path(settings: Settings) -> Path:
    from models.bundle import current_bundle_path

    return settings.bundle_path or current_bundle_path()
