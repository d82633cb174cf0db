"""Group-bootstrap intervals: groups are drawn with replacement, and every figure is made again.

Points come from :mod:`training.metrics` (scikit-learn); here stand the same figures for many weightings
of the rows at once, so that a thousand draws take a fraction of a second. A test holds the two equal.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training import ranks
from training.metrics import bins_of, degenerate, errors, one_vs_rest
from training.predictions import Predictions

Floats = NDArray[np.float64]
#: Maps row weights (draws, n) to a function's values (draws,); a value may be nan.
Weighted = Callable[[Floats], Floats]
#: Weights in memory at once: this many numbers, 32 MB.
BLOCK: Final = 4_000_000


def _hits(p: Predictions) -> tuple[Floats, Floats]:
    """Return truth and decision by class as 0 or 1, both (n, K), with a column for each binary class."""
    if p.kind == "multilabel":
        return p.truth.astype(float), p.decided.astype(float)
    one = np.eye(len(p.classes))
    return one[p.truth], one[p.decided]


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Divide counts; nan where there is nothing to divide by."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def macro_f1(p: Predictions) -> Weighted:
    """Prepare the mean F1 over classes seen in truth or decisions."""
    truth, decided = _hits(p)

    def draw(weights: Floats) -> Floats:
        both, either = weights @ (truth * decided), weights @ (truth + decided)
        return np.asarray(np.nanmean(_ratio(2 * both, either), axis=1))

    return draw


def accuracy(p: Predictions) -> Weighted:
    """Prepare the share of right decisions."""
    right = 1 - errors(p)
    return lambda weights: np.asarray(weights @ right / weights.sum(axis=1))


def recall_min(p: Predictions) -> Weighted:
    """Prepare the lowest recall over the classes drawn."""
    truth, decided = _hits(p)

    def draw(weights: Floats) -> Floats:
        hits, rows = weights @ (truth * decided), weights @ truth
        return np.asarray(np.nanmin(_ratio(hits, rows), axis=1))

    return draw


def auc(p: Predictions) -> Weighted:
    """Prepare the area under the ROC curve, the mean one-vs-rest over classes that vary."""
    truth, scores = one_vs_rest(p)
    columns = [_auc_of(truth[:, column], scores[:, column]) for column in range(truth.shape[1])]
    return lambda weights: np.nanmean([column(weights) for column in columns], axis=0)


def _auc_of(truth: Floats, scores: Floats) -> Weighted:
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    positive, negative = truth[order], 1 - truth[order]

    def draw(weights: Floats) -> Floats:
        ordered = weights[:, order]
        up = np.add.reduceat(ordered * positive, starts, axis=1)
        down = np.add.reduceat(ordered * negative, starts, axis=1)
        below = np.cumsum(down, axis=1) - down / 2
        pairs = up.sum(axis=1) * down.sum(axis=1)
        return _ratio((up * below).sum(axis=1), pairs)

    return draw


def ece(p: Predictions) -> Weighted:
    """Prepare the expected calibration error; the bins stay those of all rows."""
    truth, scores = one_vs_rest(p)
    cells = np.hstack([_gaps(t, s) for t, s in zip(truth.T, scores.T, strict=True)]) / truth.shape[1]
    return lambda weights: np.asarray(np.abs(weights @ cells).sum(axis=1) / weights.sum(axis=1))


def _gaps(truth: Floats, scores: Floats) -> Floats:
    """Return each row's gap in the column of its bin, shape (n, bins)."""
    bins = bins_of(scores)
    cells: Floats = np.eye(bins.max() + 1)[bins] * (truth - scores)[:, None]
    return cells


def brier(p: Predictions) -> Weighted:
    """Prepare the Brier score."""
    truth, scores = one_vs_rest(p)
    squares = ((truth - scores) ** 2).mean(axis=1)
    return lambda weights: np.asarray(weights @ squares / weights.sum(axis=1))


def brier_skill(p: Predictions) -> Weighted:
    """Prepare the Brier skill over the base rates of the rows drawn."""
    truth, scores = one_vs_rest(p)
    squares = ((truth - scores) ** 2).sum(axis=1)

    def draw(weights: Floats) -> Floats:
        rows = weights.sum(axis=1)
        rates = weights @ truth / rows[:, None]
        base = (rates * (1 - rates)).sum(axis=1)
        return np.where(base > 1e-12, 1 - weights @ squares / rows / np.maximum(base, 1e-12), np.nan)

    return draw


def f1(p: Predictions) -> Weighted:
    """Prepare the F1 of the positive class."""
    truth, decided = (hits[:, 1] for hits in _hits(p))
    return lambda weights: _ratio(2 * (weights @ (truth * decided)), weights @ (truth + decided))


