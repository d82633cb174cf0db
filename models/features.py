"""Sparse and dense features of a document, computed once for all heads."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from models.document import Document
from models.encoder import DIMENSIONS, Encoded, Encoder
from models.ngrams import grams, tokens
from models.style import style
from models.targets import Mention

Floats = NDArray[np.float32]
#: Words on either side of a mention that the sparse stance view reads with their side.
WINDOW = 6


@dataclass(frozen=True, slots=True)
class Features:
    """What the heads read of one document.

    ``masked`` are its scorable sentences, the title first where there is one; ``counts`` their grams;
    ``vectors``, what sentence heads read, and ``middle``, what document heads pool, have shape
    (sentences, 384), or are None in the fast profile.
    """

    masked: tuple[str, ...]
    quoted: NDArray[np.bool_]
    counts: tuple[Counter[str], ...]
    total: Counter[str]
    style: Floats
    encoded: tuple[Encoded, ...] | None
    vectors: Floats | None
    middle: Floats | None

    def document_dense(self) -> Floats | None:
        """Return mean and spread of the sentences' middle vectors and the style, shape (1, features)."""
        return None if self.middle is None else dense_row(self.middle, self.style)[None, :]


def scorable(document: Document) -> list[tuple[str, bool]]:
    """Return (masked text, quoted) of the English sentences that hold words, the title first."""
    sentences = [document.title] if document.title else []
    sentences += document.sentences
    return [(s.masked, s.quoted) for s in sentences if s.english and s.masked]


def dense_row(vectors: Floats, style_row: Floats) -> Floats:
    """Return [mean, standard deviation, style] of one document's sentence vectors."""
    if len(vectors) == 0:
        return np.concatenate([np.zeros(2 * DIMENSIONS, np.float32), style_row])
    return np.concatenate([vectors.mean(axis=0), vectors.std(axis=0), style_row])


def featurise(
    document: Document, encoder: Encoder | None, check: Callable[[], None] = lambda: None
) -> Features:
    """Return the features of a document; without an encoder only the sparse ones."""
    pairs = scorable(document)
    masked = tuple(text for text, _ in pairs)
    found = [grams(tokens(text)) for text in masked]
    counts, total = tuple(map(Counter, found)), Counter(chain.from_iterable(found))
    check()
    encoded = None if encoder is None else tuple(encoder.encode(masked, check) if masked else ())
    vectors, middle = None, None
    if encoded is not None:
        vectors = np.array([e.vector for e in encoded], np.float32).reshape(-1, DIMENSIONS)
        middle = np.array([e.middle for e in encoded], np.float32).reshape(-1, DIMENSIONS)
    quoted = np.array([q for _, q in pairs], bool)
    whole = style(document, list(masked), total)
    return Features(masked, quoted, counts, total, whole, encoded, vectors, middle)


def mention_counts(sentence: str, mention: Mention) -> Mapping[str, int]:
    """Return the words around a mention, each with its side, and all words of the sentence without it."""
    left, right = tokens(sentence[: mention.start]), tokens(sentence[mention.end :])
    near = [f"<{word}" for word in left[-WINDOW:]] + [f">{word}" for word in right[:WINDOW]]
    return Counter(near + left + right)


def mention_dense(encoded: Encoded, mention: Mention) -> Floats:
    """Return [mention in its context, sentence], shape (768,)."""
    return np.concatenate([encoded.span(mention.start, mention.end), encoded.vector])
