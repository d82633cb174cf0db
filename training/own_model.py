"""The model that a user's own labels are tried with: n-grams, encoder and logistic regression."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, StratifiedKFold

from models.ngrams import grams, tokens
from training.featurise import Prepared

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
INNER_FOLDS: Final = 3
#: Most n-grams of a vocabulary.
MOST_GRAMS: Final = 50_000


def folds(truth: Ints, groups: NDArray[Any] | None, folds: int, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield (train, test); nothing where one group cannot be split."""
    if groups is None:
        yield from StratifiedKFold(folds, shuffle=True, random_state=seed).split(truth, truth)
    elif len(set(groups)) > 1:
        splitter = GroupKFold(min(folds, len(set(groups))), shuffle=True, random_state=seed)
        yield from splitter.split(truth, truth, groups.astype(str))


def design(prepared: list[Prepared], train: Ints) -> scipy.sparse.csr_matrix:
    """Return the features of all rows; the vocabulary and its weights are those of the training rows."""
    words = [[gram for sentence in one.masked for gram in grams(tokens(sentence))] for one in prepared]
    sparse = TfidfVectorizer(analyzer=list, sublinear_tf=True, max_features=MOST_GRAMS)
    sparse.fit([words[row] for row in train])
    means = np.array([one.vectors.mean(axis=0) for one in prepared])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    return scipy.sparse.hstack([sparse.transform(words), scipy.sparse.csr_matrix(means)], format="csr")


def fit(rows: Any, truth: Ints, train: Ints, test: Ints, classes: int) -> Floats:
    """Return the probabilities of the test rows, shape (test, classes); 0 for a class not seen."""
    scores = np.zeros((len(test), classes))
    seen = np.unique(truth[train])
    if len(seen) == 1:
        scores[:, seen] = 1
        return scores
    fast = {"solver": "liblinear", "tol": 1e-2, "random_state": 0} if len(seen) == 2 else {"tol": 1e-3}
    model = LogisticRegression(C=10, max_iter=2000, **fast).fit(rows[train], truth[train])
    scores[:, seen] = model.predict_proba(rows[test])
    return scores


def threshold(rows: Any, truth: Ints, groups: NDArray[Any] | None, seed: int) -> float:
    """Return the threshold with the best macro-F1 on inner folds; 0.5 where they cannot be made."""
    if groups is None and np.bincount(truth, minlength=2).min() < INNER_FOLDS:
        return 0.5
    scores, known = np.zeros(len(truth)), np.zeros(len(truth), bool)
    for train, test in folds(truth, groups, INNER_FOLDS, seed):
        scores[test], known[test] = fit(rows, truth, train, test, 2)[:, 1], True
    if not known.all():
        return 0.5
    candidates = np.unique(np.quantile(scores, np.linspace(0.02, 0.98, 49)))
    f1 = [f1_score(truth, scores >= t, average="macro", zero_division=0) for t in candidates]
    return float(candidates[int(np.argmax(f1))])


def decide(scores: Floats, thresholds: Floats) -> tuple[Ints, Floats]:
    """Return decisions and how sure they are: distance to the threshold, or lead over the next class."""
    if scores.shape[1] > 2:
        ordered = np.sort(scores, axis=1)
        return scores.argmax(axis=1), ordered[:, -1] - ordered[:, -2]
    yes = scores[:, 1] >= thresholds
    room = np.where(yes, 1 - thresholds, thresholds)
    return yes.astype(np.int64), np.abs(scores[:, 1] - thresholds) / np.maximum(room, 1e-9)
