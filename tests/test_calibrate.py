"""Stacking, calibration, decision rules and where to abstain."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.heads import Kind, decide, sigmoid, softmax
from training.calibrate import WITHHELD, fit_calibration

DICE = np.random.default_rng(3)
TRUTH = DICE.integers(0, 2, 2_000)
#: Two views of the truth; the second one is noise.
GOOD = (2 * TRUTH[:, None] - 1 + DICE.normal(0, 1, (2_000, 1))).astype(np.float32)
NOISE = DICE.normal(0, 1, (2_000, 1)).astype(np.float32)


def probabilities(
    kind: Kind, views: list[NDArray[np.float32]], truth: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Fit a calibration and apply it to the same decisions."""
    logits = fit_calibration(kind, views, truth).stack.dense(np.concatenate(views, axis=1))
    return softmax(logits) if kind == "multiclass" else sigmoid(logits)


def test_probabilities_are_shares() -> None:
    """Of the texts given about p, about p are positive, and the noisy view gets next to no weight."""
    found = probabilities("binary", [GOOD, NOISE], TRUTH)[:, 0]
    for low in (0.1, 0.3, 0.5, 0.7):
        bin_ = (found >= low) & (found < low + 0.2)
        assert abs(found[bin_].mean() - TRUTH[bin_].mean()) < 0.08
    stack = fit_calibration("binary", [GOOD, NOISE], TRUTH).stack
    assert abs(stack.coef[1, 0]) < 0.1 * stack.coef[0, 0]


def test_the_share_that_is_withheld_is_as_told() -> None:
    """The cut leaves out the least sure 15 % of the predictions that it was chosen on."""
    calibration = fit_calibration("binary", [GOOD], TRUTH)
    _, confidence = decide("binary", sigmoid(calibration.stack.dense(GOOD)), calibration.offsets)
    assert (confidence < calibration.cut).mean() == pytest.approx(WITHHELD, abs=0.01)


def test_labels_share_weights_and_threshold_and_keep_their_base_rates() -> None:
    """Labels that may stand together differ in their bias alone: a rare one is said less often."""
    rare = ((GOOD[:, 0] > 1.5) & (DICE.random(2_000) < 0.4)).astype(np.int64)
    truth = np.stack([TRUTH, rare, np.zeros_like(rare)], axis=1)
    views = [np.repeat(GOOD, 3, axis=1), np.repeat(NOISE, 3, axis=1)]
    found = fit_calibration("multilabel", views, truth)
    weights = found.stack.coef.reshape(2, 3, 3)
    for view in weights:
        np.testing.assert_allclose(view, view[0, 0] * np.eye(3))
    assert abs(weights[1, 0, 0]) < 0.1 * weights[0, 0, 0]
    assert found.stack.bias[0] > found.stack.bias[1] > found.stack.bias[2]
    assert len(set(found.offsets.tolist())) == 1
    said = (sigmoid(found.stack.dense(np.concatenate(views, axis=1))) >= found.offsets).mean(axis=0)
    assert said[0] > said[1] > said[2]
    assert said[2] < 0.01


def test_few_rows_of_rare_labels_are_ranked_across_labels() -> None:
    """With a handful of positives a label, weights of their own would be noise; shared ones are not."""
    dice = np.random.default_rng(5)
    truth = (dice.random((120, 10)) < 0.04).astype(np.int64)
    signal = (3 * truth + dice.normal(0, 1, truth.shape)).astype(np.float32)
    noise = dice.normal(0, 1, truth.shape).astype(np.float32)
    stack = fit_calibration("multilabel", [signal, noise], truth).stack
    assert abs(stack.coef[10, 0]) < 0.2 * stack.coef[0, 0]


@pytest.mark.parametrize("truth", [np.zeros((50, 2), np.int64), np.ones((50, 2), np.int64)])
def test_labels_that_never_differ_keep_the_mean_of_the_views(truth: NDArray[np.int64]) -> None:
    """With nothing to learn from, decisions are averaged and one half decides."""
    found = fit_calibration("multilabel", [GOOD[:50].repeat(2, 1), NOISE[:50].repeat(2, 1)], truth)
    np.testing.assert_allclose(found.stack.coef, np.concatenate([np.eye(2), np.eye(2)]) / 2)
    assert found.offsets.tolist() == [0.5, 0.5]


@pytest.mark.parametrize("classes", [[0, 1, 2], [0, 2], [1, 2]])
def test_classes_that_never_occur_are_never_chosen(classes: list[int]) -> None:
    """A multinomial stack puts each present class where it belongs, and gives an absent one nothing."""
    truth = np.array(classes)[DICE.integers(0, len(classes), 600)]
    view = (np.eye(3)[truth] * 3 + DICE.normal(0, 0.5, (600, 3))).astype(np.float32)
    found = probabilities("multiclass", [view], truth)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    assert (found.argmax(axis=1) == truth).mean() > 0.95
    assert found[:, sorted({0, 1, 2} - set(classes))].sum() < 1e-3
