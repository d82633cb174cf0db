"""Figures of pooled predictions; ``None`` where a figure has no meaning (no rows, or one class only)."""

from collections.abc import Callable
from functools import wraps
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sk

from training.predictions import Predictions

Floats = NDArray[np.float64]
Metric = Callable[[Predictions], float | None]

#: ECE uses this many bins of equal mass (Nixon et al. 2019, "Measuring Calibration in Deep Learning").
BINS: Final = 15


def one_vs_rest(predictions: Predictions) -> tuple[Floats, Floats]:
    """Return truth (0 or 1) and scores by class, both (n, columns); a binary head has one column."""
    p = predictions
    if p.kind == "binary":
        return (p.truth == 1).astype(float)[:, None], p.scores[:, None]
    if p.kind == "multilabel":
        return p.truth.astype(float), p.scores
    return np.eye(len(p.classes))[p.truth], p.scores


def degenerate(predictions: Predictions) -> bool:
    """Say whether there is nothing to tell apart: no rows, or the truth is always the same."""
    if predictions.size == 0:
        return True
    truth, _ = one_vs_rest(predictions)
    return bool((truth == truth[0]).all())


def _where_defined(metric: Callable[[Predictions], float]) -> Metric:
    @wraps(metric)
    def guarded(predictions: Predictions) -> float | None:
        return None if degenerate(predictions) else float(metric(predictions))

    return guarded


@_where_defined
def macro_f1(predictions: Predictions) -> float:
    """Return the mean F1 over classes seen in truth or decisions; multilabel: of the label's presence."""
    p = predictions
    columns = np.arange(len(p.classes))
    if p.kind == "multilabel":
        columns = np.flatnonzero(p.truth.any(axis=0) | p.decided.any(axis=0))
    else:
        columns = np.union1d(p.truth, p.decided)
    return float(sk.f1_score(p.truth, p.decided, labels=columns, average="macro", zero_division=0))


@_where_defined
def f1(predictions: Predictions) -> float:
    """Return the F1 of the positive class of a binary head."""
    return float(sk.f1_score(predictions.truth, predictions.decided, zero_division=0))


@_where_defined
def accuracy(predictions: Predictions) -> float:
    """Return the share of rows decided rightly; multilabel: of all labels of all rows."""
    return 1.0 - float(errors(predictions).mean())


@_where_defined
def auc(predictions: Predictions) -> float:
    """Return the area under the ROC curve; several classes: the mean one-vs-rest over classes that vary."""
    truth, scores = one_vs_rest(predictions)
    varies = np.ptp(truth, axis=0) > 0
    return float(sk.roc_auc_score(truth[:, varies], scores[:, varies], average="macro"))


@_where_defined
def average_precision(predictions: Predictions) -> float:
    """Return the average precision; several classes: the mean one-vs-rest over classes that vary."""
    truth, scores = one_vs_rest(predictions)
    varies = np.ptp(truth, axis=0) > 0
    return float(sk.average_precision_score(truth[:, varies], scores[:, varies], average="macro"))


def recalls(predictions: Predictions) -> dict[str, tuple[float, int]]:
    """Return class -> (recall, rows of the class), for classes that occur; multilabel: of presence."""
    p = predictions
    found = {}
    for column, name in enumerate(p.classes):
        truth = p.truth[:, column] == 1 if p.kind == "multilabel" else p.truth == column
        decided = p.decided[:, column] == 1 if p.kind == "multilabel" else p.decided == column
        if truth.any():
            found[name] = (float(decided[truth].mean()), int(truth.sum()))
    return found


@_where_defined
def recall_min(predictions: Predictions) -> float:
    """Return the recall of the class that is found worst."""
    return min(recall for recall, _ in recalls(predictions).values())


def bins_of(scores: Floats) -> NDArray[np.int64]:
    """Return the number of each score's equal-mass bin; equal scores are never parted."""
    edges = np.unique(np.quantile(scores, np.linspace(0, 1, BINS + 1)))
    return np.searchsorted(edges[1:-1], scores, side="right").astype(np.int64)


@_where_defined
def ece(predictions: Predictions) -> float:
    """Return the expected calibration error: 15 equal-mass bins, the mean one-vs-rest over classes."""
    truth, scores = one_vs_rest(predictions)
    gaps = []
    for column in range(truth.shape[1]):
        gap = np.bincount(bins_of(scores[:, column]), truth[:, column] - scores[:, column])
        gaps.append(np.abs(gap).sum() / predictions.size)
    return float(np.mean(gaps))


@_where_defined
def brier(predictions: Predictions) -> float:
    """Return the Brier score (Brier 1950): the mean squared error of the scores, one-vs-rest."""
    truth, scores = one_vs_rest(predictions)
    return float(sk.mean_squared_error(truth, scores))


@_where_defined
def brier_skill(predictions: Predictions) -> float:
    """Return 1 - Brier / Brier of the base rates (Brier 1950): 1 is perfect, 0 no better than base rates."""
    truth, scores = one_vs_rest(predictions)
    base = np.broadcast_to(truth.mean(axis=0), truth.shape)
    return 1.0 - float(sk.mean_squared_error(truth, scores) / sk.mean_squared_error(truth, base))


def errors(predictions: Predictions) -> Floats:
    """Return each row's error, shape (n,): 0 or 1; multilabel: the share of its labels that are wrong."""
    wrong: Floats = (predictions.truth != predictions.decided).astype(float)
    return wrong if wrong.ndim == 1 else np.asarray(wrong.mean(axis=1))


def risk_coverage(predictions: Predictions) -> Floats:
    """Return the error of the 1, 2, ... n surest rows, shape (n,) (El-Yaniv & Wiener 2010).

    Rows of equal confidence are taken together: each gets the mean error of its ties.
    """
    _, ties = np.unique(-predictions.confidence, return_inverse=True)
    wrong = errors(predictions)
    means = np.bincount(ties, wrong) / np.bincount(ties) if len(wrong) else wrong
    return np.cumsum(means[np.sort(ties)]) / np.arange(1, len(wrong) + 1)


def risk_at_coverage(predictions: Predictions, coverage: float) -> float | None:
    """Return the error when only the surest share ``coverage`` of the rows is answered."""
    kept = round(predictions.size * coverage)
    return float(risk_coverage(predictions)[kept - 1]) if kept else None
