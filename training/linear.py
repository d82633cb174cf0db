"""Linear models of one view, one balanced logistic regression an output."""

import warnings

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from models.sparse import Floats, Linear
from training.specs import Spec


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
    scaler = StandardScaler(with_mean=spec.standardise, with_std=spec.standardise).fit(x)
    linear = fit_linear(scaler.transform(x), outputs, strength)
    if spec.standardise:
        scale = scaler.scale_.astype(np.float32)[:, None]
        coef = linear.coef / scale
        linear = Linear(coef, linear.bias - scaler.mean_.astype(np.float32) @ coef)
    if definitions is None or not spec.definitions:
        return linear
    return _with_definitions(spec, linear, x, definitions)


def _with_definitions(spec: Spec, linear: Linear, x: Floats, definitions: Floats) -> Linear:
    """Add the standardised similarity to each definition, scaled like the learnt decision."""
    learnt, similar = linear.dense(x), x @ definitions.T
    factor = spec.definitions * learnt.std(axis=0) / np.maximum(similar.std(axis=0), 1e-6)
    shift = similar.mean(axis=0) * factor
    return Linear(linear.coef + definitions.T * factor, (linear.bias - shift).astype(np.float32))
