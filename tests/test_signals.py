"""The parts of advocacy."""

import numpy as np

from models.labels import SENTENCE_SIGNALS, SOURCE_TYPES
from models.signals import NAMES, own_voice, sentence_signals, signal_row, top_mean


def floats(*values: float) -> np.ndarray:
    """Return a float32 array."""
    return np.array(values, np.float32)


def test_top_is_the_highest_quarter() -> None:
    """Top is the mean of the highest quarter, of at least three scores where there are three."""
    assert top_mean(floats(*range(16))) == 13.5
    assert top_mean(floats(0, 1, 2, 3)) == 2
    assert top_mean(floats(4, 2)) == 3


def test_quotations_are_not_the_author() -> None:
    """Quoted sentences do not count, unless all are quoted."""
    quoted = np.array([False, True])
    scores = {name: floats(0.25, 0.75) for name in SENTENCE_SIGNALS}
    assert set(sentence_signals(scores, quoted).values()) == {0.25}
    assert set(sentence_signals(scores, ~np.array([False, False])).values()) == {0.5}
    assert own_voice(np.array([True, True])).tolist() == [True, True]


def test_row_is_in_the_order_of_its_names() -> None:
    """The row has one entry a name; probabilities of documents enter as bounded logits."""
    parts = sentence_signals({name: floats(0.1, 0.2) for name in SENTENCE_SIGNALS}, np.array([False, False]))
    row = signal_row(parts, 0.5, 1.0, np.full(len(SOURCE_TYPES), 0.0, np.float32))
    named = dict(zip(NAMES, row.tolist(), strict=True))
    assert [*NAMES[:6]] == [*parts]
    assert named["opinion_article"] == 0
    np.testing.assert_allclose([named["partisan"], named["satire"]], [np.log(199), -np.log(199)], rtol=1e-5)
