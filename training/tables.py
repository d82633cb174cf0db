"""Samples as matrices: one table per feature space, from which every fold takes its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from models.encoder import DIMENSIONS, Floats
from models.features import dense_row, mention_counts
from models.heads import Space
from models.ngrams import count_grams
from models.style import style
from models.targets import Mention
from training.featurise import Prepared
from training.splits import unit_of

#: Grams in fewer samples than this are never read: none of them is in three publishers.
RARE = 3


@dataclass
class Table:
    """All samples of one space.

    ``counts`` has shape (samples, grams), ``dense`` (samples, 384 or more), ``style`` (samples, rates)
    or None; ``weights`` (samples,) says what samples count in fitting, None that all count one.
    """

    space: Space
    prepared: list[Prepared]
    counts: scipy.sparse.csr_matrix
    grams: tuple[str, ...]
    dense: Floats
    style: Floats | None
    weights: Floats | None = None

    def __len__(self) -> int:
        return len(self.prepared)

    @cached_property
    def units(self) -> NDArray[np.str_]:
        """What is never split, per sample."""
        return np.array([unit_of(p.sample) for p in self.prepared])

    @cached_property
    def corpora(self) -> NDArray[np.str_]:
        """The corpus of each sample."""
        return np.array([p.sample.corpus for p in self.prepared])

    @cached_property
    def later(self) -> NDArray[np.bool_]:
        """Which samples joined after the folds were made."""
        return np.array([p.sample.later for p in self.prepared], bool)

    @cached_property
    def keys(self) -> NDArray[np.str_]:
        """The name of each sample."""
        return np.array([p.sample.key for p in self.prepared])

    def label(self, task: str) -> list[Any]:
        """Return the labels of a task, None where a sample has none."""
        return [p.sample.labels.get(task) for p in self.prepared]


def _count_matrix(counts: Sequence[Mapping[str, int]]) -> tuple[scipy.sparse.csr_matrix, tuple[str, ...]]:
    """Return counts as a matrix, and the grams of its columns in order."""
    place: dict[str, int] = {}
    columns: list[int] = []
    values: list[int] = []
    edges = [0]
    for count in counts:
        columns += [place.setdefault(gram, len(place)) for gram in count]
        values += count.values()
        edges.append(len(columns))
    frequency = np.bincount(np.array(columns, np.int64), minlength=len(place))
    names = sorted(gram for gram, column in place.items() if frequency[column] >= RARE)
    shape = (len(counts), len(place))
    every = scipy.sparse.csr_matrix((np.array(values, np.float32), columns, edges), shape=shape)
    kept = every[:, [place[gram] for gram in names]]
    kept.sort_indices()
    return kept, tuple(names)


def _mean(p: Prepared) -> Floats:
    return p.vectors.mean(axis=0) if len(p.vectors) else np.zeros(DIMENSIONS, np.float32)


def _stack(rows: Iterable[Floats], width: int) -> Floats:
    return np.array(list(rows), np.float32).reshape(-1, width)


def with_vectors(table: Table, prepared: list[Prepared]) -> Table:
    """Return a table whose samples have other vectors, and are the same otherwise."""
    if table.space == "sentence":
        dense = _stack(map(_mean, prepared), DIMENSIONS)
    elif table.space == "document":
        styles = cast(Floats, table.style)
        rows = [dense_row(p.middle, row) for p, row in zip(prepared, styles, strict=True)]
        dense = _stack(rows, table.dense.shape[1])
    else:
        dense = _stack(map(_mention_row, prepared), 2 * DIMENSIONS)
    return replace(table, prepared=prepared, dense=dense)


def _mention_row(p: Prepared) -> Floats:
    assert p.span is not None
    return np.concatenate([p.mention, p.vectors[p.span[0]]])


def sentence_table(prepared: list[Prepared]) -> Table:
    """Return the table of sentences and passages; dense is the mean of the sentence vectors."""
    counts, grams = _count_matrix([count_grams(p.masked) for p in prepared])
    return Table("sentence", prepared, counts, grams, _stack(map(_mean, prepared), DIMENSIONS), None)


def document_table(prepared: list[Prepared]) -> Table:
    """Return the table of documents; dense is [mean, deviation, style] of the middle vectors."""
    counted = [count_grams(p.masked) for p in prepared]
    styles = [style(p.document, list(p.masked), count) for p, count in zip(prepared, counted, strict=True)]
    counts, grams = _count_matrix(counted)
    rows = [dense_row(p.middle, row) for p, row in zip(prepared, styles, strict=True)]
    width = len(styles[0]) if styles else 1
    return Table(
        "document", prepared, counts, grams, _stack(rows, 2 * DIMENSIONS + width), _stack(styles, width)
    )


def mention_table(prepared: list[Prepared]) -> Table:
    """Return the table of targets in their sentences; a target that masking removed is left out."""
    kept = [p for p in prepared if p.span is not None]
    counted = [mention_counts(p.masked[p.span[0]], Mention(*p.span)) for p in kept if p.span]
    counts, grams = _count_matrix(counted)
    return Table("mention", kept, counts, grams, _stack(map(_mention_row, kept), 2 * DIMENSIONS), None)


def tables(prepared: Iterable[Prepared]) -> dict[Space, Table]:
    """Return all tables of prepared samples."""
    by_kind: dict[str, list[Prepared]] = {"sentence": [], "passage": [], "document": [], "pair": []}
    for p in prepared:
        by_kind[p.sample.kind].append(p)
    return {
        "sentence": sentence_table(by_kind["sentence"] + by_kind["passage"]),
        "document": document_table(by_kind["document"]),
        "mention": mention_table(by_kind["pair"]),
    }
