"""Linear views: scaling has a floor, so that a rare feature cannot outweigh the words."""

from dataclasses import replace

import numpy as np

from models.style import NAMES
from training.linear import STYLE_FLOOR, fit_dense
from training.nuisance import nuisance, without
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


def _of_two_corpora() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows whose first feature tells the class and whose second the corpus; both go together."""
    dice = np.random.default_rng(1)
    truth = np.repeat([0, 1], 100)
    corpus = np.where(dice.random(200) < np.where(truth == 1, 0.8, 0.2), "a", "b")
    x = dice.normal(0, 0.5, (200, len(NAMES))).astype(np.float32)
    x[:, 0] += truth
    x[:, 1] += 3 * (corpus == "a")
    return x, np.stack([1 - truth, truth], axis=1), corpus


def test_what_tells_corpora_apart_is_not_read() -> None:
    """Where a head leaves it out, moving along the difference of corpora moves no decision, else it does."""
    x, outputs, corpora = _of_two_corpora()
    spec = replace(PARTISAN, nuisance=1)
    moved = x.copy()
    moved[:, 1] += 3
    for corpora_told, expected in ((corpora, 0.2), (None, 0.5)):
        linear = fit_dense(spec, x, outputs, 0.1, None, None, corpora_told)
        shift = abs(linear.dense(moved) - linear.dense(x)).max()
        assert (shift < expected) == (corpora_told is not None)
        assert ((linear.dense(x)[:, 1] > 0) == outputs[:, 1].astype(bool)).mean() > 0.8


def test_directions_are_between_corpora_of_one_class() -> None:
    """They are orthonormal, no more than there are, and none where a class has one corpus or few texts."""
    x, outputs, corpora = _of_two_corpora()
    found = nuisance(x, outputs, corpora, 12)
    assert found.shape == (len(NAMES), 2)  # two classes of two corpora
    np.testing.assert_allclose(found.T @ found, np.eye(2), atol=1e-6)
    assert abs(found[1]).max() > 0.9
    np.testing.assert_allclose(without(x, found) @ found, 0, atol=1e-4)
    assert nuisance(x, outputs, np.full(200, "a"), 12).shape == (len(NAMES), 0)
    rare = np.where(np.arange(200) % 30 == 0, "b", "a")
    assert nuisance(x, outputs, rare, 12).shape == (len(NAMES), 0)


def test_feedback_says_nothing_of_corpora() -> None:
    """Rows that weigh less than one change no direction: with them moved far away the same is left out."""
    x, outputs, corpora = _of_two_corpora()
    spec, weights = replace(PARTISAN, nuisance=1), np.ones((200, 2), np.float32)
    weights[::10] = 1e-9
    told = corpora.copy()
    told[::10] = "feedback"
    far = x.copy()
    far[::10, 2] += 50
    near, away = (fit_dense(spec, rows, outputs, 0.1, None, weights, told) for rows in (x, far))
    np.testing.assert_allclose(near.coef, away.coef, atol=1e-2)
