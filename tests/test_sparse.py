"""Plain arrays give scikit-learn's numbers."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from models.heads import Calibration, Head
from models.ngrams import count_grams, grams, tokens
from models.sparse import Linear, SparseSpace

NOUNS = "council budget ferry winter hospital school bridge vote contract island harbour nurse".split()  # noqa: SIM905
DICE = np.random.default_rng(7)
TEXTS = [" ".join(DICE.choice(NOUNS, 12)) + f" it's {number} !" for number in range(80)]
DENSE = DICE.normal(size=(80, 3)).astype(np.float32)


def vectorizer() -> TfidfVectorizer:
    """Return the vectoriser that SparseSpace stands in for, fitted."""
    fitted = TfidfVectorizer(
        analyzer=lambda text: grams(tokens(text)), sublinear_tf=True, norm="l2", min_df=3
    )
    return fitted.fit(TEXTS[:60])


def space_of(fitted: TfidfVectorizer) -> SparseSpace:
    """Return the same space as plain arrays."""
    return SparseSpace(tuple(fitted.get_feature_names_out()), fitted.idf_.astype(np.float32))


def test_rows_and_decisions_equal_scikit_learn() -> None:
    """Rows and decisions equal TfidfVectorizer's and LogisticRegression's to 1e-6, unseen words included."""
    fitted = vectorizer()
    space = space_of(fitted)
    matrix = fitted.transform(TEXTS)
    model = LogisticRegression(C=2).fit(matrix, np.arange(80) % 3)
    rows = space.rows([count_grams([text]) for text in TEXTS])
    dense = np.zeros(matrix.shape, np.float32)
    for number, (columns, weights) in enumerate(rows):
        dense[number, columns] = weights
    np.testing.assert_allclose(dense, matrix.toarray(), atol=1e-6)
    linear = Linear(model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32))
    np.testing.assert_allclose(linear.sparse(rows), model.decision_function(matrix), atol=1e-6)


def test_a_row_is_the_same_alone() -> None:
    """A text has the same row alone as among others."""
    space = space_of(vectorizer())
    counts = [count_grams([text]) for text in TEXTS]
    for alone, among in zip(map(space.row, counts), space.rows(counts), strict=True):
        np.testing.assert_array_equal(alone[0], among[0])
        np.testing.assert_array_equal(alone[1], among[1])


def test_unknown_words_decide_nothing() -> None:
    """A text without a known word has an empty row, and its decision is the bias."""
    space = space_of(vectorizer())
    columns, weights = space.row({"zyzzyva": 3})
    assert (len(columns), len(weights)) == (0, 0)
    linear = Linear(np.ones((len(space.vocabulary), 2), np.float32), np.array([0.5, -1], np.float32))
    assert linear.sparse([(columns, weights)]).tolist() == [[0.5, -1.0]]
    assert linear.sparse([]).shape == (0, 2)


def calibrated(kind: str, coef: np.ndarray, bias: np.ndarray, classes: int) -> np.ndarray:
    """Return probabilities of DENSE as two stacked views of a head."""
    stack = Linear(coef.astype(np.float32), bias.astype(np.float32))
    calibration = Calibration(stack, np.full(classes, 0.5, np.float32), 0.0)
    one = Linear(np.zeros((1, 1), np.float32), np.zeros(1, np.float32))
    head = Head(
        "h", kind, "document", tuple("abc"[:classes]), {"sparse": one, "dense": one},  # type: ignore[arg-type]
        {"accurate": calibration}, True,
    )  # fmt: skip
    return head.probabilities({"sparse": DENSE[:, :1], "dense": DENSE[:, 1:]}, "accurate")


@pytest.mark.parametrize("kind", ["binary", "multilabel", "multiclass"])
def test_calibration_equals_scikit_learn(kind: str) -> None:
    """Probabilities equal scikit-learn's predict_proba to 1e-6 for every kind of head."""
    scores = DENSE @ DICE.normal(size=(3, 3)) + DICE.normal(size=(80, 3)) * 0.3
    if kind == "binary":
        model = LogisticRegression().fit(DENSE, scores[:, 0] > 0)
        expected, coef, bias = model.predict_proba(DENSE)[:, 1:], model.coef_.T, model.intercept_
    elif kind == "multiclass":
        model = LogisticRegression().fit(DENSE, scores.argmax(axis=1))
        expected, coef, bias = model.predict_proba(DENSE), model.coef_.T, model.intercept_
    else:
        model = OneVsRestClassifier(LogisticRegression()).fit(DENSE, (scores > 0).astype(int))
        expected = model.predict_proba(DENSE)
        coef = np.hstack([one.coef_.T for one in model.estimators_])
        bias = np.concatenate([one.intercept_ for one in model.estimators_])
    found = calibrated(kind, coef, bias, expected.shape[1])
    np.testing.assert_allclose(found, expected, atol=1e-6)
