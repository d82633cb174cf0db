"""Stack views, calibrate and set decision rules, all on inner held-out predictions."""

from collections.abc import Sequence
from typing import Final

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

    A binary output gets Platt scaling (Platt 1999) over the stacked views, classes a multinomial stack
    (Wolpert 1992). Labels that may stand together share what a view weighs, and the threshold: each has its
    own base rate alone, as most are too rare for more. Thresholds maximise macro-F1 on the same predictions.
    """
    stack = _STACKS[kind](views, truth)
    logits = stack.dense(np.concatenate(views, axis=1))
    probabilities = softmax(logits) if kind == "multiclass" else sigmoid(logits)
    offsets = _offsets(kind, probabilities, truth)
    _, confidence = decide(kind, probabilities, offsets)
    return Calibration(stack, offsets, float(np.quantile(confidence, WITHHELD)))


def _platt(views: Sequence[Floats], truth: NDArray[np.int64]) -> Linear:
    if truth.min() == truth.max():
        return Linear(np.full((len(views), 1), 1 / len(views), np.float32), np.zeros(1, np.float32))
    model = LogisticRegression(C=10).fit(np.concatenate(views, axis=1), truth.ravel())
    return Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))


def _shared_platt(views: Sequence[Floats], truth: NDArray[np.int64]) -> Linear:
    """Fit one weight a view for all labels, and a bias a label that is held to their mean."""
    n, outputs = truth.shape
    decisions = np.stack(views, axis=2).transpose(1, 0, 2).reshape(-1, len(views))
    which = np.repeat(np.eye(outputs, dtype=np.float32), n, axis=0)
    y = truth.T.ravel()
    shared, bias = np.full(len(views), 1 / len(views)), np.zeros(outputs)
    if y.min() < y.max():
        model = LogisticRegression(max_iter=1_000).fit(np.concatenate([decisions, which], axis=1), y)
        shared, bias = model.coef_[0, : len(views)], model.coef_[0, len(views) :] + model.intercept_
    coef = np.kron(shared[:, None], np.eye(outputs))
    return Linear(coef.astype(np.float32), bias.astype(np.float32))


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


_STACKS: Final = {"binary": _platt, "multilabel": _shared_platt, "multiclass": _multinomial}


def _offsets(kind: Kind, probabilities: Floats, truth: NDArray[np.int64]) -> Floats:
    if kind == "multiclass":
        prior = np.bincount(truth, minlength=probabilities.shape[1]) / len(truth)
        log_prior = np.log(np.maximum(prior, 1e-3))
        candidates = [np.asarray(t * log_prior, np.float32) for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
        return max(candidates, key=lambda o: _macro(truth, decide(kind, probabilities, o)[0]))
    truth = truth.reshape(len(truth), -1)
    return np.full(truth.shape[1], _threshold(kind, truth == 1, probabilities), np.float32)


def _macro(truth: NDArray[np.int64], decided: NDArray[np.int64]) -> float:
    return float(f1_score(truth, decided, average="macro", zero_division=0))


def _threshold(kind: Kind, hits: NDArray[np.bool_], probabilities: Floats) -> float:
    """Return the middle of the thresholds whose macro-F1 is within .005 of the best: a plateau, not a peak.

    The mean is over yes and no of a binary output, and over the yes of labels that occur.
    """
    if hits.all() or not hits.any():
        return 0.5
    columns = [k for k in range(hits.shape[1]) if hits[:, k].any()]
    scores = [_f1_at(hits[:, k], probabilities[:, k], _GRID) for k in columns]
    if kind == "binary":
        scores.append(_f1_at(~hits[:, 0], -probabilities[:, 0], -_GRID, strict=True))
    means = np.mean(scores, axis=0)
    return float(np.median(_GRID[means >= means.max() - 0.005]))


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
