"""Linear models of one view, one balanced logistic regression an output."""

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from models.sparse import Floats, Linear
from models.style import NAMES
from training.specs import Spec

#: Smallest spread that a feature is scaled by. Some encoder dimensions hardly move, and pasted posts are rare
#: in corpora but common on messy pages: without a floor one of them could outweigh all the words.
VECTOR_FLOOR = 1e-3
STYLE_FLOOR = 0.05


def logistic(x: Floats, y: NDArray[np.int64], strength: float) -> tuple[Floats, float]:
    """Fit one balanced logistic regression; a class that is missing gives a constant."""
    if y.min() == y.max():
        return np.zeros(x.shape[1], np.float32), 4.0 if y[0] else -4.0
    model = LogisticRegression(
        C=strength, class_weight="balanced", solver="liblinear", max_iter=300, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, y)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def one_hot(spec: Spec, truth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0/1 columns, one an output."""
    if spec.kind == "binary":
        return truth[:, None]
    return truth if spec.kind == "multilabel" else np.eye(len(spec.classes), dtype=np.int64)[truth]


def fit_linear(x: Floats, outputs: NDArray[np.int64], strength: float) -> Linear:
    """Fit a logistic regression for each column of ``outputs``, shape (samples, outputs)."""
    fitted = [logistic(x, column, strength) for column in outputs.T]
    return Linear(
        np.stack([coef for coef, _ in fitted], axis=1), np.array([b for _, b in fitted], np.float32)
    )


def fit_dense(
    spec: Spec, x: Floats, outputs: NDArray[np.int64], strength: float, definitions: Floats | None
) -> Linear:
    """Fit on standardised features and fold the scaling, and the definitions, into the weights."""
    if spec.standardise:
        mean, scale = x.mean(axis=0), np.maximum(x.std(axis=0), _floors(spec, x.shape[1]))
        linear = fit_linear((x - mean) / scale, outputs, strength)
        coef = linear.coef / scale[:, None]
        linear = Linear(coef, np.asarray(linear.bias - mean @ coef, np.float32))
    else:
        linear = fit_linear(x, outputs, strength)
    if definitions is None or not spec.definitions:
        return linear
    return _with_definitions(spec, linear, x, definitions)


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
