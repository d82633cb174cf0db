"""Figures of order: rank correlation with a grade, AUC within groups, and what abstaining saves."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

from training.metrics import degenerate, errors, risk_coverage
from training.predictions import Predictions

Floats = NDArray[np.float64]
#: Texts of either class that a group needs to say something of the order within it.
FEWEST: Final = 5
#: The share of texts that is answered where the risk of abstaining is told.
COVERAGE: Final = 0.8


def spearman(p: Predictions) -> float | None:
    """Return Spearman's rank correlation of the scores with the grades; None where there are none."""
    if not p.grades or len(set(p.grades)) < 2 or len(set(p.scores)) < 2:
        return None
    return float(spearmanr(p.scores, p.grades).statistic)


def auc_within(p: Predictions) -> float | None:
    """Return the mean AUC within groups that have FEWEST of both classes; None where no group has."""
    values = [value for _, value in _aucs(p)]
    return float(np.mean(values)) if values else None


def risk_saved(p: Predictions) -> float | None:
    """Return by what share the error falls when only the surest COVERAGE of the texts is answered."""
    risks = risk_coverage(p)
    if degenerate(p) or not risks[-1]:
        return None
    return float(1 - risks[max(1, round(p.size * COVERAGE)) - 1] / risks[-1])


def _aucs(p: Predictions) -> Iterable[tuple[str, float]]:
    groups = np.array(p.groups, dtype=object)
    for group in sorted(set(p.groups)):
        truth, scores = p.truth[groups == group], p.scores[groups == group]
        if min((truth == 1).sum(), (truth == 0).sum()) >= FEWEST:
            yield group, float(roc_auc_score(truth, scores))


def spearman_of(p: Predictions, weights: Floats) -> Floats:
    """Return the rank correlation of each draw of rows, weights (draws, n)."""
    found = []
    for row in weights.astype(np.int64):
        rows = np.repeat(np.arange(p.size), row)
        found.append(spearman(p.take(rows)))
    return np.array([np.nan if value is None else value for value in found], np.float64)


def auc_within_of(p: Predictions, weights: Floats) -> Floats:
    """Return the mean AUC within the groups of each draw of whole groups, weights (draws, n)."""
    first = {group: p.groups.index(group) for group in set(p.groups)}
    values = dict(_aucs(p))
    if not values:
        return np.full(len(weights), np.nan)
    drawn = weights[:, [first[group] for group in values]]
    total = drawn.sum(axis=1)
    mean = drawn @ np.array(list(values.values())) / np.maximum(total, 1)
    return np.where(total > 0, mean, np.nan)


def risk_saved_of(p: Predictions, weights: Floats) -> Floats:
    """Return what abstaining saves in each draw, weights (draws, n)."""
    order = np.argsort(-p.confidence, kind="stable")
    ordered, wrong = weights[:, order], errors(p)[order]
    total = ordered.sum(axis=1)
    kept = np.cumsum(ordered, axis=1) <= COVERAGE * total[:, None]
    risk = (ordered * wrong).sum(axis=1) / np.maximum(total, 1)
    sure = (ordered * wrong * kept).sum(axis=1) / np.maximum((ordered * kept).sum(axis=1), 1)
    return np.where(risk > 0, 1 - sure / np.maximum(risk, 1e-12), np.nan)
