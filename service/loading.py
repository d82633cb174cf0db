"""What the service asks of the core, and how it gets it."""

from collections.abc import Mapping
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


def load_scorer(settings: Settings) -> TextScorer:
    """Load and check the bundle that the settings name.

    Raises:
        BundleRejected: a file of it is missing, altered or not allowed.

    """
    from models.bundle import current_bundle_path, load_bundle
    from models.scorer import Scorer

    path = settings.bundle_path or current_bundle_path()
    return Scorer(load_bundle(path), threads=settings.threads)
