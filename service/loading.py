"""What the service asks of the core, and how it gets it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from models.request import ScoreRequest
from models.scorecard import Scorecard
from service.settings import Settings


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


def load_scorer(settings: Settings) -> TextScorer:
    """Load the bundle that the settings name, and let it score its reference texts.

    Raises:
        BundleUnusable: a file of it is missing, altered or not allowed, or its scores are not as they were.

    """
    from models.bundle import BundleRejected, load_bundle
    from models.scorer import Scorer

    try:
        scorer = Scorer(load_bundle(_path(settings)), threads=settings.threads)
        scorer.self_test()
    except BundleRejected as error:
        raise BundleUnusable(str(error)) from None
    return scorer


def _path(settings: Settings) -> Path:
    from models.bundle import current_bundle_path

    return settings.bundle_path or current_bundle_path()
