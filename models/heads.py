"""Heads: linear views of the features, stacked and calibrated into probabilities and decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.sparse import Linear

Floats = NDArray[np.float32]
Kind = Literal["binary", "multiclass", "multilabel"]
Space = Literal["sentence", "document", "mention", "signals"]

#: Probabilities are taken for no less before their logarithm.
_LEAST: Final = 1e-4
#: Which views a profile reads; a view that a head does not have is left out.
VIEWS: Final[dict[str, tuple[str, ...]]] = {
    "fast": ("sparse", "style", "signals_fast"),
    "accurate": ("sparse", "dense", "signals_accurate"),
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What one profile adds: stacking of the views' decisions, decision rule, and where to abstain.

    ``stack`` maps the views' decisions, side by side, to logits (Platt scaling for one output,
    a multinomial stack for several classes). ``offsets`` are thresholds on the probability
    (binary, multilabel) or amounts taken from the log-probabilities before the largest wins
    (multiclass). Labels are withheld where confidence is below ``cut``.
    """

    stack: Linear
    offsets: Floats
    cut: float


@dataclass(frozen=True, slots=True)
class Pooling:
    """How the mean over the mentions of a target becomes the probabilities of a whole document.

    The logarithm of the mean is stretched by ``slope ** s`` and moved by ``s * bias``, (classes,), where
    s = 1 - 1 / mentions: a single mention is left as it is, and the more there are, the more their mean
    is read as readers of whole documents judge. ``cut`` is that of :class:`Calibration`, for documents.
    """

    slope: float
    bias: tuple[float, ...]
    cut: float

    def probabilities(self, means: Floats, mentions: NDArray[np.int64]) -> Floats:
        """Return probabilities, (documents, classes), from means over so many mentions."""
        share = document_share(mentions)
        logits = np.log(np.maximum(means, _LEAST)) * self.slope**share + share * np.array(self.bias)
        return softmax(np.asarray(logits, np.float32))


@dataclass(frozen=True, slots=True)
class Head:
    """One classifier: its views and, per profile, its calibration.

    Where it reads mentions, ``poolings`` say by profile what those of a document make together; without
    them it is their mean.
    """

    name: str
    kind: Kind
    space: Space
    classes: tuple[str, ...]
    views: Mapping[str, Linear]
    calibrations: Mapping[str, Calibration]
    calibrated: bool
    poolings: Mapping[str, Pooling] = field(default_factory=dict)

    @property
    def outputs(self) -> int:
        """Number of outputs: one for a binary head, else one a class."""
        return 1 if self.kind == "binary" else len(self.classes)

    def view_names(self, profile: str) -> tuple[str, ...]:
        """Return the views that this head reads in a profile."""
        return tuple(view for view in VIEWS[profile] if view in self.views)

    def probabilities(self, decisions: Mapping[str, Floats], profile: str) -> Floats:
        """Return probabilities of shape (n, outputs) from the views' decisions, each (n, outputs)."""
        stacked = np.concatenate([decisions[view] for view in self.view_names(profile)], axis=1)
        logits = self.calibrations[profile].stack.dense(stacked)
        return softmax(logits) if self.kind == "multiclass" else sigmoid(logits)

    def decide(self, probabilities: Floats, profile: str) -> tuple[NDArray[np.int64], Floats]:
        """Return decisions and confidences in [0, 1].

        Decisions have shape (n,) (class index; binary 0 or 1) or, multilabel, (n, classes) of 0 and 1;
        confidences have shape (n,).
        """
        return decide(self.kind, probabilities, self.calibrations[profile].offsets)

    def of_documents(
        self, means: Floats, mentions: NDArray[np.int64], profile: str
    ) -> tuple[Floats, NDArray[np.int64], Floats, NDArray[np.bool_]]:
        """Return probabilities, (documents, classes), decisions, confidences, and where a label is withheld.

        ``means`` are those of the probabilities of a document's mentions, (documents, classes); what is
        decided and withheld goes over from the rules for one mention to those for documents.
        """
        rule, pooling = self.calibrations[profile], self.poolings.get(profile)
        share = document_share(mentions) if pooling else np.zeros((len(means), 1))
        probabilities = pooling.probabilities(means, mentions) if pooling else means
        decided, confidence = decide(self.kind, probabilities, (1 - share) * rule.offsets)
        cut = (1 - share[:, 0]) * rule.cut + share[:, 0] * (pooling.cut if pooling else 0)
        return probabilities, decided, confidence, confidence < cut


def document_share(mentions: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far mentions are read as a document, (documents, 1): nought for one, near one for many."""
    return 1 - 1 / np.asarray(mentions, np.float64)[:, None]


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)


def softmax(logits: Floats) -> Floats:
    """Return the softmax along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def decide(
    kind: Kind, probabilities: Floats, offsets: NDArray[np.floating]
) -> tuple[NDArray[np.int64], Floats]:
    """Apply a decision rule; confidence is the distance to the border, one at full certainty."""
    if kind == "multiclass":
        shifted = np.log(np.maximum(probabilities, 1e-9)) - offsets
        ranked = np.sort(softmax(np.asarray(shifted, np.float32)), axis=1)
        return shifted.argmax(axis=1), np.asarray(ranked[:, -1] - ranked[:, -2], np.float32)
    above = probabilities >= offsets
    distance = np.where(above, (probabilities - offsets) / (1 - offsets), (offsets - probabilities) / offsets)
    decided = above.astype(np.int64)
    return (decided[:, 0] if kind == "binary" else decided), np.asarray(distance.min(axis=1), np.float32)
