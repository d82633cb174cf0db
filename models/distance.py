"""How far two summaries of scorecards are apart, signal by signal, in units that can be read."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.stats import wasserstein_distance

from models.observed import FRAMES, NUMBERS, Summary, middles


def distance(signal: str, one: Summary, other: Summary) -> float | None:
    """Return how far apart two summaries are, None where one of them says nothing of the signal.

    Of numbers it is the mean way that a text has moved (1-Wasserstein, in the number's own unit), of
    labels the Jensen-Shannon distance to base 2, from 0 (alike) to 1; of frames that of the frame that
    changed most, present or not.
    """
    if not one.count(signal) or not other.count(signal):
        return None
    if signal in NUMBERS:
        at = middles(signal)
        return float(wasserstein_distance(at, at, one.numbers[signal], other.numbers[signal]))
    if signal == FRAMES:
        return max(apart(*table) for table in frame_tables(one, other).values())
    return apart(*label_table(one, other, signal))


def label_table(one: Summary, other: Summary, signal: str) -> NDArray[np.int64]:
    """Return the counts of both, shape (2, labels), those labels that either has."""
    names = sorted({*one.labels[signal], *other.labels[signal]})
    return np.array([[summary.labels[signal][name] for name in names] for summary in (one, other)], np.int64)


def frame_tables(one: Summary, other: Summary) -> dict[str, NDArray[np.int64]]:
    """Return for each frame the texts with and without it, shape (2, 2); at least for one frame."""
    names = sorted({*one.present, *other.present}) or ["none"]
    return {
        name: np.array(
            [[summary.present[name], summary.decided - summary.present[name]] for summary in (one, other)],
            np.int64,
        )
        for name in names
    }


def apart(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return the Jensen-Shannon distance of two rows of counts."""
    # Rounding may leave a tiny negative number under the root.
    return float(np.nan_to_num(jensenshannon(one, other, base=2)))
