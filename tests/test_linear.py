"""Linear views: scaling has a floor, so that a rare feature cannot outweigh the words."""

import numpy as np

from models.style import NAMES
from training.linear import STYLE_FLOOR, fit_dense
from training.specs import SPECS

PARTISAN = next(spec for spec in SPECS if spec.name == "partisan")


def _made(rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return style rows whose first feature decides, and whose second hardly ever moves."""
    dice = np.random.default_rng(0)
    truth = np.arange(rows) % 2
    x = dice.normal(0, 0.3, (rows, len(NAMES))).astype(np.float32)
    x[:, 0] += truth
    x[:, 1] = 0
    x[1, 1] = 1e-6
    return x, truth[:, None].astype(np.int64)


def test_a_nearly_constant_feature_cannot_decide() -> None:
    """One pasted post on a page moves the decision by little, although training hardly saw any."""
    x, outputs = _made()
    linear = fit_dense(PARTISAN, x, outputs, 0.1, None)
    page = x[:1].copy()
    page[0, 1] = 0.2
    assert abs(linear.dense(page) - linear.dense(x[:1])).max() < 0.2 / STYLE_FLOOR * 0.05


def test_scaling_is_folded_into_the_weights() -> None:
    """Decisions on raw rows separate what training separated on scaled rows."""
    x, outputs = _made()
    decisions = fit_dense(PARTISAN, x, outputs, 0.1, None).dense(x)[:, 0]
    assert ((decisions > 0) == outputs[:, 0].astype(bool)).mean() > 0.9
