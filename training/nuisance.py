"""Directions in which corpora differ within one class, taken out before a linear model is fitted.

What tells the news of one corpus from the news of another is how it was collected, cut and typeset, and a
model that leans on it errs on the next corpus. Nuisance attribute projection (Solomonoff, Campbell & Boardman
2005, "Advances in channel compensation for SVM speaker recognition"): the projection goes into the weights,
so that nothing is done when texts are scored.
"""

import numpy as np
from numpy.typing import NDArray

from models.sparse import Floats

#: Samples that a corpus must give to a class before its mean there says anything.
FEWEST = 10


def nuisance(
    x: Floats, outputs: NDArray[np.int64], corpora: NDArray[np.str_], most: int
) -> NDArray[np.float64]:
    """Return at most ``most`` orthonormal directions, (features, directions), the strongest first.

    ``x`` is (samples, features), ``outputs`` (samples, classes) of 0 and 1, ``corpora`` (samples,).
    """
    apart = [np.zeros((0, x.shape[1]))]
    for column in outputs.T:
        means = [x[mine].mean(axis=0, dtype=np.float64) for name in np.unique(corpora)
                 if (mine := (column == 1) & (corpora == name)).sum() >= FEWEST]  # fmt: skip
        if len(means) > 1:
            apart.append(np.array(means) - np.mean(means, axis=0))
    together = np.concatenate(apart)
    if not len(together):
        return np.zeros((x.shape[1], 0))
    _, strength, directions = np.linalg.svd(together, full_matrices=False)
    kept = min(most, int((strength > 1e-9 * max(strength[0], 1e-9)).sum()))
    return np.asarray(directions[:kept].T)


def without(x: Floats, directions: NDArray[np.float64]) -> Floats:
    """Return rows without what they have of some orthonormal directions."""
    return np.asarray(x - (x @ directions) @ directions.T, np.float32)
