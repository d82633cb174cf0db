"""Baselines: constants, chance and lexicons."""

import numpy as np
import pytest
from made_predictions import made

from training import baselines as module
from training.baselines import baselines, textblob, vader
from training.predictions import Predictions

ANGRY = "This disgraceful, horrible lie is a wonderful gift to crooks."
PLAIN = "The committee meets on Monday at the town hall."


def of_texts(texts: list[str], truth: list[int]) -> Predictions:
    """Return binary predictions of texts."""
    return made("binary", truth, [0.5] * len(truth), truth, texts=tuple(texts))


def test_lexicons_tell_loaded_from_plain() -> None:
    """Both lexicons give nought to a plain sentence and much to a loaded one; a blank text is plain."""
    assert [(vader(t), textblob(t)) for t in (PLAIN, "", " \n")] == [(0, 0)] * 3
    assert vader(ANGRY) > 0.4
    assert textblob(ANGRY) > 0.8


def test_vader_reads_long_texts_in_windows() -> None:
    """A text of many windows has the mean of their shares, by their words."""
    angry, plain = ("horrible " * 50).strip(), ("table " * 25).strip()
    assert vader(f"{angry} {plain}") == pytest.approx((vader(angry) * 50 + 0) / 75)


def test_majority_and_chance() -> None:
    """Majority says the most frequent class, chance deals the true classes out again."""
    p = made("multiclass", [2, 2, 2, 0, 1], np.full((5, 3), 1 / 3), [0] * 5)
    found = baselines(p)
    assert list(found) == ["majority", "stratified"]
    assert found["majority"].decided.tolist() == [2] * 5
    assert sorted(found["stratified"].decided.tolist()) == [0, 1, 2, 2, 2]
    assert {one.profile for one in found.values()} == {"baseline"}


def test_multilabel_has_always() -> None:
    """For several labels at once, giving every label is the constant that is hard to beat."""
    p = made("multilabel", [[1, 0], [1, 0], [0, 1]], np.full((3, 2), 0.5), np.zeros((3, 2)))
    found = {name: one.decided.tolist() for name, one in baselines(p).items() if name != "stratified"}
    assert found == {"majority": [[1, 0]] * 3, "always": [[1, 1]] * 3}


def test_lexicons_call_positive_as_many_as_there_are() -> None:
    """The threshold is the score at the base rate, so it is taken from nowhere else."""
    found = baselines(of_texts([PLAIN, ANGRY, PLAIN, ANGRY], [0, 1, 0, 1]))
    assert list(found) == ["majority", "stratified", "vader", "textblob"]
    assert found["vader"].decided.tolist() == found["textblob"].decided.tolist() == [0, 1, 0, 1]


def test_lexicons_read_the_same_part_in_every_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are too many texts, those that are read do not depend on their order."""
    monkeypatch.setattr(module, "LEXICON_ROWS", 6)
    texts, truth = [f"{ANGRY} {n}" for n in range(40)], [n % 2 for n in range(40)]
    forth = baselines(of_texts(texts, truth))["vader"]
    back = baselines(of_texts(texts[::-1], truth[::-1]))["vader"]
    assert len(forth.texts) == 6
    assert set(forth.texts) == set(back.texts)


def test_one_class_has_no_baseline() -> None:
    """Where there is nothing to tell apart, nothing is said."""
    assert baselines(of_texts([PLAIN, ANGRY], [1, 1])) == {}
