"""What a head said about texts it had not seen: the form from which every figure is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Predictions:
    """Pooled out-of-fold predictions of one head on one corpus under one protocol; K is len(classes).

    Raises:
        ValueError: when shapes disagree or a score is not a number.

    """

    head: str  # e.g. "loaded_language", "source_type", "policy_frames"
    corpus: str  # figure name part, e.g. "babe", "all", "allsides_clean"
    protocol: str  # "random", "outlets_held_out", "corpora_held_out", "zero_shot", "test", ...
    kind: str  # "binary" | "multiclass" | "multilabel"
    classes: tuple[str, ...]  # binary: (negative, positive)
    truth: NDArray[np.int64]  # (n,) class index for binary/multiclass; (n, K) 0/1 for multilabel
    scores: NDArray[np.float64]  # (n, K) calibrated probabilities; binary: (n,) of the positive class
    decided: NDArray[np.int64]  # (n,) or (n, K) decisions by the thresholds from inner folds
    groups: tuple[str, ...]  # bootstrap unit of each row
    corpora: tuple[str, ...]  # corpus of each row (for recall by class and corpus)
    confidence: NDArray[np.float64]  # (n,) for risk-coverage, higher = surer
    accepted: NDArray[np.bool_]  # (n,) not abstained
    seed: int
    profile: str  # "fast" | "accurate"
    tier: str  # "shipped" | "research"
    texts: tuple[str, ...] = ()  # kept in memory only, for lexicon baselines; never written to the report
    grades: tuple[float, ...] = ()  # (n,) how strongly each text was graded, where it was

    def __post_init__(self) -> None:
        n, k = len(self.groups), len(self.classes)
        labels = (n, k) if self.kind == "multilabel" else (n,)
        wanted = {
            "truth": labels,
            "decided": labels,
            "scores": (n,) if self.kind == "binary" else (n, k),
            "confidence": (n,),
            "accepted": (n,),
        }
        where = f"{self.head}.{self.corpus}.{self.protocol}"
        for name, shape in wanted.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{where}: {name} has shape {getattr(self, name).shape}, not {shape}")
        if len(self.corpora) != n or any(len(one) not in (0, n) for one in (self.texts, self.grades)):
            raise ValueError(f"{where}: corpora, grades and texts need one entry a row")
        if not np.isfinite(self.scores).all():
            raise ValueError(f"{where}: a score is not a finite number")

    @property
    def control(self) -> str:
        """Which control of the head it is, empty for the head itself; see :mod:`training.controls`."""
        return self.head.partition("[")[2].rstrip("]")

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.groups)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> "Predictions":
        """Return the predictions of some rows, in the order given."""
        index = np.asarray(rows, dtype=np.int64)
        arrays = ("truth", "scores", "decided", "confidence", "accepted")
        tuples = ("groups", "corpora", "grades", "texts")
        changed = {name: getattr(self, name)[index] for name in arrays}
        for name in tuples:
            values = getattr(self, name)
            changed[name] = tuple(values[i] for i in index) if values else ()
        return replace(self, **changed)
