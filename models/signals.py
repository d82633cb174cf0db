"""The parts of advocacy: what sentence and document heads say, put into one row."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.labels import SENTENCE_SIGNALS, SOURCE_TYPES

Floats = NDArray[np.float32]
NAMES: Final = (
    *(f"{signal}_{part}" for signal in SENTENCE_SIGNALS for part in ("mean", "top")),
    "opinion_article", "partisan", *SOURCE_TYPES,
)  # fmt: skip


def own_voice(quoted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which sentences are the author's own: those not quoted, or all where all are."""
    return np.ones_like(quoted) if quoted.all() else ~quoted


def top_mean(scores: Floats) -> float:
    """Return the mean of the highest quarter, at least three scores (fewer where there are not three)."""
    return float(np.sort(scores)[-max(3, len(scores) // 4) :].mean())


def sentence_signals(scores: Mapping[str, Floats], quoted: NDArray[np.bool_]) -> dict[str, float]:
    """Return mean and top of each sentence signal over the author's own sentences.

    ``scores`` maps a signal to its probabilities, each of shape (sentences,).
    """
    voice = own_voice(quoted)
    out: dict[str, float] = {}
    for signal in SENTENCE_SIGNALS:
        out[f"{signal}_mean"] = float(scores[signal][voice].mean())
        out[f"{signal}_top"] = top_mean(scores[signal][voice])
    return out


def signal_row(sentence: Mapping[str, float], opinion: float, partisan: float, source: Floats) -> Floats:
    """Return the row that the advocacy head reads, in the order of NAMES.

    Probabilities enter as they are, those of document heads as bounded logits.
    """
    document = np.array([opinion, partisan, *source], np.float32)
    logits = np.log(np.clip(document, 0.005, 0.995) / (1 - np.clip(document, 0.005, 0.995)))
    return np.concatenate([np.array(list(sentence.values()), np.float32), logits]).astype(np.float32)
