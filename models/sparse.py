"""TF-IDF and linear models as plain arrays: the same numbers as scikit-learn's, at a fraction of the time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SparseRow = tuple[NDArray[np.int64], Floats]


@dataclass(frozen=True, slots=True)
class SparseSpace:
    """A vocabulary with its inverse document frequencies; tf is 1 + log(count), rows have length one.

    Equal to ``TfidfVectorizer(sublinear_tf=True, norm="l2")`` on the same grams.
    """

    vocabulary: tuple[str, ...]
    idf: Floats
    index: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {gram: row for row, gram in enumerate(self.vocabulary)})

    def row(self, counts: Mapping[str, int]) -> SparseRow:
        """Return the columns and weights of counted grams; both empty where none is known."""
        return self.rows([counts])[0]

    def rows(self, texts: Sequence[Mapping[str, int]]) -> list[SparseRow]:
        """Return a row for each of several counted texts, with one pass over the arrays."""
        index, ends = self.index, [0]
        columns_list: list[int] = []
        counts_list: list[int] = []
        for counts in texts:
            known = [gram for gram in counts if gram in index]
            columns_list += [index[gram] for gram in known]
            counts_list += [counts[gram] for gram in known]
            ends.append(len(columns_list))
        columns = np.array(columns_list, np.int64)
        weights = (1 + np.log(np.array(counts_list, np.float32))) * self.idf[columns]
        return [_unit(columns[a:b], weights[a:b]) for a, b in pairwise(ends)]


def _unit(columns: NDArray[np.int64], weights: Floats) -> SparseRow:
    norm = math.sqrt(weights @ weights)
    return columns, np.asarray(weights / norm if norm else weights, np.float32)


@dataclass(frozen=True, slots=True)
class Linear:
    """``x @ coef + bias``; coef has shape (features, outputs)."""

    coef: Floats
    bias: Floats

    def dense(self, rows: Floats) -> Floats:
        """Return decisions of dense rows, shape (n, outputs)."""
        return np.asarray(rows @ self.coef + self.bias, np.float32)

    def sparse(self, rows: Sequence[SparseRow]) -> Floats:
        """Return decisions of sparse rows, shape (n, outputs)."""
        out = np.empty((len(rows), len(self.bias)), np.float32)
        if rows:
            taken, start = self.coef[np.concatenate([columns for columns, _ in rows])], 0
            for number, (_, weights) in enumerate(rows):
                end = start + len(weights)
                out[number] = weights @ taken[start:end]
                start = end
        return out + self.bias
