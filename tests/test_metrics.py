"""Metrics and their intervals, on cases that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
from made_predictions import drawn, made

from training import metrics, ranks
from training.bootstrap import RANKED, WEIGHTED, group_bootstrap, paired_bootstrap, paired_recall

KINDS = ("binary", "multiclass", "multilabel")


def test_binary_figures_by_hand() -> None:
    """Two of three positives found, one false alarm: every figure follows from four counts."""
    p = made("binary", [1, 1, 1, 0, 0], [0.9, 0.8, 0.3, 0.6, 0.1], [1, 1, 0, 1, 0])
    assert metrics.recalls(p) == {"a": (0.5, 2), "b": (pytest.approx(2 / 3), 3)}
    assert [m(p) for m in (metrics.macro_f1, metrics.accuracy, metrics.recall_min, metrics.auc)] == [
        pytest.approx((2 / 3 + 1 / 2) / 2),
        pytest.approx(3 / 5),
        pytest.approx(1 / 2),
        pytest.approx(5 / 6),
    ]
    assert metrics.average_precision(p) == pytest.approx((1 + 1 + 3 / 4) / 3)
    brier, base = (0.01 + 0.04 + 0.49 + 0.36 + 0.01) / 5, 0.6 * 0.4
    assert metrics.brier_skill(p) == pytest.approx(1 - brier / base)


def test_multilabel_macro_f1_is_of_presence() -> None:
    """Each label's F1 is that of its presence; a label that is neither true nor given does not count."""
    p = made("multilabel", [[1, 0, 0], [1, 1, 0]], [[0.9, 0.1, 0], [0.2, 0.9, 0]], [[1, 0, 0], [0, 1, 0]])
    assert metrics.macro_f1(p) == pytest.approx((2 / 3 + 1) / 2)
    assert metrics.accuracy(p) == pytest.approx(5 / 6)
    assert metrics.recalls(p) == {"a": (0.5, 2), "b": (1.0, 1)}


def test_ece_keeps_equal_scores_together() -> None:
    """A constant score is one bin, in whatever order the rows stand."""
    truth = [1] * 30 + [0] * 70
    assert metrics.ece(made("binary", truth, [0.3] * 100, [0] * 100)) == pytest.approx(0)
    assert metrics.ece(made("binary", truth, [0.5] * 100, [0] * 100)) == pytest.approx(0.2)


def test_ece_is_the_mean_over_classes() -> None:
    """Scores of 1 for a class that holds half the time are wrong by a half, for both classes."""
    p = made("multiclass", [0, 1] * 10, [[1.0, 0.0, 0.0]] * 20, [0] * 20)
    assert metrics.ece(p) == pytest.approx((0.5 + 0.5 + 0) / 3)


def test_risk_at_coverage_answers_the_surest_first() -> None:
    """Errors among the surest rows; rows of equal confidence share theirs."""
    p = made("binary", [1, 1, 0, 0], [0.9] * 4, [1, 1, 1, 1], confidence=np.array([4.0, 3.0, 1.0, 3.0]))
    assert metrics.risk_coverage(p) == pytest.approx([0, 0.25, 1 / 3, 0.5])
    assert metrics.risk_at_coverage(p, 0.5) == pytest.approx(0.25)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [0, 4])
def test_nothing_to_tell_apart_gives_none(kind: str, rows: int) -> None:
    """No rows, or one class only, gives neither figures nor intervals."""
    shape = (rows,) if kind == "binary" else (rows, 3)
    truth = np.zeros((rows, 3) if kind == "multilabel" else rows)
    p = made(kind, truth, np.full(shape, 0.2), truth)
    given = {name: (getattr(metrics, name)(p), group_bootstrap(name, p)) for name in WEIGHTED}
    assert given == dict.fromkeys(WEIGHTED, (None, None))
    assert metrics.average_precision(p) is None


