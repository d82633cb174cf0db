"""What feedback may weigh: bounded by what the corpora weigh, so that nobody can take a head over.

For each class of a head (for a frame: present, and absent) let N be the samples of the corpora, each of
which weighs one. All feedback on the class together weighs at most TOTAL x N, that of one publisher (or
of one document without a publisher) at most PUBLISHER x N, and all that only one person judged, taken as
if it were one person's, at most SINGLE x N. What is over a bound is scaled down evenly. A class that no
corpus teaches learns nothing from feedback.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.sparse import Floats
from training.advocacy import graded
from training.material import Masks, Material
from training.samples import FEEDBACK
from training.specs import targets_of, trainable
from training.tables import Table

#: Tried with 3,384 true judgements of sentences (BABE's): a half taught no more than a quarter.
TOTAL: Final = 0.25
PUBLISHER: Final = 0.05
SINGLE: Final = 0.1

Rows = NDArray[np.int64]


def weighed(material: Material, allowed: Masks) -> Material:
    """Return the material with a weight for every sample: one, or what its feedback may weigh."""
    weights = {space: np.ones(len(table), np.float32) for space, table in material.tables.items()}
    for space, table in material.tables.items():
        weights[space][table.corpora == FEEDBACK] = 0
    for table, taught, samples in _classes(material, allowed):
        weights[table.space][taught] = bounded(table, taught, samples)
    tables = {space: replace(table, weights=weights[space]) for space, table in material.tables.items()}
    return replace(material, tables=tables)


def bounded(table: Table, rows: Rows, samples: int) -> Floats:
    """Return the weights of one class's feedback where the corpora give it this many samples."""
    metas = [table.prepared[row].sample.meta for row in rows]
    weights = np.array([meta["weight"] for meta in metas], np.float64)
    for unit in np.unique(table.units[rows]):
        weights *= _scale(weights, table.units[rows] == unit, PUBLISHER * samples)
    weights *= _scale(weights, np.array([meta["raters"] == 1 for meta in metas], bool), SINGLE * samples)
    weights *= _scale(weights, np.ones(len(rows), bool), TOTAL * samples)
    return weights.astype(np.float32)


def _scale(weights: NDArray[np.float64], part: NDArray[np.bool_], most: float) -> NDArray[np.float64]:
    """Return factors that bring a part down to what it may weigh together."""
    weight = float(weights[part].sum())
    return np.where(part, min(1.0, most / weight) if weight > 0 else 1.0, 1.0)


def _classes(material: Material, allowed: Masks) -> Iterator[tuple[Table, Rows, int]]:
    """Yield each class of each head: its table, its rows of feedback, the corpora's number of samples."""
    for spec in material.specs:
        table = material.tables[spec.space]
        rows = trainable(spec, table, allowed[spec.space], material.seed)
        labelled, truth = targets_of(spec, table)
        truth = truth[np.searchsorted(labelled, rows)]
        if spec.kind != "multilabel":
            yield from _parted(table, rows, truth)
            continue
        for k, frame in enumerate(spec.classes):
            asked = np.array([_asked(table, row, frame) for row in rows], bool)
            yield from _parted(table, rows[asked], truth[asked, k])
    documents = material.tables["document"]
    yield from _parted(documents, *graded(documents, allowed["document"]))


def _asked(table: Table, row: int, frame: str) -> bool:
    judged = table.prepared[row].sample.meta.get("judged")
    return judged is None or frame in judged


def _parted(table: Table, rows: Rows, truth: Rows) -> Iterator[tuple[Table, Rows, int]]:
    taught = table.corpora[rows] == FEEDBACK
    for label in np.unique(truth[taught]):
        mine = truth == label
        yield table, rows[taught & mine], int((mine & ~taught).sum())
