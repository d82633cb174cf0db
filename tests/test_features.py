"""What the heads read of a document."""

from collections import Counter

import numpy as np
import pytest

from models.clean import from_text
from models.encoder import DIMENSIONS, Encoded
from models.features import dense_row, featurise, mention_counts, mention_dense
from models.ngrams import count_grams
from models.request import DeadlineExceeded
from models.style import NAMES
from models.targets import Mention

TEXT = (
    "The council met on Monday evening in the old town hall. It was the first meeting of the year. "
    "Ce texte n'est pas écrit en anglais, mais en français."
)


def test_counts_are_the_same_as_in_training() -> None:
    """Title and English sentences are counted one by one and together; French ones are not."""
    document = from_text(TEXT, title="The council decides on the budget")
    features = featurise(document, None)
    assert len(features.masked) == 3
    assert features.masked[0] == "The council decides on the budget"
    assert features.counts == tuple(count_grams([text]) for text in features.masked)
    assert features.total == count_grams(features.masked)
    assert features.total["the council"] == 2
    assert (features.vectors, features.document_dense(), features.style.shape) == (None, None, (len(NAMES),))


def test_check_is_asked() -> None:
    """A deadline that has passed stops the work."""

    def check() -> None:
        raise DeadlineExceeded

    with pytest.raises(DeadlineExceeded):
        featurise(from_text(TEXT), None, check)


def test_dense_row() -> None:
    """Mean, spread and style stand side by side; a document without sentences has zeros."""
    vectors = np.zeros((2, DIMENSIONS), np.float32)
    vectors[0, 0] = 2
    row = dense_row(vectors, np.array([7], np.float32))
    assert (row[0], row[DIMENSIONS], row[-1], len(row)) == (1, 1, 7, 2 * DIMENSIONS + 1)
    assert not dense_row(vectors[:0], np.zeros(3, np.float32)).any()


def test_words_around_a_mention() -> None:
    """Words near a mention carry their side; the name itself is not read."""
    counts = mention_counts("They praised Nora Quist again.", Mention(0, 13, 23))
    assert counts == Counter(["<they", "<praised", ">again", "they", "praised", "again"])


def test_vectors_of_a_mention() -> None:
    """A mention has the mean of its own tokens, then the sentence."""
    tokens = np.eye(3, DIMENSIONS, dtype=np.float32)
    vector = np.full(DIMENSIONS, 0.5, np.float32)
    encoded = Encoded(vector, vector, tokens, ((0, 4), (5, 9), (10, 14)))
    row = mention_dense(encoded, Mention(0, 5, 9))
    np.testing.assert_array_equal(row, np.concatenate([tokens[1], vector]))