def test_no_rows_have_no_risk() -> None:
    """An empty risk curve is empty."""
    p = made("binary", [], [], [])
    assert (metrics.risk_coverage(p).tolist(), metrics.risk_at_coverage(p, 0.5)) == ([], None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", WEIGHTED)
def test_weighted_metrics_equal_scikit_learn(kind: str, name: str) -> None:
    """With every row once, the bootstrap's form of a metric is the metric; with weights, that of the rows."""
    p = drawn(kind)
    ones = np.ones((1, p.size))
    assert WEIGHTED[name](p)(ones)[0] == pytest.approx(getattr(metrics, name)(p), abs=1e-12)
    if name != "ece":  # its bins are those of all rows
        weights = np.random.default_rng(1).integers(0, 3, p.size)
        again = p.take(np.repeat(np.arange(p.size), weights))
        assert WEIGHTED[name](p)(weights[None, :].astype(float))[0] == pytest.approx(
            getattr(metrics, name)(again)
        )


def test_interval_draws_whole_groups() -> None:
    """Copies of a row in the same group widen nothing and narrow nothing; copies taken as new rows narrow."""
    p = drawn("binary", 100, groups=tuple(map(str, range(100))))
    copies = p.take(np.tile(np.arange(100), 9))
    assert group_bootstrap("accuracy", copies) == pytest.approx(group_bootstrap("accuracy", p), abs=0.02)
    rows = made("binary", copies.truth, copies.scores, copies.decided)
    low, high = group_bootstrap("accuracy", rows) or (0, 0)
    wide_low, wide_high = group_bootstrap("accuracy", p) or (0, 0)
    assert (high - low) * 2 < wide_high - wide_low


def test_interval_of_one_group_is_unknown() -> None:
    """One publisher says nothing of how publishers differ."""
    assert group_bootstrap("auc", drawn("binary", groups=("one",) * 600)) is None


def test_interval_is_the_same_for_a_seed() -> None:
    """The same seed draws the same groups."""
    p = drawn("multiclass")
    first, again, other = (group_bootstrap("auc", p, 50, seed) for seed in (0, 0, 1))
    assert first == again != other


def test_a_difference_with_itself_is_nought() -> None:
    """The same predictions twice differ by nothing in any draw, for every metric and kind."""
    for kind in KINDS:
        p = drawn(kind)
        assert {paired_bootstrap(name, p, p, 50) for name in WEIGHTED} == {(0.0, 0.0)}
        assert paired_recall(p, p, 1, 50) == (0.0, 0.0)


def test_paired_draws_are_narrower_than_two_intervals() -> None:
    """What the rows have in common cancels: a small improvement is seen that two intervals hide."""
    one = drawn("binary", n=600)
    turned = np.flatnonzero(one.truth != one.decided)[:12]
    decided = one.decided.copy()
    decided[turned] = one.truth[turned]
    other = replace(one, decided=decided)
    low, high = paired_bootstrap("macro_f1", one, other) or (0.0, 0.0)
    alone = group_bootstrap("macro_f1", one) or (0.0, 0.0)
    gain = metrics.macro_f1(other) - metrics.macro_f1(one)  # type: ignore[operator]
    assert 0 < low < gain < high
    assert high - low < alone[1] - alone[0]


def test_a_fall_of_recall_by_hand() -> None:
    """Two of four lost in either group is a fall of a half in every draw; a class of one group is unknown."""
    truth, groups = [1, 1, 1, 1, 0, 0], ("a", "a", "b", "b", "a", "b")
    scores = [0.5] * 6
    one = made("binary", truth, scores, truth, groups=groups)
    other = made("binary", truth, scores, [1, 0, 1, 0, 0, 0], groups=groups)
    assert paired_recall(one, other, 1, 50) == (-0.5, -0.5)
    assert paired_recall(one, other, 0, 50) == (0.0, 0.0)
    lonely = made("binary", [1, 1, 0, 0], [0.5] * 4, [1, 1, 0, 0], groups=("a", "a", "b", "c"))
    assert paired_recall(lonely, lonely, 1, 50) is None


def test_predictions_of_other_shapes_are_refused() -> None:
    """A score too many, or one that is no number, is named at once."""
    with pytest.raises(ValueError, match=r"head.corpus.random: truth has shape"):
        made("binary", [0, 1], [0.5, 0.5], [0, 1], groups=("a", "b", "c"))
    with pytest.raises(ValueError, match="not a finite number"):
        made("binary", [0, 1], [0.5, float("nan")], [0, 1])


def test_order_by_hand() -> None:
    """Rank correlation is of the grades, AUC within groups of those with enough of both classes."""
    truth, scores = [0, 0, 1, 1], [0.1, 0.4, 0.3, 0.9]
    p = replace(made("binary", truth, scores, truth), grades=(0.0, 1.0, 2.0, 4.0))
    assert ranks.spearman(p) == pytest.approx(0.8)
    assert ranks.spearman(replace(p, grades=())) is None
    assert ranks.auc_within(p) is None
    many = made("binary", [0] * 5 + [1] * 5 + [0] * 9, [*range(5), *range(3, 8), *range(9)], [0] * 19)
    groups = replace(many, groups=("one",) * 10 + ("two",) * 9)
    assert ranks.auc_within(groups) == pytest.approx((25 - 3) / 25, abs=0.05)
    assert metrics.f1(made("binary", [1, 1, 0], [0.9, 0.2, 0.8], [1, 0, 1])) == pytest.approx(0.5)


def test_abstaining_saves_what_the_unsure_get_wrong() -> None:
    """With all errors among the least sure fifth, answering the others saves every error."""
    truth = [1] * 10
    p = made("binary", [*truth[:9], 0], [0.9] * 10, [1] * 8 + [0, 1], confidence=np.arange(10, 0, -1.0))
    assert ranks.risk_saved(p) == pytest.approx(1)
    assert ranks.risk_saved(made("binary", [1, 0], [0.9, 0.1], [1, 0])) is None


@pytest.mark.parametrize("name", RANKED)
def test_the_interval_holds_the_figure(name: str) -> None:
    """With every group drawn once, the weighted form is the figure itself."""
    p = drawn("binary", 120)
    groups = tuple("abcdef"[row % 6] for row in range(120))
    p = replace(p, grades=tuple(np.round(p.scores * 4).tolist()), groups=groups)
    metric = getattr(metrics, name, None) or getattr(ranks, name)
    assert RANKED[name](p)(np.ones((1, p.size)))[0] == pytest.approx(metric(p), abs=0.03)
    low, high = group_bootstrap(name, p, n=200) or (2, -2)
    assert low <= metric(p) <= high
