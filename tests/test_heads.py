"""Decisions, confidences and abstention of heads."""

from dataclasses import replace

import numpy as np
import pytest
from bundles import made_head
from hypothesis import given
from hypothesis import strategies as st

from models.heads import decide, sigmoid, softmax
from models.judge import source_type, stance, stance_warnings
from models.labels import SOURCE_TYPES, STANCES
from models.scope import Scope
from models.scorecard import AdvocacyScore, StanceScore
from models.targets import Target

SCOPE = Scope(600, 1.0, "en", None, strange=False, empty=False, warnings=())


def floats(*values: object) -> np.ndarray:
    """Return a float32 array."""
    return np.array(values, np.float32)


def test_binary_decision() -> None:
    """A binary head decides at its threshold; confidence is the distance to it, as a share."""
    decided, confidence = decide("binary", floats([0.1], [0.4], [0.7], [1.0], [0.0]), floats(0.4))
    assert decided.tolist() == [0, 1, 1, 1, 0]
    np.testing.assert_allclose(confidence, [0.75, 0, 0.5, 1, 1], atol=1e-6)


def test_multilabel_decision() -> None:
    """Each label has its threshold; the least sure label sets the confidence."""
    decided, confidence = decide("multilabel", floats([0.9, 0.1], [0.5, 0.3]), floats(0.5, 0.2))
    assert decided.tolist() == [[1, 0], [1, 1]]
    np.testing.assert_allclose(confidence, [0.5, 0], atol=1e-6)


def test_multiclass_decision() -> None:
    """Offsets are taken from the log-probabilities; confidence is the lead of the first class."""
    probabilities = floats([0.5, 0.4, 0.1])
    first, lead = decide("multiclass", probabilities, floats(0, 0, 0))
    assert first.tolist() == [0]
    np.testing.assert_allclose(lead, [0.1], atol=1e-6)
    shifted, _ = decide("multiclass", probabilities, floats(np.log(2), 0, 0))
    assert shifted.tolist() == [1]


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=2, max_size=9))
def test_probabilities_are_probabilities(logits: list[float]) -> None:
    """However large logits are, probabilities lie in [0, 1] and classes sum to one."""
    row = floats(logits)
    assert ((sigmoid(row) >= 0) & (sigmoid(row) <= 1)).all()
    assert softmax(row).sum() == pytest.approx(1, abs=1e-5)


def test_views_of_a_profile() -> None:
    """Fast reads no dense view; a view that a head does not have is left out."""
    document = made_head("source_type", "multiclass", "document", tuple(SOURCE_TYPES), 4)
    mention = made_head("stance", "multiclass", "mention", STANCES, 4)
    assert [document.view_names(p) for p in ("fast", "accurate")] == [
        ("sparse", "style"), ("sparse", "dense"),
    ]  # fmt: skip
    assert [mention.view_names(p) for p in ("fast", "accurate")] == [("sparse",), ("sparse", "dense")]


def test_uncertain_withholds_the_label_not_the_numbers() -> None:
    """Below the cut a label is null with reason uncertain; numbers stay."""
    head = made_head("source_type", "multiclass", "document", tuple(SOURCE_TYPES), 4, cut=0.2)
    sure, unsure = floats(0.4, *[0.1] * 6), floats(0.2, 0.2, *[0.12] * 5)
    given_label, withheld = (source_type(head, "fast", SCOPE, p) for p in (sure, unsure))
    assert (given_label.label, given_label.abstained, given_label.reason) == ("news_report", False, None)
    assert (withheld.label, withheld.abstained, withheld.reason) == (None, True, "uncertain")
    assert withheld.scores["news_report"] == 0.2


def test_unlike_training_withholds_the_label() -> None:
    """A text unlike the training texts has numbers and no label, however sure the head is."""
    head = made_head("source_type", "multiclass", "document", tuple(SOURCE_TYPES), 4)
    found = source_type(head, "fast", replace(SCOPE, strange=True), floats(0.94, *[0.01] * 6))
    assert (found.label, found.reason, found.scores["news_report"]) == (None, "unlike_training", 0.94)


def test_stance_is_the_mean_over_mentions() -> None:
    """A target's scores are the mean over its mentions; total mentions are told."""
    head = made_head("stance", "multiclass", "mention", STANCES, 4)
    found = stance(head, Target("Nora", True, (), 5), floats([0.8, 0.1, 0.1], [0.6, 0.3, 0.1]), "fast")
    assert (found.label, found.mentions) == ("favour", 5)
    assert found.scores == {"favour": 0.7, "neutral": 0.2, "against": 0.1}


@pytest.mark.parametrize(
    ("label", "told", "warned"),
    [
        ("advocacy", "against", True),
        ("advocacy", None, False),
        ("not_advocacy", "against", False),
        (None, "favour", False),
    ],
)
def test_stances_in_advocacy_come_with_a_warning(label: str | None, told: str | None, warned: bool) -> None:
    """Only where the text is called advocacy and a stance is told: one target that has a label is enough."""
    advocacy = AdvocacyScore(0.9, label, label is None, None, {})
    stances = [
        StanceScore("Nora Quist", True, one, one is None, None, dict.fromkeys(STANCES), 1)
        for one in (None, told)
    ]
    assert bool(stance_warnings(advocacy, stances)) is warned
    assert stance_warnings(advocacy, []) == ()
