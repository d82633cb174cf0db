"""Linear models of one view, one balanced logistic regression an output."""

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from models.sparse import Floats, Linear
from models.style import NAMES
from training.nuisance import nuisance, without
from training.specs import Spec

#: Smallest spread that a feature is scaled by. Some encoder dimensions hardly move, and pasted posts are rare
#: in corpora but common on messy pages: without a floor one of them could outweigh all the words.
VECTOR_FLOOR = 1e-3
STYLE_FLOOR = 0.05


def logistic(
    x: Floats, y: NDArray[np.int64], strength: float, weight: Floats | None = None
) -> tuple[Floats, float]:
    """Fit one balanced logistic regression; a class that is missing gives a constant.

    ``weight`` has shape (samples,); samples that weigh nothing are left out.
    """
    if weight is not None:
        x, y, weight = x[weight > 0], y[weight > 0], weight[weight > 0]
    if y.min() == y.max():
        return np.zeros(x.shape[1], np.float32), 4.0 if y[0] else -4.0
    model = LogisticRegression(
        C=strength, class_weight="balanced", solver="liblinear", max_iter=300, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, y, weight)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def one_hot(spec: Spec, truth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0/1 columns, one an output."""
    if spec.kind == "binary":
        return truth[:, None]
    return truth if spec.kind == "multilabel" else np.eye(len(spec.classes), dtype=np.int64)[truth]


def fit_linear(
    x: Floats, outputs: NDArray[np.int64], strength: float, weights: Floats | None = None
) -> Linear:
    """Fit a logistic regression for each column of ``outputs``; both have shape (samples, outputs)."""
    columns = [None] * outputs.shape[1] if weights is None else list(weights.T)
    fitted = [logistic(x, y, strength, weight) for y, weight in zip(outputs.T, columns, strict=True)]
    return Linear(
        np.stack([coef for coef, _ in fitted], axis=1), np.array([b for _, b in fitted], np.float32)
    )


def fit_dense(
    spec: Spec, x: Floats, outputs: NDArray[np.int64], strength: float, definitions: Floats | None,
    weights: Floats | None = None, corpora: NDArray[np.str_] | None = None,
) -> Linear:  # fmt: skip
    """Fit on standardised features and fold the scaling, and the definitions, into the weights.

    Scaled by the samples that weigh one: feedback, which weighs less, moves no scale. Where the head leaves
    directions out in which ``corpora`` (samples,) differ, feedback has no say in which they are either.
    """
    whole = np.ones(len(x), bool) if weights is None else weights.max(axis=1) >= 1
    plain = x[whole]
    if spec.standardise:
        mean, scale = plain.mean(axis=0), np.maximum(plain.std(axis=0), _floors(spec, x.shape[1]))
        standard = (x - mean) / scale
        if corpora is not None and spec.nuisance:
            apart = nuisance(standard[whole], outputs[whole], corpora[whole], spec.nuisance)
            linear = fit_linear(without(standard, apart), outputs, strength, weights)
            linear = Linear(without(linear.coef.T, apart).T, linear.bias)
        else:
            linear = fit_linear(standard, outputs, strength, weights)
        coef = linear.coef / scale[:, None]
        linear = Linear(coef, np.asarray(linear.bias - mean @ coef, np.float32))
    else:
        linear = fit_linear(x, outputs, strength, weights)
    if definitions is None or not spec.definitions:
        return linear
    return _with_definitions(spec, linear, plain, definitions)


def _floors(spec: Spec, width: int) -> Floats:
    """Return the smallest scale of each feature; a document's style stands last."""
    floors = np.full(width, VECTOR_FLOOR, np.float32)
    if spec.space == "document":
        floors[-len(NAMES) :] = STYLE_FLOOR
    return floors


def _with_definitions(spec: Spec, linear: Linear, x: Floats, definitions: Floats) -> Linear:
    """Add the standardised similarity to each definition, scaled like the learnt decision."""
    learnt, similar = linear.dense(x), x @ definitions.T
    factor = spec.definitions * learnt.std(axis=0) / np.maximum(similar.std(axis=0), 1e-6)
    shift = similar.mean(axis=0) * factor
    return Linear(linear.coef + definitions.T * factor, (linear.bias - shift).astype(np.float32))
