"""Stack views, calibrate and set decision rules, all on inner held-out predictions."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from models.heads import Calibration, Kind, decide, sigmoid, softmax
from models.sparse import Floats, Linear

#: Labels are withheld for this share of the inner held-out predictions, the least sure ones.
WITHHELD = 0.15
_GRID = np.linspace(0.05, 0.95, 91)


def fit_calibration(kind: Kind, views: Sequence[Floats], truth: NDArray[np.int64]) -> Calibration:
    """Fit one profile's calibration from the views' held-out decisions, each (n, outputs).

    Binary and multilabel outputs get Platt scaling (Platt 1999) over the stacked views, classes a
    multinomial stack (Wolpert 1992). Thresholds maximise macro-F1 on the same predictions.
    """
    stack = _multinomial(views, truth) if kind == "multiclass" else _platt(views, truth)
    logits = stack.dense(np.concatenate(views, axis=1))
    probabilities = softmax(logits) if kind == "multiclass" else sigmoid(logits)
    offsets = _offsets(kind, probabilities, truth)
    _, confidence = decide(kind, probabilities, offsets)
    return Calibration(stack, offsets, float(np.quantile(confidence, WITHHELD)))


def _platt(views: Sequence[Floats], truth: NDArray[np.int64]) -> Linear:
    """Fit one logistic regression an output, on that output's decisions only."""
    truth = truth.reshape(len(truth), -1)
    outputs, n = truth.shape[1], len(views)
    coef, bias = np.zeros((n * outputs, outputs), np.float32), np.zeros(outputs, np.float32)
    for k in range(outputs):
        if truth[:, k].min() == truth[:, k].max():
            coef[k::outputs, k] = 1 / n
            continue
        model = LogisticRegression(C=10).fit(np.stack([v[:, k] for v in views], axis=1), truth[:, k])
        coef[k::outputs, k], bias[k] = model.coef_[0], model.intercept_[0]
    return Linear(coef, bias)


def _multinomial(views: Sequence[Floats], truth: NDArray[np.int64]) -> Linear:
    """Fit a multinomial stack; classes that never occur get a very low bias."""
    outputs = views[0].shape[1]
    model = LogisticRegression(C=0.1, max_iter=2_000).fit(np.concatenate(views, axis=1), truth)
    coef = np.zeros((model.coef_.shape[1], outputs), np.float32)
    bias = np.full(outputs, -30, np.float32)
    if len(model.classes_) == 2:  # scikit-learn gives one row for two classes
        coef[:, model.classes_[1]], bias[model.classes_] = model.coef_[0], [0, model.intercept_[0]]
    else:
        coef[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return Linear(coef, bias)


def _offsets(kind: Kind, probabilities: Floats, truth: NDArray[np.int64]) -> Floats:
    if kind == "multiclass":
        prior = np.bincount(truth, minlength=probabilities.shape[1]) / len(truth)
        log_prior = np.log(np.maximum(prior, 1e-3))
        candidates = [np.asarray(t * log_prior, np.float32) for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
        return max(candidates, key=lambda o: _macro(truth, decide(kind, probabilities, o)[0]))
    truth = truth.reshape(len(truth), -1)
    pairs = zip(truth.T, probabilities.T, strict=True)
    return np.array(
        [_threshold(t, p, "macro" if kind == "binary" else "binary") for t, p in pairs], np.float32
    )


def _macro(truth: NDArray[np.int64], decided: NDArray[np.int64]) -> float:
    return float(f1_score(truth, decided, average="macro", zero_division=0))


def _threshold(truth: NDArray[np.int64], probabilities: Floats, average: str) -> float:
    """Return the middle of the thresholds whose F1 is within .005 of the best: a plateau, not a peak."""
    if truth.min() == truth.max():
        return 0.5
    scores = _f1_at(truth == 1, probabilities, _GRID)
    if average == "macro":
        scores = (scores + _f1_at(truth == 0, -probabilities, -_GRID, strict=True)) / 2
    return float(np.median(_GRID[scores >= scores.max() - 0.005]))


def _f1_at(
    hits: NDArray[np.bool_],
    scores: NDArray[np.floating],
    thresholds: NDArray[np.float64],
    strict: bool = False,
) -> NDArray[np.float64]:
    """Return the F1 of saying yes from each threshold on (``strict``: above it); 0 where it has none."""
    said = scores > thresholds[:, None] if strict else scores >= thresholds[:, None]
    both, either = (said & hits).sum(axis=1), said.sum(axis=1) + hits.sum()
    return np.asarray(2 * both / np.maximum(either, 1))