def average_precision(p: Predictions) -> Weighted:
    """Prepare the average precision of a binary head."""
    order = np.argsort(-p.scores, kind="stable")
    truth, ends = (p.truth[order] == 1).astype(float), np.flatnonzero(np.diff(p.scores[order], append=np.inf))

    def draw(weights: Floats) -> Floats:
        ordered = weights[:, order]
        hits = np.cumsum(ordered * truth, axis=1)[:, ends]
        precision = hits / np.maximum(np.cumsum(ordered, axis=1)[:, ends], 1)
        return _ratio((np.diff(hits, prepend=0, axis=1) * precision).sum(axis=1), hits[:, -1])

    return draw


#: The weighted form of each metric, by its name.
WEIGHTED: Final[dict[str, Callable[[Predictions], Weighted]]] = {
    f.__name__: f for f in (macro_f1, accuracy, auc, recall_min, ece, brier, brier_skill)
}
#: The same of binary heads only, or of what has grades or groups.
RANKED: Final[dict[str, Callable[[Predictions], Weighted]]] = {
    "f1": f1,
    "average_precision": average_precision,
    "spearman": lambda p: partial(ranks.spearman_of, p),
    "auc_within": lambda p: partial(ranks.auc_within_of, p),
    "risk_saved": lambda p: partial(ranks.risk_saved_of, p),
}


def group_bootstrap(
    statistic: str, predictions: Predictions, n: int = 1000, seed: int = 0
) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of a metric over ``n`` draws of whole groups.

    Draws in which the figure has no meaning are left out; ``None`` when that is half of them, or
    when there are fewer than two groups.

    Raises:
        KeyError: for a metric that has no weighted form.

    """
    prepare = (WEIGHTED | RANKED)[statistic]
    return _interval(lambda: prepare(predictions), predictions, n, seed)


def paired_bootstrap(
    statistic: str, one: Predictions, other: Predictions, n: int = 1000, seed: int = 0
) -> tuple[float, float] | None:
    """Return the 95 % interval of a metric's difference, ``other`` less ``one``, on the same rows.

    Both are read at the same draws of groups, so that what the rows have in common cancels.

    Raises:
        KeyError: for a metric that has no weighted form.

    """
    prepare = WEIGHTED[statistic]

    def difference() -> Weighted:
        before, after = prepare(one), prepare(other)
        return lambda weights: after(weights) - before(weights)

    return _interval(difference, one, n, seed)


def paired_recall(
    one: Predictions, other: Predictions, column: int, n: int = 1000, seed: int = 0
) -> tuple[float, float] | None:
    """Return the 95 % interval of the difference in one class's recall, ``other`` less ``one``.

    ``None`` when fewer than two groups hold the class, or half the draws do not.
    """
    (truth, before), (_, after) = _hits(one), _hits(other)
    mine, gain = truth[:, column], (truth * (after - before))[:, column]
    if len({group for group, hit in zip(one.groups, mine, strict=True) if hit}) < 2:
        return None
    values = [_ratio(weights @ gain, weights @ mine) for weights in _draws(one, n, seed)]
    return _ends(np.concatenate(values), n)


def _interval(
    prepare: Callable[[], Weighted], predictions: Predictions, n: int, seed: int
) -> tuple[float, float] | None:
    if len(set(predictions.groups)) < 2 or degenerate(predictions):
        return None
    draw, truth = prepare(), _hits(predictions)[0]
    drawn = (weights[_varied(weights, truth)] for weights in _draws(predictions, n, seed))
    return _ends(np.concatenate([draw(weights) for weights in drawn]), n)


def _draws(predictions: Predictions, n: int, seed: int) -> Iterator[Floats]:
    """Yield the rows' weights, shape (some draws, rows), for ``n`` draws of whole groups."""
    names, group_of = np.unique(np.array(predictions.groups, dtype=object), return_inverse=True)
    dice = np.random.default_rng(seed)
    for size in _blocks(n, predictions.size):
        counts = dice.multinomial(len(names), np.full(len(names), 1 / len(names)), size)
        yield counts.astype(float)[:, group_of]


def _ends(values: Floats, n: int) -> tuple[float, float] | None:
    known = values[~np.isnan(values)]
    if len(known) * 2 <= n:
        return None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def _varied(weights: Floats, truth: Floats) -> NDArray[np.bool_]:
    """Say which draws hold at least one class that some rows have and others have not."""
    rows = weights @ truth
    return np.asarray(((rows > 0) & (rows < weights.sum(axis=1)[:, None])).any(axis=1))


def _blocks(n: int, rows: int) -> list[int]:
    step = max(1, BLOCK // rows)
    return [min(step, n - start) for start in range(0, n, step)]
